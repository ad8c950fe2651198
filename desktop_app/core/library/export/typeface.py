"""Words on sheets: Inter, which ships with the program, and the system's own fonts for what it lacks.

Inter has Latin with every accent, Greek and Cyrillic. Other scripts (Chinese, Japanese, Korean, Hebrew, Arabic, …)
and emoji are drawn with a font of the system where one of `FALLBACKS` is installed, emoji in one colour; what no font
has is drawn as a box, so that nothing is left out unseen. Pillow's own font has no accents at all.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageDraw, ImageFont

from model_runtime.resources import resource_path

REGULAR, BOLD = "Inter-Regular.otf", "Inter-SemiBold.otf"

FALLBACKS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "YuGothR.ttc",
    "malgun.ttf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "Arial Unicode.ttf",
    "DejaVuSans.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "arial.ttf",
    "segoeui.ttf",
    "NotoEmoji-Regular.ttf",
    "seguiemj.ttf",
    "Symbola.ttf",
)
"""File names, the first that has a character draws it."""

_MAX_FONTS = 20_000
"""Files of the system's font folders that are looked at."""
_NOWHERE = "\U0010fffe"
"""A non-character: what a font draws for it is what it draws for all that it lacks."""
_JOINING = {"Mn", "Me", "Mc", "Cf"}
"""Unicode categories that belong to the character before them."""


@dataclass(frozen=True)
class Piece:
    """Characters in a row that one font draws."""

    text: str
    font: ImageFont.FreeTypeFont


def pieces(text: str, name: str, size: int) -> list[Piece]:
    """One line of text as pieces, in the order in which they are written. name: REGULAR or BOLD; size: pixels."""
    found: list[Piece] = []
    for mark in text:
        file = _file_for(mark, name)
        if found and (unicodedata.category(mark) in _JOINING or found[-1].font.path == file or mark == " "):
            found[-1] = Piece(found[-1].text + mark, found[-1].font)
        else:
            found.append(Piece(mark, _font(file, size)))
    return found


def width(text: str, name: str, size: int) -> float:
    """How many pixels a line takes."""
    return sum(piece.font.getlength(piece.text) for piece in pieces(text, name, size))


def draw_line(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, name: str, size: int, fill: str
) -> None:
    """Draw a line whose left end on the baseline is at `place`."""
    x, y = place
    for piece in pieces(text, name, size):
        draw.text((x, y), piece.text, fill=fill, font=piece.font, anchor="ls")
        x += piece.font.getlength(piece.text)


@lru_cache(maxsize=64)
def _font(file: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size)


@lru_cache(maxsize=8192)
def _file_for(mark: str, name: str) -> str:
    """The font file that draws a character: Inter too for what no font has."""
    inter = str(resource_path("fonts", name))
    if mark.isascii() or _has(inter, mark):
        return inter
    return next((file for file in _system_fonts() if _has(file, mark)), inter)


def _has(file: str, mark: str) -> bool:
    font = _font(file, 32)
    return _shape(font, mark) != _missing_shape(file)


@cache
def _missing_shape(file: str) -> tuple[bytes, tuple[int, int]]:
    return _shape(_font(file, 32), _NOWHERE)


def _shape(font: ImageFont.FreeTypeFont, mark: str) -> tuple[bytes, tuple[int, int]]:
    mask = font.getmask(mark)
    return bytes(mask), mask.size


@cache
def _system_fonts() -> tuple[str, ...]:
    """The installed ones of `FALLBACKS`, in their order; a font that cannot be opened is none."""
    installed: dict[str, str] = {}
    for count, path in enumerate(_font_files()):
        if count >= _MAX_FONTS:
            break
        installed.setdefault(path.name.lower(), str(path))
    usable = []
    for name in FALLBACKS:
        file = installed.get(name.lower())
        if file is not None:
            try:
                _font(file, 32)
            except OSError:
                continue
            usable.append(file)
    return tuple(usable)


def _font_files() -> Iterator[Path]:
    for folder in _font_folders():
        for place, _, names in os.walk(folder):
            for name in sorted(names):
                yield Path(place, name)


def _font_folders() -> list[Path]:
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library" / "Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local" / "share" / "fonts"]
