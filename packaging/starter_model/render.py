"""Turns scenes into pixels: cached stickers blended onto cached backgrounds, well under a millisecond each.

Run: python packaging/starter_model/render.py --sheet FILE [--count N] [--objects N] [--held-out]
"""

import argparse
import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from backgrounds import background_array
from grammar import GRID, Grammar, Placement, Scene
from numpy.typing import NDArray
from objects import STYLES, object_words
from PIL import Image, ImageDraw
from recolour import made_of, tinted
from sprites import SPRITES, sprite_path

CELL = 16  # pixels a cell at the full 256; stickers are made at that scale and averaged down


class Sticker(NamedTuple):
    """A drawing with its white border, ready to blend: `colour` is premultiplied, `cover` is 255 - alpha."""

    colour: NDArray[np.uint16]  # (side, side, 3)
    cover: NDArray[np.uint16]  # (side, side, 1)
    cells: NDArray[np.bool_]  # (cells, cells): where anything is drawn


@cache
def _ring(radius: float) -> list[tuple[int, int, float]]:
    """Return offsets within the radius, each with how much of its pixel the disc covers."""
    reach = int(radius) + 1
    steps = [(dx, dy) for dx in range(-reach, reach + 1) for dy in range(-reach, reach + 1)]
    weights = [(dx, dy, min(1.0, radius + 0.5 - (dx * dx + dy * dy) ** 0.5)) for dx, dy in steps]
    return [(dx, dy, weight) for dx, dy, weight in weights if weight > 0]


def dilated(alpha: NDArray[np.float32], radius: int) -> NDArray[np.float32]:
    """Widen a mask by a round brush with a soft edge; the mask must keep `radius` pixels of margin."""
    height, width = alpha.shape
    reach = radius + 1
    padded = np.pad(alpha, reach)
    widest = np.zeros_like(alpha)
    for dx, dy, weight in _ring(radius):
        window = padded[reach + dy : reach + dy + height, reach + dx : reach + dx + width]
        np.maximum(widest, window * np.float32(weight), out=widest)
    return widest


