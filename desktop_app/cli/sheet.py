"""The contact sheet: all pictures of a run in one image, row by row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from desktop_app.cli.failures import USAGE, CommandError
from model_runtime.recipe.exclusive import write_exclusive
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.xmp import XMP_KEYWORD, xmp_packet

GAP = 4
"""White pixels between pictures and around them."""
FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def sheet_format(path: Path) -> str:
    """Pillow's name of the format that the file's ending asks for; raises CommandError for others."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise CommandError(f"--sheet must end in one of {', '.join(FORMATS)}.", USAGE) from None


def contact_sheet(images: Sequence[Image.Image]) -> Image.Image:
    """At least one picture, all of one size, in reading order on a white grid as square as can be."""
    columns = math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    width, height = images[0].size
    size = (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP)
    sheet = Image.new("RGB", size, "white")
    for place, image in enumerate(images):
        row, column = divmod(place, columns)
        sheet.paste(image, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet


def write_sheet(images: Sequence[Image.Image], recipe: Recipe, path: Path) -> Path:
    """Write the sheet and return where it is: `path`, or `-2`, `-3`, … where that is taken.

    Like every picture it says that it is synthetic; `recipe` is that of one of its pictures. Raises
    OSError where the disk refuses.
    """
    kind = sheet_format(path)
    packet = xmp_packet(recipe)
    extras: dict[str, Any] = {"xmp": packet.encode()}
    if kind == "PNG":
        chunks = PngInfo()
        chunks.add_itxt(XMP_KEYWORD, packet)
        extras = {"pnginfo": chunks}
    elif kind == "WEBP":
        extras["lossless"] = True
    else:
        extras["quality"] = 95
    sheet = contact_sheet(images)
    return write_exclusive(path, lambda file: sheet.save(file, format=kind, **extras))
