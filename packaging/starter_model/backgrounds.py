"""The twelve flat colours and the nine drawn scenes behind the objects.

Each is one fixed picture, flat wherever it can be, so that its 256 tokens hardly ever change. They are drawn
four times too large and averaged down for clean edges.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

COLOUR_VALUES: dict[str, Colour] = {
    "white": (255, 255, 255),
    "black": (22, 22, 26),
    "gray": (152, 154, 160),
    "red": (222, 62, 62),
    "orange": (246, 150, 58),
    "yellow": (250, 215, 80),
    "green": (96, 184, 96),
    "blue": (74, 130, 226),
    "purple": (146, 92, 202),
    "pink": (246, 162, 196),
    "brown": (140, 96, 66),
    "turquoise": (74, 200, 194),
}

CANVAS = 256
OVERSAMPLING = 4


class _Brush:
    """Draws in units of the 256-pixel canvas on the large one."""

    def __init__(self, fill: Colour) -> None:
        side = CANVAS * OVERSAMPLING
        self.image = Image.new("RGB", (side, side), fill)
        self._draw = ImageDraw.Draw(self.image)

    def band(self, top: float, bottom: float, fill: Colour) -> None:
        self._draw.rectangle(self._scaled((0, top, CANVAS, bottom)), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour, flat: float = 1.0) -> None:
        height = radius * flat
        self._draw.ellipse(self._scaled((x - radius, y - height, x + radius, y + height)), fill=fill)

    def ring(self, x: float, y: float, radius: float, outline: Colour) -> None:
        box = self._scaled((x - radius, y - radius, x + radius, y + radius))
        self._draw.ellipse(box, outline=outline, width=2 * OVERSAMPLING)

    def line(self, ends: tuple[float, float, float, float], fill: Colour, width: float) -> None:
        self._draw.line(self._scaled(ends), fill=fill, width=round(width * OVERSAMPLING))

    def polygon(self, points: list[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points], fill=fill)

    @staticmethod
    def _scaled(numbers: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        a, b, c, d = numbers
        return a * OVERSAMPLING, b * OVERSAMPLING, c * OVERSAMPLING, d * OVERSAMPLING


# Small marks sit in the middle of chosen cells, (column, row), so each is one token of its own.
_STARS = ((1, 1), (4, 3), (7, 0), (10, 2), (13, 6), (2, 6), (15, 9), (0, 10), (8, 4), (5, 7), (11, 8))
_DROPS = tuple((column, row) for row in range(0, 15, 2) for column in range((row // 2 * 3) % 4, 16, 4))
_FLAKES = ((1, 2), (4, 0), (7, 3), (11, 1), (14, 3), (2, 6), (13, 7), (5, 8), (9, 5), (0, 9), (10, 9))


def _middle(cell: tuple[int, int]) -> tuple[float, float]:
    return cell[0] * 16 + 8, cell[1] * 16 + 8


def _moon() -> Image.Image:
    brush = _Brush((12, 12, 30))
    for cell in _STARS:
        brush.disc(*_middle(cell), 2.2, (255, 255, 255))
    brush.disc(216, 40, 20, (70, 130, 225))
    brush.disc(210, 34, 8, (95, 185, 105))
    brush.disc(224, 50, 6, (95, 185, 105))
    brush.disc(128, 470, 320, (172, 172, 180))
    for x, y, radius in ((40, 214, 16), (210, 206, 13), (128, 238, 20), (80, 184, 8), (176, 180, 7)):
        brush.disc(x, y, radius, (136, 136, 146), 0.42)
    return brush.image


def _night() -> Image.Image:
    brush = _Brush((28, 32, 84))
    for cell in _STARS:
        brush.disc(*_middle(cell), 2.2, (255, 244, 190))
    brush.disc(216, 40, 24, (255, 236, 160))
    brush.disc(206, 34, 20, (28, 32, 84))
    brush.band(224, CANVAS, (22, 44, 52))
    return brush.image


def _beach() -> Image.Image:
    brush = _Brush((150, 216, 250))
    brush.disc(216, 40, 22, (255, 226, 100))
    brush.band(112, 176, (40, 150, 214))
    for row in (128, 152):
        for x in range(16, CANVAS, 64):
            brush.line((x, row, x + 24, row), (140, 208, 240), 3)
    brush.band(176, CANVAS, (244, 218, 160))
    return brush.image


def _under_water() -> Image.Image:
    brush = _Brush((26, 120, 196))
    for x, y, radius in ((24, 40, 8), (40, 88, 5), (232, 56, 9), (216, 104, 5), (24, 152, 6), (232, 168, 7)):
        brush.ring(x, y, radius, (170, 220, 250))
    for x in (24, 56, 200, 232):
        brush.line((x, 184, x - 6, 208), (34, 150, 110), 7)
        brush.line((x - 6, 206, x, 232), (34, 150, 110), 7)
    brush.band(224, CANVAS, (214, 190, 130))
    return brush.image


def _snow() -> Image.Image:
    brush = _Brush((160, 190, 222))
    for cell in _FLAKES:
        brush.disc(*_middle(cell), 4, (255, 255, 255))
    brush.band(176, CANVAS, (240, 246, 252))
    return brush.image


def _rain() -> Image.Image:
    brush = _Brush((112, 124, 142))
    for cell in _DROPS:
        x, y = _middle(cell)
        brush.line((x + 3, y - 6, x - 3, y + 6), (190, 212, 236), 2.6)
    brush.band(224, CANVAS, (84, 94, 110))
    return brush.image


def _desert() -> Image.Image:
    brush = _Brush((252, 216, 150))
    brush.disc(216, 40, 22, (255, 246, 190))
    brush.disc(60, 300, 150, (228, 172, 96), 1.0)
    brush.disc(220, 330, 150, (228, 172, 96), 1.0)
    brush.band(192, CANVAS, (212, 152, 80))
    return brush.image


def _sunset() -> Image.Image:
    brush = _Brush((88, 52, 122))
    for top, bottom, colour in (
        (64, 112, (160, 70, 130)),
        (112, 160, (226, 104, 104)),
        (160, 208, (250, 160, 90)),
    ):
        brush.band(top, bottom, colour)
    brush.disc(128, 208, 56, (255, 226, 120))
    brush.band(208, CANVAS, (58, 34, 78))
    return brush.image


def _grass() -> Image.Image:
    brush = _Brush((140, 206, 250))
    for x, y in ((48, 40), (208, 56)):
        for dx, radius in ((-16, 10), (0, 15), (16, 10)):
            brush.disc(x + dx, y, radius, (255, 255, 255), 0.8)
    brush.band(160, CANVAS, (104, 190, 84))
    for column, row in ((1, 12), (4, 14), (13, 12), (15, 14), (0, 15), (11, 15), (2, 10), (14, 10)):
        left, top = _middle((column, row))
        for lean in (-4, 0, 4):
            brush.line((left, top + 5, left + lean, top - 5), (70, 152, 62), 2)
    return brush.image


_DRAWN: dict[str, Callable[[], Image.Image]] = {
    "moon": _moon,
    "night": _night,
    "beach": _beach,
    "under water": _under_water,
    "snow": _snow,
    "rain": _rain,
    "desert": _desert,
    "sunset": _sunset,
    "grass": _grass,
}


@cache
def background_array(name: str, size: int) -> NDArray[np.uint8]:
    """Return the background as a read-only (size, size, 3) array."""
    if name in COLOUR_VALUES:
        array = np.empty((size, size, 3), np.uint8)
        array[:] = COLOUR_VALUES[name]
    else:
        array = np.array(_DRAWN[name]().resize((size, size), Image.Resampling.BOX))
    array.setflags(write=False)
    return array