class Renderer:
    """Renders scenes from a sprite folder; makes each sticker on first use and keeps it."""

    def __init__(self, sprite_folder: Path, objects: Sequence[str] = (), styles: Sequence[str] = STYLES) -> None:
        self._folder = Path(sprite_folder)
        self._stickers: dict[tuple[str, str, str | None, str | None, int, int], Sticker] = {}
        self._originals: dict[tuple[str, str], Image.Image] = {}
        missing = [
            str(sprite_path(self._folder, word, style))
            for word in objects
            for style in styles
            if not sprite_path(self._folder, word, style).exists()
        ]
        if missing:
            raise FileNotFoundError(f"{len(missing)} sprites are missing, first {missing[0]}")

    def background(self, scene: Scene, size: int) -> NDArray[np.uint8]:
        """Return the empty background, read-only, (size, size, 3)."""
        return background_array(scene.background, size)

    def render(self, scene: Scene, size: int = 256, shift: tuple[int, int] = (0, 0)) -> NDArray[np.uint8]:
        """Return the picture as (size, size, 3); `size` is a multiple of 16 up to 256.

        `shift` moves all drawings by pixels (right, down) of this picture, off the grid of cells; see `room`.
        """
        canvas = self.background(scene, size).copy()
        cell = size // GRID
        for placement in scene.placements:
            sticker = self.sticker(placement, size)
            side = placement.size * cell
            x, y = placement.x * cell + shift[0], placement.y * cell + shift[1]
            box = canvas[y : y + side, x : x + side]
            below = box * sticker.cover
            # Exact division by 255 in integers: (n + 128 + (n + 128 >> 8)) >> 8.
            below += 128
            below += below >> 8
            below >>= 8
            below += sticker.colour
            box[:] = below
        return canvas

    @staticmethod
    def room(scene: Scene) -> tuple[range, range]:
        """Return by how many cells all drawings can move (right, down) without leaving the canvas."""
        placed = scene.placements
        return (
            range(-min(p.x for p in placed), GRID - max(p.x + p.size for p in placed) + 1),
            range(-min(p.y for p in placed), GRID - max(p.y + p.size for p in placed) + 1),
        )

    def touched_cells(self, scene: Scene) -> NDArray[np.bool_]:
        """Return the (16, 16) cells, indexed [row, column], where the picture differs from its background."""
        touched = np.zeros((GRID, GRID), np.bool_)
        for placement in scene.placements:
            x, y, side = placement.x, placement.y, placement.size
            touched[y : y + side, x : x + side] |= self.sticker(placement, 128).cells
        return touched

    def sticker(self, placement: Placement, size: int) -> Sticker:
        """Return the placement's drawing for a picture of `size` pixels."""
        p = placement
        key = (p.object, p.style, p.tint, p.material, p.size, size)
        found = self._stickers.get(key)
        if found is None:
            found = self._stickers[key] = self._make(p, size)
        return found

    def _make(self, placement: Placement, size: int) -> Sticker:
        sprite = self._original(placement.object, placement.style)
        if placement.material:
            sprite = made_of(sprite, placement.material)
        elif placement.tint:
            sprite = tinted(sprite, placement.tint)
        side = placement.size * CELL
        border = 3 if placement.size <= 6 else 5
        inner = side - 2 * border - 2  # one pixel more, for the border's own soft edge
        premultiplied = np.zeros((side, side, 4), np.float32)
        margin = border + 1
        resized = sprite.resize((inner, inner), Image.Resampling.LANCZOS).convert("RGBa")
        premultiplied[margin:-margin, margin:-margin] = np.asarray(resized, np.float32)
        alpha: NDArray[np.float32] = premultiplied[..., 3] / np.float32(255)
        widened = np.maximum(dilated(alpha, border), alpha)
        colour = premultiplied[..., :3] + (255 * (widened - alpha))[..., None]
        layers = np.concatenate([colour, 255 * widened[..., None]], axis=2)
        factor = CELL * GRID // size
        small = side // factor
        layers = layers.reshape(small, factor, small, factor, 4).mean(axis=(1, 3))
        layers = np.clip(np.rint(layers), 0, 255).astype(np.uint16)
        cell = size // GRID
        drawn = layers[..., 3].reshape(placement.size, cell, placement.size, cell).max(axis=(1, 3)) > 0
        return Sticker(np.minimum(layers[..., :3], layers[..., 3:]), 255 - layers[..., 3:], drawn)

    def _original(self, word: str, style: str) -> Image.Image:
        key = (word, style)
        if key not in self._originals:
            with Image.open(sprite_path(self._folder, word, style)) as file:
                self._originals[key] = file.convert("RGBA")
        return self._originals[key]


def sheet(renderer: Renderer, scenes: Sequence[Scene], size: int = 192, columns: int = 8) -> Image.Image:
    """Return the scenes with their captions below, for looking at."""
    rows = -(-len(scenes) // columns)
    page = Image.new("RGB", (columns * (size + 4), rows * (size + 34)), "white")
    draw = ImageDraw.Draw(page)
    for index, scene in enumerate(scenes):
        x, y = index % columns * (size + 4), index // columns * (size + 34)
        picture = Image.fromarray(renderer.render(scene)).resize((size, size), Image.Resampling.LANCZOS)
        page.paste(picture, (x, y))
        draw.text((x, y + size + 2), "\n".join(textwrap.wrap(scene.caption, size // 6)[:2]), fill="black")
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path, required=True, help="where the contact sheet goes")
    parser.add_argument("--count", type=int, default=48)
    parser.add_argument("--objects", type=int, help="only the first N objects")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--materials", action="store_true")
    parser.add_argument("--simple-first", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sprites", type=Path, default=SPRITES)
    options = parser.parse_args()
    words = object_words(options.objects)
    grammar = Grammar(words, materials=options.materials)
    rng = np.random.default_rng(options.seed)
    scenes = [
        grammar.sample(rng, held_out=options.held_out, simple_first=options.simple_first) for _ in range(options.count)
    ]
    options.sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet(Renderer(options.sprites, words), scenes).save(options.sheet)


if __name__ == "__main__":
    main()
