"""The recipe as JSON: everything comes back, and nothing of a stranger's is believed."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.errors import CorruptPicture
from model_runtime.recipe.record import ModelIdentity, Parent, Recipe, RunFacts
from model_runtime.recipe.schema import MAX_JSON, from_json, to_json
from model_runtime.request import GenerationRequest, SamplingSettings

any_text = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from('a ,:"\\\n\r\t\x00\x1b\x7f\x85\u2028\ud83d\udc00\ufeff\ufffe🪑&<>]{}%é椅'), max_size=60
)
"""Any prompt; the second half is rich in what breaks formats."""


def make_recipe(prompt: str = "an avocado armchair", done: int = 16, **changes: Any) -> Recipe:
    facts = RunFacts(
        prompt=GenerationRequest(prompt=prompt).prompt,
        sampling=SamplingSettings(temperature=0.7, top_k=50, top_p=0.9, condition_scale=10),
        model=ModelIdentity(id="dalle-mini/dalle-mega", revision="v1", sha256="ab" * 32),
        tokenizer="bart-50264",
        normalizer=1,
        noise=1,
        precision="float32",
        device="cpu",
        batch=4,
    )
    values: dict[str, Any] = {
        "run": facts,
        "index": 3,
        "seed": 2**53 - 1,
        "image_length": 16,
        "tokens": np.arange(done) * 4000,
        "log_probs": np.linspace(-9, 0, done),
        "log_probs_unconditional": np.full(done, np.nan),
        "likelihood_gain": 1.25,
        "clip_score": 0.31,
    }
    return Recipe(**{**values, **changes})


def fixed_tokens(*places: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    fixed = np.full(16, -1, np.int32)
    fixed[list(places)] = [4000 * place for place in places]
    return fixed


@given(prompt=any_text)
def test_any_prompt_comes_back(prompt: str) -> None:
    recipe = make_recipe(prompt)
    text = to_json(recipe)
    assert text.isascii()
    assert from_json(text) == recipe


@pytest.mark.parametrize("done", [0, 1, 15, 16])
def test_unfinished_pictures_keep_the_fixed_tokens_that_lie_ahead(done: int) -> None:
    recipe = make_recipe(done=done, fixed_tokens=fixed_tokens(0, 7, 15))
    back = from_json(to_json(recipe))
    assert back == recipe
    assert back.fixed_tokens is not None
    assert back.fixed_tokens.tolist() == fixed_tokens(0, 7, 15).tolist()
    assert (back.tokens_done, back.finished) == (done, done == 16)


def test_what_was_not_known_stays_unknown() -> None:
    recipe = make_recipe(
        log_probs=None,
        log_probs_unconditional=None,
        likelihood_gain=float("nan"),
        clip_score=None,
        fixed_tokens=fixed_tokens(),
        parent=Parent(kind="photo"),
    )
    back = from_json(to_json(recipe))
    assert back == recipe
    assert (back.likelihood_gain, back.log_probs, back.fixed_tokens, back.parent) == (
        None,
        None,
        None,
        Parent(kind="photo"),
    )


def test_log_probabilities_are_float16_and_never_above_zero() -> None:
    back = from_json(to_json(make_recipe(done=3, log_probs=np.array([1e-7, -1e9, -0.1]))))
    assert back.log_probs is not None
    assert back.log_probs.dtype == np.float16
    assert back.log_probs.tolist() == [0.0, -65504.0, float(np.float16(-0.1))]


def test_the_stored_form_is_the_documented_one() -> None:
    recipe = make_recipe(
        done=2,
        fixed_tokens=fixed_tokens(1, 9),
        created=datetime(2026, 11, 21, 15, 15, 2, tzinfo=timezone(timedelta(hours=1))),
        parent=Parent(kind="rewind", id="ab" * 32),
    )
    tree = json.loads(to_json(recipe))
    assert tree["schema"] == 1
    assert tree["created"] == "2026-11-21T14:15:02Z"
    assert base64.b64decode(tree["tokens"]) == b"\x00\x00\xa0\x0f"
    assert (tree["tokens_done"], tree["image_length"]) == (2, 16)
    assert base64.b64decode(tree["fixed"]["mask"]) == bytes([0b01000000, 0b01000000])
    assert base64.b64decode(tree["fixed"]["ahead"]) == (9 * 4000).to_bytes(2, "little")
    assert tree["parent"] == {"kind": "rewind", "id": "ab" * 32}


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        ("mini", "mini"),
        ("dalle-mini/dalle-mega", "dalle-mini/dalle-mega"),
        ("/home/ada/models/mega", "mega"),
        ("C:\\Users\\ada\\mega", "mega"),
        ("\\\\server\\share\\mega", "mega"),
        ("~/models/mega", "mega"),
        ("../mega", "mega"),
        ("/", "model"),
    ],
)
def test_a_model_path_is_not_told(given_id: str, kept: str) -> None:
    assert ModelIdentity(id=given_id).id == kept


def test_recipes_refuse_shapes_that_disagree() -> None:
    for changes in (
        {"tokens": np.zeros(17)},
        {"tokens": np.zeros((4, 4))},
        {"log_probs": np.zeros(3)},
        {"fixed_tokens": np.zeros(3, np.int32)},
    ):
        with pytest.raises(ValueError, match="tokens"):
            make_recipe(**changes)


def test_keys_of_later_programs_are_ignored() -> None:
    recipe = make_recipe()
    tree = json.loads(to_json(recipe))
    assert from_json(json.dumps({**tree, "colour": {"of": ["hope"]}})) == recipe


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change to the JSON tree: sets the entry at a dotted path, or removes it where `value` is ..."""

    def change(tree: dict[str, Any]) -> None:
        *parents, key = path.split(".")
        for parent in parents:
            tree = tree[parent]
        if value is ...:
            del tree[key]
        else:
            tree[key] = value

    return change


