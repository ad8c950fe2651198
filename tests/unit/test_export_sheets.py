"""Contact sheets and the sheet of nine: every picture in its place, words that fit, a mark that stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop_app.core.library.export import contact_sheet, typeface
from desktop_app.core.library.export.caption import ELLIPSIS, fit
from desktop_app.core.library.export.contact_sheet import SheetLook, write_contact_sheet
from desktop_app.core.library.export.copies import PictureFormat
from desktop_app.core.library.export.errors import ExportCancelled, ExportError
from desktop_app.core.library.export.meme_sheet import write_meme_sheet
from desktop_app.core.library.export.palette import DARK, LIGHT
from desktop_app.core.library.export.picture import PictureForExport, from_recipe
from desktop_app.core.library.export.typeface import BOLD, REGULAR, pieces, width
from model_runtime.recipe.record import Recipe

RecipeMaker = Callable[..., Recipe]
PNG = PictureFormat.PNG
COLOURS = [(200, 20 * number, 250 - 20 * number) for number in range(12)]


@pytest.fixture
def pictures(make_recipe: RecipeMaker, tmp_path: Path) -> list[PictureForExport]:
    made = []
    for number, colour in enumerate(COLOURS):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (64, 64), colour).save(path)
        made.append(from_recipe(path, make_recipe(f"a fox, number {number}", seed=number)))
    return made


def runs(image: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """The box around every pixel of a colour."""
    rows, columns = np.nonzero((np.asarray(image) == colour).all(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def test_pictures_stand_in_reading_order(pictures: list[PictureForExport], tmp_path: Path) -> None:
    look = SheetLook(columns=5, tile=128, title="Füchse")
    done = write_contact_sheet(pictures, tmp_path / "sheet.png", PNG, look)
    sheet = opened(done.path)
    boxes = [runs(sheet, colour) for colour in COLOURS]
    assert [(right - left, bottom - top) for left, top, right, bottom in boxes] == [(128, 128)] * 12
    lefts, tops = (sorted({box[side] for box in boxes}) for side in (0, 1))
    assert [(lefts.index(box[0]), tops.index(box[1])) for box in boxes] == [(n % 5, n // 5) for n in range(12)]
    assert b"trainedAlgorithmicMedia" in done.path.read_bytes()


@pytest.mark.parametrize(("dark", "palette"), [(False, LIGHT), (True, DARK)])
def test_captions_are_words_in_the_right_colour(
    pictures: list[PictureForExport], dark: bool, palette: dict[str, str], tmp_path: Path
) -> None:
    with_words = opened(write_contact_sheet(pictures[:4], tmp_path / "a.png", PNG, SheetLook(dark=dark)).path)
    plain = SheetLook(dark=dark, captions=False)
    without = opened(write_contact_sheet(pictures[:4], tmp_path / "b.png", PNG, plain).path)
    background, ink, second = (tuple(bytes.fromhex(palette[name][1:])) for name in ("background", "text", "text_2"))
    colours = {colour for _, colour in with_words.getcolors(2**24) or []}
    assert {background, ink, second} <= colours
    assert ink not in {colour for _, colour in without.getcolors(2**24) or []}
    assert without.height < with_words.height


def test_many_pictures_make_small_tiles_not_large_sheets(
    pictures: list[PictureForExport], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(contact_sheet, "MAX_SHEET", 2**20)
    look = SheetLook(tile=512, captions=False)
    done = write_contact_sheet(pictures[:1] * 100, tmp_path / "a.webp", PictureFormat.WEBP, look)
    sheet = opened(done.path)
    assert 2**19 < sheet.width * sheet.height <= 2**20
    with pytest.raises(ExportError) as caught:
        write_contact_sheet(pictures[:1] * 1000, tmp_path / "b.png", PNG)
    assert caught.value.code == "sheet_too_large"


@pytest.mark.parametrize(
    ("count", "rows"), [(1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2]), (5, [3, 2]), (7, [3, 3, 1]), (9, [3, 3, 3])]
)
def test_fewer_than_nine_fill_the_page_too(
    pictures: list[PictureForExport], count: int, rows: list[int], tmp_path: Path
) -> None:
    sheet = opened(write_meme_sheet(pictures[:count], tmp_path / "a.png", PNG).path)
    boxes = [runs(sheet, colour) for colour in COLOURS[:count]]
    tops = sorted({box[1] for box in boxes})
    assert [sum(box[1] == top for box in boxes) for top in tops] == rows
    sides = {box[2] - box[0] for box in boxes}
    assert len(sides) == 1
    for top in tops:  # each row stands in the middle
        line = [box for box in boxes if box[1] == top]
        assert abs(min(box[0] for box in line) - (sheet.width - max(box[2] for box in line))) <= 2
    assert sheet.getpixel((1, 1)) == (255, 255, 255)


def test_the_prompt_is_the_caption_and_only_nine_are_shown(pictures: list[PictureForExport], tmp_path: Path) -> None:
    done = write_meme_sheet(pictures, tmp_path / "a.jpg", PictureFormat.JPEG)
    assert done.count == 9
    assert b"trainedAlgorithmicMedia" in done.path.read_bytes()
    assert b"fox" not in done.path.read_bytes()
    own = opened(write_meme_sheet(pictures, tmp_path / "own.png", PNG, caption="Ärger").path)
    none = opened(write_meme_sheet(pictures, tmp_path / "none.png", PNG, caption="").path)
    assert none.height < own.height
    ink = {colour for _, colour in none.getcolors(2**24) or []}
    assert (0x1F, 0x22, 0x1C) not in ink


def test_what_cannot_be_read_is_told(pictures: list[PictureForExport], tmp_path: Path) -> None:
    gone = from_recipe(tmp_path / "gone.png", None)
    for write in (write_meme_sheet, write_contact_sheet):
        done = write([gone, *pictures[:2]], tmp_path / "out" / "a.png", PNG)
        assert (done.count, [fault.code for fault in done.faults]) == (2, ["os_error"])
        for nothing in ([gone], []):
            with pytest.raises(ExportError) as caught:
                write(nothing, tmp_path / "none.png", PNG)
            assert caught.value.code == "nothing_to_export"
        with pytest.raises(ExportCancelled):
            write(pictures, tmp_path / "none.png", PNG, cancelled=lambda: True)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a-2.png", "a.png"]
    assert not (tmp_path / "none.png").exists()


def test_long_pictures_keep_their_shape_and_glass_shows_paper(tmp_path: Path) -> None:
    Image.new("RGB", (400, 100), (200, 0, 0)).save(tmp_path / "long.png")
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(tmp_path / "glass.png")
    given_pictures = [from_recipe(tmp_path / name, None) for name in ("long.png", "glass.png")]
    done = write_contact_sheet(given_pictures, tmp_path / "a.png", PNG, SheetLook(tile=128, dark=True))
    left, top, right, bottom = runs(opened(done.path), (200, 0, 0))
    assert (right - left, bottom - top) == (128, 32)
    assert (255, 255, 255) in {colour for _, colour in opened(done.path).getcolors(2**24) or []}
    assert b"lgorithmicMedia" not in done.path.read_bytes()


@given(st.text(max_size=400) | st.text("abc 漢é", max_size=400), st.integers(40, 600), st.integers(1, 4))
@settings(max_examples=60)
def test_captions_stay_within_their_room(text: str, room: int, max_lines: int) -> None:
    caption = fit(text, BOLD, room=room, max_lines=max_lines, largest=32, smallest=12)
    assert len(caption.lines) <= max_lines
    assert 12 <= caption.size <= 32
    assert all(width(line, caption.name, caption.size) <= room for line in caption.lines)


def test_long_captions_shrink_and_then_are_cut() -> None:
    def fitted(text: str) -> tuple[int, int, bool]:
        caption = fit(text, REGULAR, room=400, max_lines=3, largest=40, smallest=16)
        return caption.size, len(caption.lines), caption.lines[-1].endswith(ELLIPSIS)

    assert fitted("a fox") == (40, 1, False)
    size, lines, cut = fitted("a purple fox wearing a top hat on the moon, " * 3)
    assert (16 < size < 40, lines, cut) == (True, 3, False)
    assert fitted("a purple fox wearing a top hat on the moon, " * 100) == (16, 3, True)
    assert fitted("x" * 100_000) == (16, 3, True)


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_the_shipped_font_has_the_accents_of_europe(name: str) -> None:
    words = "ÀÉÎÕÜßçñøåæœłŁčřžőűşğıİȘșĐđþ ΑΩάώ АЯёїў “quotes” – — … × · €"
    assert [Path(piece.font.path).name for piece in pieces(words, name, 20)] == [name]


def test_what_no_font_has_is_drawn_as_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeface, "_system_fonts", tuple)
    typeface._file_for.cache_clear()
    try:
        (piece,) = pieces("a\u4e00b", REGULAR, 20)
        assert Path(piece.font.path).name == REGULAR
        assert piece.font.getlength("\u4e00") > 5
    finally:
        typeface._file_for.cache_clear()
