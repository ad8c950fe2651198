"""Gives a drawing another colour or material while its shading, and so its shape, stays."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]

TINT_VALUES: dict[str, tuple[int, int, int]] = {
    "red": (222, 36, 40),
    "orange": (248, 130, 20),
    "yellow": (250, 206, 20),
    "green": (52, 168, 66),
    "blue": (36, 104, 232),
    "purple": (134, 58, 204),
    "pink": (250, 108, 178),
    "black": (58, 58, 64),
}

_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
_DARK = np.array([20, 16, 24], np.float32)


def _shading(sprite: Image.Image) -> tuple[NDArray[np.uint8], Floats]:
    """Return the pixels and their lightness in 0..1, with the drawing's typical lightness moved to one half.

    Without that an aubergine would be a dark red and a panda a pale one under the same word.
    """
    pixels = np.asarray(sprite)
    light = (pixels[..., :3].astype(np.float32) / 255) @ _LUMINANCE
    solid = light[pixels[..., 3] > 128]
    # Outlines, eyes and tyres say nothing about the body's colour.
    body = solid[solid > 0.2] if (solid > 0.2).any() else solid
    typical = float(np.clip(np.median(body), 0.35, 0.74)) if body.size else 0.5
    return pixels, np.power(light, np.float32(np.log(0.5) / np.log(typical)))


def _ramp(light: Floats, stops: list[tuple[float, Floats]]) -> NDArray[np.uint8]:
    """Map lightness to colour by straight lines between the stops."""
    places = [place for place, _ in stops]
    channels = [np.interp(light, places, [colour[i] for _, colour in stops]) for i in range(3)]
    return np.stack(channels, axis=-1).clip(0, 255).astype(np.uint8)


def _with_alpha(colour: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(np.concatenate([colour, pixels[..., 3:]], axis=2))


def tinted(sprite: Image.Image, tint: str) -> Image.Image:
    """Return the drawing in shades of one colour; what was dark stays dark."""
    pixels, light = _shading(sprite)
    base = np.array(TINT_VALUES[tint], np.float32)
    white = np.full(3, 255, np.float32)
    stops = [
        (0.0, _DARK),
        (0.12, 0.25 * base + 0.75 * _DARK),
        (0.32, 0.72 * base + 0.28 * _DARK),
        (0.5, base),
        (0.75, 0.82 * base + 0.18 * white),
        (1.0, 0.45 * base + 0.55 * white),
    ]
    return _with_alpha(_ramp(light, stops), pixels)


def _stops(*colours: tuple[float, int, int, int]) -> list[tuple[float, Floats]]:
    return [(place, np.array(rgb, np.float32)) for place, *rgb in colours]


def _gold(light: Floats) -> NDArray[np.uint8]:
    across = np.linspace(0, 1, light.shape[1], dtype=np.float32)[None, :]
    down = np.linspace(0, 1, light.shape[0], dtype=np.float32)[:, None]
    gleam = 0.16 * np.sin((across + down) * 9)
    return _ramp(light + gleam, _stops((0, 60, 34, 6), (0.3, 176, 116, 20), (0.55, 240, 190, 50), (0.9, 255, 246, 190)))


def _ice(light: Floats) -> NDArray[np.uint8]:
    down = np.linspace(0.12, -0.12, light.shape[0], dtype=np.float32)[:, None]
    return _ramp(
        light + down,
        _stops((0, 24, 70, 120), (0.3, 96, 170, 222), (0.6, 176, 226, 250), (0.9, 244, 253, 255)),
    )


def _watermelon(light: Floats) -> NDArray[np.uint8]:
    size = light.shape[0]
    down = np.linspace(0, 1, size)[:, None] * np.ones_like(light)
    flesh, rind = np.array([238, 74, 88], np.float32), np.array([52, 150, 70], np.float32)
    pale = np.array([226, 240, 200], np.float32)
    base = np.where(down[..., None] < 0.68, flesh, np.where(down[..., None] < 0.74, pale, rind))
    row, column = np.mgrid[0:size, 0:size] * (16 / size)
    offset = (np.floor(row / 2) % 2)[..., None]
    seed_row, seed_column = (row % 2 - 1)[..., None], ((column[..., None] + 1.5 * offset) % 3 - 1.5)
    seeds = (seed_row**2 / 0.3 + seed_column**2 / 0.1 < 1) & (down[..., None] < 0.64)
    base = np.where(seeds, np.array([46, 24, 26], np.float32), base)
    shaded = base * (0.25 + 1.5 * light[..., None]).clip(0.25, 1.25)
    return np.asarray(shaded.clip(0, 255), np.uint8)


def _avocado(light: Floats, alpha: Floats) -> NDArray[np.uint8]:
    """Dark skin along the outline, green and then yellow flesh inside, a stone a little below the middle."""
    size = light.shape[0]
    depth = _depth(alpha, size // 11)
    flesh = _ramp(
        depth,
        _stops((0, 40, 66, 26), (0.12, 52, 92, 34), (0.22, 150, 184, 72), (0.5, 208, 220, 118), (1, 240, 236, 166)),
    ).astype(np.float32)
    row, column = np.mgrid[0:size, 0:size] / np.float32(size)
    distance = np.hypot(column - 0.5, row - 0.62)
    stone = _ramp(
        (1 - distance / 0.17 - 0.5 * (column - 0.5)).astype(np.float32), _stops((0, 96, 52, 26), (1, 190, 124, 72))
    )
    base = np.where((distance < 0.17)[..., None], stone, flesh)
    shaded = base * (0.45 + 1.1 * light[..., None]).clip(0.4, 1.15)
    return np.asarray(shaded.clip(0, 255), np.uint8)


def _depth(alpha: Floats, reach: int) -> Floats:
    """How far inside the outline each pixel lies, 0 at the outline to 1 at `reach` pixels and beyond."""
    inside = alpha > 0.5
    depth = np.zeros_like(alpha)
    for _ in range(reach):
        depth += inside
        padded = np.pad(inside, 1)
        inside = inside & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return depth / np.float32(reach)


_MATERIALS: dict[str, Callable[[Floats], NDArray[np.uint8]]] = {
    "gold": _gold,
    "ice": _ice,
    "watermelon": _watermelon,
}


def made_of(sprite: Image.Image, material: str) -> Image.Image:
    """Return the drawing in a material's texture, shaded like the original."""
    pixels, light = _shading(sprite)
    if material == "avocado":
        return _with_alpha(_avocado(light, pixels[..., 3].astype(np.float32) / np.float32(255)), pixels)
    return _with_alpha(_MATERIALS[material](light), pixels)
