"""What both kinds of sheet share: pictures made to fit a square, and the writing of the finished sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageOps

from desktop_app.core.faults import Fault
from desktop_app.core.library.export.copies import PictureFormat, encode
from desktop_app.core.library.export.errors import Cancelled, ExportCancelled, Progress
from desktop_app.core.library.export.marks import photo_marks, png_marks
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.importing.foreign_file import read_pixels
from desktop_app.core.library.importing.refusal import ImportRefused
from model_runtime.recipe.exclusive import write_exclusive


class Tile(NamedTuple):
    """number: the picture's place among all, from 0."""

    number: int
    picture: PictureForExport
    image: Image.Image


def tiles(
    pictures: Sequence[PictureForExport], side: int, faults: list[Fault], progress: Progress, cancelled: Cancelled
) -> Iterator[Tile]:
    """Each picture that can be read, whole, in a square of `side` pixels at most; the others' faults are told."""
    for done, picture in enumerate(pictures):
        if cancelled():
            raise ExportCancelled(done)
        progress(done, len(pictures))
        try:
            image = read_pixels(picture.path)
        except (ImportRefused, OSError) as error:
            faults.append(Fault.of(error))
            continue
        yield Tile(done, picture, ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS))


def put(sheet: Image.Image, image: Image.Image, box: tuple[int, int, int], radius: int) -> None:
    """Paste a picture into the middle of the square (left, top, side), its corners rounded."""
    left, top, side = box
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    place = (left + (side - image.width) // 2, top + (side - image.height) // 2)
    sheet.paste(image.convert("RGB"), place, _rounded(image.size, radius))


@lru_cache(maxsize=8)
def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """A mask with round corners, drawn larger first so that they are smooth."""
    scale = 4
    corners = Image.new("L", (size[0] * scale, size[1] * scale), 0)
    edge = (0, 0, corners.width - 1, corners.height - 1)
    ImageDraw.Draw(corners).rounded_rectangle(edge, radius * scale, fill=255)
    return corners.resize(size, Image.Resampling.LANCZOS)


def write_sheet(sheet: Image.Image, pictures: Sequence[PictureForExport], target: Path, kind: PictureFormat) -> Path:
    """Write the sheet, which says that it is synthetic where one of its pictures is; never over another file."""
    drawn = [picture for picture in pictures if picture.synthetic]
    marked = next((picture for picture in drawn if picture.from_photo), drawn[0] if drawn else pictures[0])
    marks = (png_marks if kind is PictureFormat.PNG else photo_marks)(marked, sheet.size, bare=True)
    return write_exclusive(target, lambda file: encode(sheet, kind, file, **marks))