REQUIRED = (
    "schema id run index created prompt seed sampling sampling.temperature sampling.condition_scale model model.id "
    "text text.normalizer noise engine engine.batch image_length tokens_done tokens log_probs scores"
).split()
BAD: list[tuple[str, object]] = [
    *((path, ...) for path in REQUIRED),
    *((path, value) for path in REQUIRED for value in (None, [], True)),
    ("model", {"x": 1}),
    ("schema", 0),
    ("schema", "1"),
    ("id", "not-a-uuid"),
    ("id", "../../../etc/passwd"),
    ("run", "G" * 36),
    ("index", 64),
    ("index", 1.0),
    ("seed", -1),
    ("seed", 2**53),
    ("created", "yesterday"),
    ("created", "2026-11-21T14:15:02"),
    ("created", "0001-01-01T00:00:00+14:00"),
    ("created", "9999-12-31T23:59:59-14:00"),
    ("prompt", "x" * 100_001),
    ("sampling.temperature", 0),
    ("sampling.temperature", 10**400),
    ("sampling.top_k", 0),
    ("sampling.top_k", 1.5),
    ("sampling.top_p", 2),
    ("sampling.condition_scale", 1000),
    ("model.id", "x" * 201),
    ("model.id", "two\nlines"),
    ("model.id", 7),
    ("model.revision", "\ud800"),
    ("model.sha256", "AB" * 32),
    ("model.sha256", "ab"),
    ("engine.batch", 0),
    ("engine.device", "x" * 41),
    ("image_length", 0),
    ("image_length", 2**40),
    ("image_length", 15),
    ("tokens_done", 15),
    ("tokens_done", 17),
    ("tokens", ""),
    ("tokens", "é" * 44),
    ("tokens", "A" * 4000),
    ("tokens", "AAAA AAA" * 5),
    ("fixed", []),
    ("fixed", {"mask": "AA==", "ahead": ""}),
    ("fixed", {"mask": "AAA=", "ahead": "AAA="}),
    ("fixed", {"mask": "AAA="}),
    ("log_probs.conditional", "AAAA"),
    ("log_probs.conditional", base64.b64encode(np.ones(16, "<f2").tobytes()).decode()),
    ("scores.likelihood_gain", "1"),
    ("scores.clip", 10**400),
    ("parent", "photo"),
    ("parent", {"kind": "Photo"}),
    ("parent", {"kind": "photo", "id": "x"}),
    ("parent", {"kind": "photo", "id": "/home/ada/photo.jpg"}),
    ("program", "x" * 41),
]


@pytest.mark.parametrize(("path", "value"), BAD, ids=lambda part: repr(part)[:30])
def test_a_bad_field_is_named(path: str, value: object) -> None:
    tree = json.loads(to_json(make_recipe()))
    put(path, value)(tree)
    with pytest.raises(CorruptPicture) as caught:
        from_json(json.dumps(tree), file="x.png")
    assert caught.value.code == "bad_recipe"
    assert caught.value.parameters["file"] == "x.png"
    named = str(caught.value.parameters["field"])
    # A wrong length shows in the arrays that it is the length of.
    assert path.startswith(named) or named.startswith(path) or path in ("image_length", "tokens_done")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"x"',
        "{}",
        "{" * 100_000,
        "[" * 100_000,
        "9" * 10_000,
        '{"schema": 1e999}',
        '{"schema": NaN}',
        " " * (MAX_JSON + 1),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_recipe_at_all_is_refused(text: str) -> None:
    with pytest.raises(CorruptPicture) as caught:
        from_json(text)
    assert caught.value.code == "bad_recipe"


def test_numbers_that_json_does_not_have_are_refused() -> None:
    for word in ("NaN", "Infinity", "1e999"):
        text = to_json(make_recipe()).replace('"temperature":0.7', f'"temperature":{word}')
        with pytest.raises(CorruptPicture):
            from_json(text)


def test_a_newer_recipe_says_so() -> None:
    tree = json.loads(to_json(make_recipe()))
    with pytest.raises(CorruptPicture) as caught:
        from_json(json.dumps({"schema": 2, "prompt": tree["prompt"]}), file="x.png")
    assert caught.value.code == "newer_recipe"
    assert caught.value.parameters == {"file": "x.png", "found": 2, "known": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ALL_PATHS = [
    *REQUIRED,
    "fixed",
    "parent",
    "model.id",
    "log_probs.conditional",
    "scores.clip",
    "sampling.top_p",
]


@given(path=st.sampled_from(ALL_PATHS), value=json_values)
def test_any_value_in_any_field_is_read_or_refused(path: str, value: object) -> None:
    tree = json.loads(to_json(make_recipe()))
    put(path, value)(tree)
    try:
        recipe = from_json(json.dumps(tree))
    except CorruptPicture:
        return
    assert from_json(to_json(recipe)) == recipe


def test_moments_are_kept_in_utc() -> None:
    recipe = make_recipe(created=datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert recipe.created == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert recipe.created.tzinfo is UTC
