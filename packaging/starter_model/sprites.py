"""Builds the sprite folder: every object in every style, trimmed, on a 256-pixel square, as webp.

The folder is all that a training needs of the drawings (a few MB), so it can be copied to another machine.
Run: python packaging/starter_model/sprites.py [--objects N] [--sheet FILE]
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from objects import BY_WORD, STYLES, object_words
from PIL import Image, ImageDraw
from sources import BUILD, drawing

SPRITES = BUILD / "sprites"
SIZE = 256
HATS = ("crown", "top hat")


def sprite_path(folder: Path, word: str, style: str) -> Path:
    """Return where an object's drawing in one style lies below the sprite folder."""
    return folder / style / f"{word.replace(' ', '-')}.webp"


def squared(image: Image.Image, size: int = SIZE) -> Image.Image:
    """Trim an RGBA drawing to its alpha box and centre it on a square that its longer side fills."""
    # Faint halos would make the box larger than what one sees.
    box = image.getchannel("A").point(lambda alpha: 255 if alpha > 24 else 0).getbbox()
    trimmed = image.crop(box)
    scale = size / max(trimmed.size)
    width, height = (max(1, round(side * scale)) for side in trimmed.size)
    square = Image.new("RGBA", (size, size))
    square.paste(trimmed.resize((width, height), Image.Resampling.LANCZOS), ((size - width) // 2, (size - height) // 2))
    return square


def build(words: Sequence[str], styles: Sequence[str] = STYLES, folder: Path = SPRITES) -> None:
    """Write the sprites that are missing; hats are always among them."""
    for word in dict.fromkeys((*words, *HATS)):
        thing = BY_WORD[word]
        for style in styles:
            path = sprite_path(folder, word, style)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                square = squared(drawing(style, thing.codepoint, thing.icon, 2 * SIZE))
                square.save(path, lossless=style != "3d", quality=92, method=4)


def contact_sheet(words: Sequence[str], styles: Sequence[str], folder: Path = SPRITES) -> Image.Image:
    """Return all sprites side by side, for looking at."""
    columns, tile = 8, 64
    rows = -(-len(words) // columns)
    sheet = Image.new("RGB", (columns * (tile * len(styles) + 8), rows * (tile + 16)), "white")
    draw = ImageDraw.Draw(sheet)
    for index, word in enumerate(words):
        x, y = index % columns * (tile * len(styles) + 8), index // columns * (tile + 16)
        draw.text((x, y + tile), word, fill="black")
        for column, style in enumerate(styles):
            sprite = Image.open(sprite_path(folder, word, style)).convert("RGBA").resize((tile, tile))
            sheet.paste(sprite, (x + column * tile, y), sprite)
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, help="only the first N objects")
    parser.add_argument("--folder", type=Path, default=SPRITES)
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet")
    options = parser.parse_args()
    words = object_words(options.objects)
    build(words, folder=options.folder)
    if options.sheet:
        contact_sheet(words, STYLES, options.folder).save(options.sheet)


if __name__ == "__main__":
    main()
