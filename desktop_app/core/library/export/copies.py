"""One picture out: as another format, with its recipe where the format can carry it, or bare."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from desktop_app.core.library.export.marks import photo_marks, png_marks
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.importing.foreign_file import read_pixels
from model_runtime.recipe.exclusive import write_exclusive

QUALITY = 92


class PictureFormat(StrEnum):
    """What a copy can be; the value is the ending."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"


def save_as(picture: PictureForExport, target: Path, kind: PictureFormat, *, quality: int = QUALITY) -> Path:
    """Write a copy with its recipe and return its path: `target`, or `-2`, `-3`, … where that is taken.

    quality: 1..100, of JPEG and WebP. Raises ImportRefused where the picture's file cannot be read as one, OSError
    where the disk refuses; then there is no file.
    """
    return _write(picture, target, kind, quality, bare=False)


def save_share_copy(picture: PictureForExport, target: Path, kind: PictureFormat, *, quality: int = QUALITY) -> Path:
    """As `save_as`, with nothing but the pixels and, where a model drew them, the mark that says so."""
    return _write(picture, target, kind, quality, bare=True)


def encode(image: Image.Image, kind: PictureFormat, file: BinaryIO, *, quality: int = QUALITY, **marks: Any) -> None:
    """Write pixels, and nothing that came with the image, in a format; transparency shows white in a JPEG."""
    flat = kind is PictureFormat.JPEG or not image.has_transparency_data
    pixels = Image.new("RGB" if flat else "RGBA", image.size, "white" if flat else None)
    shown = image.convert("RGBA" if image.has_transparency_data else "RGB")
    pixels.paste(shown, mask=shown if flat and shown.mode == "RGBA" else None)
    if kind is PictureFormat.PNG:
        pixels.save(file, format="PNG", optimize=True, **marks)
    elif kind is PictureFormat.JPEG:
        # Colours at full resolution: drawn pictures have hard coloured edges. Not optimised: Pillow then guesses how
        # much room the file needs, and for noisy pictures guesses too low.
        pixels.save(file, format="JPEG", quality=quality, subsampling=0, **marks)
    else:
        pixels.save(file, format="WEBP", quality=quality, method=4, **marks)


def _write(picture: PictureForExport, target: Path, kind: PictureFormat, quality: int, *, bare: bool) -> Path:
    if not 1 <= quality <= 100:
        raise ValueError(f"quality {quality} is not from 1 to 100")
    image = read_pixels(picture.path)
    marks = (png_marks if kind is PictureFormat.PNG else photo_marks)(picture, image.size, bare=bare)
    return write_exclusive(target, lambda file: encode(image, kind, file, quality=quality, **marks))
