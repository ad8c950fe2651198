"""Picture files: what is inside, how they come into being, and how a stranger's is met."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from model_runtime.recipe.infotext import infotext
from model_runtime.recipe.picture_file import read_picture, read_recipe, save_picture, write_picture
from model_runtime.recipe.record import ModelIdentity, Parent, Recipe, RunFacts
from model_runtime.recipe.schema import to_json
from model_runtime.recipe.xmp import xmp_packet

RecipeMaker = Callable[..., Recipe]

# AUTOMATIC1111, modules/infotext_utils.py
RE_PARAM = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"

any_text = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from('a ,:"\\\n\r\t\x00\x1b\x7f\x85\u2028\ud83d\udc00\ufeff\ufffe🪑&<>]{}%é椅'), max_size=60
)


def noise_image(side: int = 32) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8))


def read_a1111(text: str) -> tuple[str, dict[str, str]]:
    """Prompt and settings as AUTOMATIC1111's parse_generation_parameters takes them."""
    *lines, last = text.strip().split("\n")
    if len(RE_PARAM.findall(last)) < 3:
        lines, last = [*lines, last], ""
    assert not any(line.strip().startswith("Negative prompt:") for line in lines)
    return "\n".join(lines), {key: value.strip() for key, value in RE_PARAM.findall(last)}


def test_pixels_and_recipe_come_back(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe, image = make_recipe(), noise_image()
    path = write_picture(image, recipe, tmp_path / "new" / "folder" / "a.png")
    assert path == tmp_path / "new" / "folder" / "a.png"
    assert read_recipe(path) == recipe
    picture = read_picture(path)
    assert (picture.recipe, picture.image.mode) == (recipe, "RGB")
    assert picture.image.tobytes() == image.tobytes()


@settings(max_examples=60, deadline=None)
@given(prompt=any_text)
def test_any_prompt_makes_a_file_that_everybody_can_read(
    make_recipe: RecipeMaker, tmp_path_factory: pytest.TempPathFactory, prompt: str
) -> None:
    recipe = make_recipe(prompt)
    path = save_picture(noise_image(4), recipe, tmp_path_factory.getbasetemp() / "any")
    try:
        assert read_recipe(path) == recipe
        with Image.open(path) as image:
            image.load()
            prompt_read, pairs = read_a1111(image.info["parameters"])
            packet = image.info["xmp"]
        assert "\n" not in prompt_read
        assert (pairs["Steps"], pairs["Seed"], pairs["CFG scale"], pairs["Size"]) == ("16", "7", "10", "4x4")
        ET.fromstring(packet)  # noqa: S314  # our own
    finally:
        path.unlink()


def test_the_text_form(make_recipe: RecipeMaker) -> None:
    assert infotext(make_recipe(), (256, 256)).splitlines() == [
        "an avocado armchair",
        "Steps: 16, Sampler: Gumbel, CFG scale: 10, Seed: 7, Size: 256x256, Model hash: ababababab, "
        f"Model: starter, Temperature: 1, Top k: 50, Version: Armchair {make_recipe().run.program}",
    ]


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("two\nlines\r\n\u2028here", "two lines here"),
        ('a "quoted": thing, Steps: 3, Seed: 4', 'a "quoted": thing, Steps: 3, Seed: 4'),
        ("Negative prompt: ugly", "Negative prompt : ugly"),
        (
            "x\nNegative prompt: ugly\nSteps: 1, Seed: 2, Size: 1x1",
            "x Negative prompt: ugly Steps: 1, Seed: 2, Size: 1x1",
        ),
        ("🪑\x00\ud800", "🪑\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_prompts_do_not_break_the_text_form(make_recipe: RecipeMaker, prompt: str, read: str) -> None:
    prompt_read, pairs = read_a1111(infotext(make_recipe(prompt), (8, 8)))
    assert prompt_read == read
    assert pairs["Seed"] == "7"
    assert all(re.fullmatch(r"[A-Za-z0-9 ]+", key) for key in pairs)


def test_values_with_commas_are_quoted(make_recipe: RecipeMaker) -> None:
    facts = make_recipe().run
    model = ModelIdentity(id='mini, "best": 1')
    recipe = make_recipe(run=RunFacts(**{**vars(facts), "model": model}))
    _, pairs = read_a1111(infotext(recipe, (8, 8)))
    assert pairs["Model"] == '"mini, \\"best\\": 1"'
    assert pairs["Version"].startswith("Armchair")


@pytest.mark.parametrize(
    ("parent", "word"),
    [
        (None, "trainedAlgorithmicMedia"),
        (Parent(kind="rewind"), "trainedAlgorithmicMedia"),
        (Parent(kind="photo"), "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_the_packet_says_that_the_picture_is_synthetic(
    make_recipe: RecipeMaker, parent: Parent | None, word: str
) -> None:
    tree = ET.fromstring(xmp_packet(make_recipe("{x} & <b>", parent=parent)))  # noqa: S314  # our own
    found = tree.find(f".//{SOURCE_TYPE}")
    assert found is not None
    assert found.text == f"http://cv.iptc.org/newscodes/digitalsourcetype/{word}"
    assert "{x} & <b>" in "".join(tree.itertext())


def test_nothing_but_pixels_is_taken_from_the_image(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    image = noise_image()
    image.info.update(comment="ada", exif=b"Exif\0\0ada", icc_profile=b"ada", xmp=b"ada", dpi=(300, 300))
    data = write_picture(image, make_recipe(), tmp_path / "a.png").read_bytes()
    assert b"ada" not in data
    names = re.findall(rb"(IHDR|tEXt|iTXt|zTXt|eXIf|iCCP|pHYs|IDAT|IEND)", data)
    assert names == [b"IHDR", b"iTXt", b"tEXt", b"iTXt", b"IDAT", b"IEND"]
    assert str(tmp_path).encode() not in data


def test_save_names_the_file_in_a_folder(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    first = save_picture(noise_image(), make_recipe(), tmp_path)
    second = save_picture(noise_image(), make_recipe(created=read_recipe(first).created), str(tmp_path))
    assert re.fullmatch(r"\d{8}-\d{6}-an-avocado-armchair-7\.png", first.name)
    assert second.name == first.name.replace("-7.png", "-7-2.png")


def test_other_tools_see_the_text(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe("a 🪑")
    path = write_picture(noise_image(), recipe, tmp_path / "a.png")
    with Image.open(path) as image:
        assert image.info["armchair"] == to_json(recipe)
        assert image.info["parameters"].startswith("a 🪑\nSteps: 16")
        copy = PngInfo()
        copy.add_itxt("armchair", image.info["armchair"], zip=True)
        image.save(tmp_path / "copy.png", pnginfo=copy)
    assert read_recipe(tmp_path / "copy.png") == recipe
