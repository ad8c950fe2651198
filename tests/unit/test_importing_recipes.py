"""What other programs write is read: the real forms of A1111 and InvokeAI, and whatever else comes."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.recipe.foreign.a1111 import as_a1111, read_a1111
from model_runtime.recipe.foreign.find import FOREIGN_KEYWORDS, find_recipe
from model_runtime.recipe.foreign.invokeai import read_dream, read_metadata, read_sd_metadata
from model_runtime.recipe.foreign.recipe import MAX_RAW, MAX_SEED, MAX_WORDS, ForeignRecipe, Program
from model_runtime.recipe.infotext import infotext

A1111 = """\
masterpiece, a fox: wearing a hat,
(on the moon:1.2)
Negative prompt: blurry, ugly
low quality
Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 1234567890, Size: 512x768, Model hash: 6ce0161689, \
Model: v1-5-pruned, Lora hashes: "a: 1, b: 2", Script: "X/Y, \\"Z\\"\\nplot", Version: v1.9.4"""


def test_a1111_with_everything() -> None:
    found = read_a1111(A1111)
    assert found is not None
    assert found.prompt == "masterpiece, a fox: wearing a hat,\n(on the moon:1.2)"
    assert found.negative_prompt == "blurry, ugly\nlow quality"
    assert (found.steps, found.sampler, found.scale) == (20, "DPM++ 2M Karras", 7.5)
    assert (found.seed, found.size, found.model) == (1234567890, (512, 768), "v1-5-pruned")
    assert found.raw == A1111


@pytest.mark.parametrize(
    ("text", "prompt", "negative", "model"),
    [
        ("Steps: 1, Seed: 2, Model: x", "", "", "x"),
        ("Negative prompt: fog\nSteps: 1, Seed: 2, Model: x", "", "fog", "x"),
        ("a fox\r\nSteps: 1, Seed: 2, Model: x\r\n", "a fox", "", "x"),
        ('a fox\nSteps: 1, Seed: 2, Model: "a, b: c"', "a fox", "", "a, b: c"),
        ('a fox\nSteps: 1, Seed: 2, Model: "unclosed', "a fox", "", '"unclosed'),
        ("a fox\nSteps: 1, Seed: 2, Model: C:\\Users\\me\\x.safetensors", "a fox", "", "x"),
        ("a fox\nSteps: 1, Seed: 2, Model: x\nTemplate: a __animal__\nNegative Template: y", "a fox", "", "x"),
        ("a fox\nSteps: 1, Seed: 2, Model: x, and, some, rest", "a fox", "", "x"),
    ],
)
def test_a1111_in_its_varieties(text: str, prompt: str, negative: str, model: str) -> None:
    found = read_a1111(text)
    assert found is not None
    assert (found.prompt, found.negative_prompt, found.model) == (prompt, negative, model)
    assert (found.steps, found.seed) == (1, 2)


@pytest.mark.parametrize("text", ["", "a fox", "a fox\nSteps: 1, Seed: 2", "one: a, two: b, three: c", "{}", "\0"])
def test_text_that_tells_no_settings_is_no_recipe(text: str) -> None:
    assert read_a1111(text) is None


def test_what_armchair_writes_for_others_it_reads_itself(make_recipe) -> None:  # type: ignore[no-untyped-def]
    recipe = make_recipe('Negative prompt: a\nfox, "red": 1, 2, 3')
    found = read_a1111(infotext(recipe, (256, 128)))
    assert found is not None
    assert found.prompt == 'Negative prompt : a fox, "red": 1, 2, 3'
    assert (found.seed, found.scale, found.size, found.model) == (7, 10.0, (256, 128), "starter")


def test_invokeai_of_today() -> None:
    data = {
        "generation_mode": "txt2img",
        "positive_prompt": "a fox",
        "negative_prompt": "fog",
        "width": 512,
        "height": 640,
        "seed": 2936183416,
        "rand_device": "cpu",
        "cfg_scale": 7.5,
        "steps": 30,
        "scheduler": "euler_a",
        "model": {"key": "0a", "hash": "blake3:1", "name": "stable-diffusion-v1-5", "base": "sd-1", "type": "main"},
        "app_version": "5.4.0",
    }
    found = read_metadata(json.dumps(data))
    assert found is not None
    assert (found.program, found.prompt, found.negative_prompt) == (Program.INVOKEAI, "a fox", "fog")
    assert (found.seed, found.steps, found.sampler, found.scale) == (2936183416, 30, "euler_a", 7.5)
    assert (found.model, found.size) == ("stable-diffusion-v1-5", (512, 640))
    older = read_metadata(json.dumps(data | {"model": {"model_name": "sd-2"}}))
    assert older is not None
    assert older.model == "sd-2"


def test_invokeai_of_version_2() -> None:
    image = {
        "prompt": [{"prompt": "a fox [fog, rain] at night", "weight": 1.0}],
        "steps": 50,
        "cfg_scale": 7.5,
        "seed": 42,
        "width": 512,
        "height": 512,
        "sampler": "k_lms",
    }
    data = {"model": "stable diffusion", "model_weights": "sd-1.5", "app_version": "2.3.0", "image": image}
    found = read_sd_metadata(json.dumps(data))
    assert found is not None
    assert (found.prompt, found.negative_prompt) == ("a fox at night", "fog, rain")
    assert (found.seed, found.steps, found.sampler, found.scale) == (42, 50, "k_lms", 7.5)
    assert (found.model, found.size) == ("sd-1.5", (512, 512))


def test_invokeai_of_version_1() -> None:
    found = read_dream(r'"a \"red\" fox -s on the moon [fog]" -s 50 -S 42 -W 512 -H 768 -C 7.5 -A k_lms')
    assert found is not None
    assert (found.prompt, found.negative_prompt) == ('a "red" fox -s on the moon', "fog")
    assert (found.seed, found.steps, found.scale, found.sampler, found.size) == (42, 50, 7.5, "k_lms", (512, 768))
    bare = read_dream("a fox -S42 -s10")
    assert bare is not None
    assert (bare.prompt, bare.seed, bare.steps) == ("a fox", 42, 10)
    assert read_dream("just a fox") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"seed": "x"}',
        '{"image": 3}',
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"positive_prompt": ["a"], "seed": true, "cfg_scale": NaN, "width": 1e999, "model": {"name": {}}}',
        '{"seed": 1' + "0" * 5000 + "}",
    ],
)
def test_json_that_tells_nothing_is_no_recipe(text: str) -> None:
    assert read_metadata(text) is None
    assert read_sd_metadata(text) is None


def test_what_tells_more_comes_first() -> None:
    texts = {"parameters": A1111, "invokeai_metadata": '{"positive_prompt": "a"}', "Dream": "b -S 1"}
    found = find_recipe(texts)
    assert found is not None
    assert found.prompt == "a"
    without = find_recipe(texts | {"invokeai_metadata": "broken"})
    assert without is not None
    assert without.prompt == "b"


def test_everything_is_capped_and_can_be_shown() -> None:
    recipe = ForeignRecipe(
        program=Program.A1111,
        prompt="a\nb\0\x1b[31m\ud800" + "x" * 100_000,
        seed=-1,
        steps=10**30,
        scale=math.nan,
        size=(0, 5),
        model="../../etc/pass\nwd.ckpt",
        sampler="y" * 10_000,
        raw="z" * 10**6,
    )
    assert recipe.prompt.startswith("a\nb\ufffd\ufffd[31m\ufffd")
    assert (len(recipe.prompt), len(recipe.raw), len(recipe.sampler)) == (MAX_WORDS, MAX_RAW, 200)
    assert (recipe.seed, recipe.steps, recipe.scale, recipe.size, recipe.model) == (None, None, None, None, "pass wd")


SEEDS = st.none() | st.integers(0, MAX_SEED)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(WORDS, WORDS, SEEDS, st.none() | st.integers(0, 999), WORDS)
def test_facts_put_down_anew_are_read_again(
    prompt: str, negative: str, seed: int | None, steps: int | None, sampler: str
) -> None:
    recipe = ForeignRecipe(
        program=Program.INVOKEAI,
        prompt=f"a {prompt}",
        negative_prompt=f"no {negative}",
        seed=seed,
        steps=steps,
        sampler=f"k {sampler}",
        scale=7.5,
        size=(512, 768),
        model="m",
    )
    found = read_a1111(as_a1111(recipe))
    assert found is not None
    for name in ("prompt", "negative_prompt", "seed", "steps", "sampler", "scale", "size", "model"):
        assert getattr(found, name) == getattr(recipe, name)


JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["image", "model", "prompt", "seed", "name"]), inner)
    ),
)
LINES = st.lists(
    st.text() | st.sampled_from(["Steps: ", "Negative prompt: ", ", Seed: 1", '"', "\\", "-S", "[", "]", "\n", "1x1"]),
    max_size=30,
).map("".join)


@given(st.dictionaries(st.sampled_from(sorted(FOREIGN_KEYWORDS)), LINES | JSONS.map(json.dumps)))
def test_no_text_makes_a_reader_fail(texts: dict[str, str]) -> None:
    recipe = find_recipe(texts)
    if recipe is not None:
        for words in (recipe.prompt, recipe.negative_prompt, recipe.model, recipe.sampler, recipe.raw):
            words.encode()
            assert "\0" not in words
