"""Copies carry what their format can; a copy to share carries the mark and nothing else; nothing is overwritten."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.library.export.copies import PictureFormat, save_as, save_share_copy
from desktop_app.core.library.export.marks import MAX_SEGMENT, exif_with_comment
from desktop_app.core.library.export.picture import PictureForExport, from_recipe
from desktop_app.core.library.importing.exif import user_comment
from desktop_app.core.library.importing.foreign_file import pixels_digest, read_pixels, read_texts
from desktop_app.core.library.importing.refusal import ImportRefused
from model_runtime.recipe.foreign.recipe import ForeignRecipe, Program
from model_runtime.recipe.picture_file import read_recipe, write_picture
from model_runtime.recipe.record import Parent, Recipe

RecipeMaker = Callable[..., Recipe]
PROMPT = "an avocado, “very” green: 100% & <b>é漢😀"
MARK = b"digitalsourcetype/trainedAlgorithmicMedia"


def drawing() -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 256, (48, 64, 3), np.uint8))


@pytest.fixture
def picture(make_recipe: RecipeMaker, tmp_path: Path) -> PictureForExport:
    recipe = make_recipe(PROMPT, seed=987654321)
    return from_recipe(write_picture(drawing(), recipe, tmp_path / "library" / "a.png"), recipe)


def test_a_png_copy_is_a_picture_file_again(picture: PictureForExport, tmp_path: Path) -> None:
    copy = save_as(picture, tmp_path / "copy.png", PictureFormat.PNG)
    assert read_recipe(copy) == picture.recipe
    assert pixels_digest(read_pixels(copy)) == pixels_digest(drawing())


@pytest.mark.parametrize("kind", [PictureFormat.JPEG, PictureFormat.WEBP])
def test_jpeg_and_webp_carry_the_words_for_other_programs(
    picture: PictureForExport, kind: PictureFormat, tmp_path: Path
) -> None:
    copy = save_as(picture, tmp_path / f"copy.{kind}", kind)
    found = read_texts(copy)
    assert isinstance(found, ForeignRecipe)
    assert (found.prompt, found.seed, found.scale, found.model) == (PROMPT, 987654321, 10.0, "starter")
    with Image.open(copy) as image:
        assert image.format == ("JPEG" if kind is PictureFormat.JPEG else "WEBP")
        packet = image.info["xmp"]
        # Pillow's own reading of the block, not ours.
        comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert MARK in packet
    assert "avocado" in packet.decode()
    assert comment[8:].decode("utf-16-be").startswith(PROMPT)


def test_quality_decides_the_size(picture: PictureForExport, tmp_path: Path) -> None:
    for kind in (PictureFormat.JPEG, PictureFormat.WEBP):
        low, high = (save_as(picture, tmp_path / f"{q}.{kind}", kind, quality=q).stat().st_size for q in (30, 95))
        assert low < 0.8 * high
    with pytest.raises(ValueError, match="quality"):
        save_as(picture, tmp_path / "x.jpg", PictureFormat.JPEG, quality=0)


@pytest.mark.parametrize("kind", PictureFormat)
def test_a_copy_to_share_tells_nothing_but_that_a_model_drew_it(
    picture: PictureForExport, kind: PictureFormat, tmp_path: Path
) -> None:
    copy = save_share_copy(picture, tmp_path / f"copy.{kind}", kind)
    content = copy.read_bytes()
    assert MARK in content
    words = [
        "avocado",
        "987654321",
        "armchair",
        "starter",
        "gumbel",
        "parameters",
        "steps",
        "pillow",
        "library",
        "2026",
    ]
    for word in words:
        for form in (word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")):
            assert form not in content.lower(), word
    with Image.open(copy) as image:
        image.load()
        told = {name for name in image.info if not re.fullmatch("jfif.*|dpi|loop|background|timestamp|duration", name)}
        assert told <= {"xmp", "XML:com.adobe.xmp"}
    # Compressed text would hide from a search of the bytes.
    assert read_texts(copy) is None


def test_a_picture_that_began_as_a_photo_says_so(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe(parent=Parent(kind="photo", id="ab" * 32))
    source = from_recipe(write_picture(drawing(), recipe, tmp_path / "a.png"), recipe)
    content = save_share_copy(source, tmp_path / "b.jpg", PictureFormat.JPEG).read_bytes()
    assert b"compositeWithTrainedAlgorithmicMedia" in content
    assert b"abab" not in content


def test_somebodys_photo_is_not_called_synthetic(tmp_path: Path) -> None:
    drawing().save(tmp_path / "photo.jpg")
    source = from_recipe(tmp_path / "photo.jpg", None)
    for kind in PictureFormat:
        assert b"lgorithmicMedia" not in save_as(source, tmp_path / f"b.{kind}", kind).read_bytes()


def test_another_programs_words_go_with_the_copy(tmp_path: Path) -> None:
    drawing().save(tmp_path / "a.png")
    recipe = ForeignRecipe(
        program=Program.INVOKEAI, prompt="two\nlines", negative_prompt="fog", seed=5, steps=20, scale=7.5, model="a, b"
    )
    for kind in PictureFormat:
        copy = save_as(from_recipe(tmp_path / "a.png", recipe), tmp_path / f"b.{kind}", kind)
        found = read_texts(copy)
        assert isinstance(found, ForeignRecipe)
        assert (found.prompt, found.negative_prompt, found.seed) == ("two\nlines", "fog", 5)
        assert (found.steps, found.scale, found.model) == (20, 7.5, "a, b")


def test_nothing_is_overwritten_and_nothing_is_left_of_a_failure(picture: PictureForExport, tmp_path: Path) -> None:
    target = tmp_path / "out" / "a.jpg"
    first = save_as(picture, target, PictureFormat.JPEG)
    before = first.read_bytes()
    second = save_share_copy(picture, target, PictureFormat.JPEG)
    assert (first.name, second.name) == ("a.jpg", "a-2.jpg")
    assert first.read_bytes() == before
    picture.path.write_bytes(picture.path.read_bytes()[:200])
    with pytest.raises(ImportRefused) as caught:
        save_as(picture, tmp_path / "out" / "b.jpg", PictureFormat.JPEG)
    assert caught.value.code == "import_damaged"
    assert sorted(path.name for path in target.parent.iterdir()) == ["a-2.jpg", "a.jpg"]


@pytest.mark.parametrize("words", ["fox " * 25_000, "漢" * 100_000, "😀" * 50_000, "<&>" * 33_000])
def test_the_longest_prompts_fit_a_jpegs_segments(make_recipe: RecipeMaker, words: str, tmp_path: Path) -> None:
    recipe = make_recipe(words)
    source = from_recipe(write_picture(drawing(), recipe, tmp_path / "a.png"), recipe)
    copy = save_as(source, tmp_path / "a.jpg", PictureFormat.JPEG)
    found = read_texts(copy)
    assert isinstance(found, ForeignRecipe)
    assert (found.seed, found.prompt[:3]) == (7, words[:3])
    assert MARK in copy.read_bytes()


def test_a_comment_is_cut_between_characters() -> None:
    block = exif_with_comment("😀" * 40_000 + "\nSteps: 1, Seed: 2, Size: 3x3")
    assert len(block) < MAX_SEGMENT
    text = user_comment(block.removeprefix(b"Exif\0\0"))
    assert text.endswith("\nSteps: 1, Seed: 2, Size: 3x3")
    text.encode()


def test_transparency_shows_white_in_a_jpeg_and_stays_elsewhere(tmp_path: Path) -> None:
    glass = Image.new("RGBA", (16, 16), (255, 0, 0, 0))
    glass.save(tmp_path / "a.png")
    source = from_recipe(tmp_path / "a.png", None)
    for kind in PictureFormat:
        shown = read_pixels(save_as(source, tmp_path / f"b.{kind}", kind))
        if kind is PictureFormat.JPEG:
            assert shown.getpixel((8, 8)) == (255, 255, 255)
        else:
            assert shown.getchannel("A").getextrema() == (0, 0)


def test_a_turned_photo_stays_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(content, format="JPEG", exif=exif)
    (tmp_path / "a.jpg").write_bytes(content.getvalue())
    copy = save_as(from_recipe(tmp_path / "a.jpg", None), tmp_path / "b.png", PictureFormat.PNG)
    assert read_pixels(copy).size == (20, 40)


@pytest.mark.parametrize("kind", PictureFormat)
def test_noise_can_be_saved_at_the_highest_quality(kind: PictureFormat, tmp_path: Path) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (600, 600, 3), np.uint8))
    noise.save(tmp_path / "a.png")
    copy = save_as(from_recipe(tmp_path / "a.png", None), tmp_path / f"b.{kind}", kind, quality=100)
    assert read_pixels(copy).size == (600, 600)
