"""Writing a gallery: one file with everything in it for some pictures, a folder for many."""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from desktop_app.core.faults import Fault
from desktop_app.core.library.export.copies import PictureFormat, encode
from desktop_app.core.library.export.errors import Cancelled, ExportCancelled, Exported, ExportError, Progress
from desktop_app.core.library.export.gallery.page import Placed, gallery_page
from desktop_app.core.library.export.gallery.words import GalleryWords
from desktop_app.core.library.export.marks import photo_marks
from desktop_app.core.library.export.new_folder import write_new_folder
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.importing.foreign_file import read_pixels
from desktop_app.core.library.importing.refusal import ImportRefused
from model_runtime.recipe.exclusive import write_exclusive
from model_runtime.recipe.names import slug

MAX_EMBEDDED = 200
"""Pictures of one file: some 5 MB of DALL·E Mini's, which every browser opens at once."""
MAX_SIDE = 1024
"""Pixels; larger pictures are made smaller for the page."""
QUALITY = 90
PAGE, PICTURES = "index.html", "pictures"


def write_gallery(
    pictures: Sequence[PictureForExport],
    target: Path,
    *,
    title: str,
    words: GalleryWords | None = None,
    recipes: bool = True,
    embed: bool | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Exported:
    """Write a page that opens offline in any browser and asks nothing of any other place.

    target: without an ending: `.html` is added for one file, nothing for a folder; `-2`, `-3`, … where that is taken.
    embed: one file, or a folder with `index.html` and `pictures/`; None = one file up to MAX_EMBEDDED pictures.
    The pictures are bare WebP copies that keep the mark of a model's work. recipes: whether the page tells seeds and
    settings beside the prompts. A picture that cannot be read is left out and its fault told. Raises ExportCancelled,
    ExportError (nothing_to_export), OSError where the disk refuses; then nothing is left.
    """
    words = words or GalleryWords()
    one_file = len(pictures) <= MAX_EMBEDDED if embed is None else embed
    faults: list[Fault] = []
    placed: list[Placed] = []

    def place_all(place: Callable[[PictureForExport, bytes], str]) -> str:
        for done, picture in enumerate(pictures):
            if cancelled():
                raise ExportCancelled(done)
            progress(done, len(pictures))
            try:
                content = _webp(picture)
            except (ImportRefused, OSError) as error:
                faults.append(Fault.of(error))
                continue
            placed.append(Placed(picture=picture, source=place(picture, content)))
        if not placed:
            raise ExportError("nothing_to_export")
        return gallery_page(placed, title=title, words=words, recipes=recipes)

    if one_file:
        page = place_all(lambda _, content: "data:image/webp;base64," + base64.b64encode(content).decode("ascii"))
        path = write_exclusive(
            target.with_name(f"{target.name}.html"), lambda file: file.write(page.encode("utf-8", "replace"))
        )
    else:
        path = write_new_folder(target, lambda folder: _fill(folder, place_all))
    progress(len(pictures), len(pictures))
    return Exported(path=path, count=len(placed), faults=tuple(faults))


def _fill(folder: Path, place_all: Callable[[Callable[[PictureForExport, bytes], str]], str]) -> None:
    numbers = itertools.count(1)
    (folder / PICTURES).mkdir()

    def place(picture: PictureForExport, content: bytes) -> str:
        # Letters, figures and hyphens alone: the name is an address too.
        name = f"{next(numbers):04}-{slug(picture.prompt)}.webp"
        (folder / PICTURES / name).write_bytes(content)
        return f"{PICTURES}/{name}"

    (folder / PAGE).write_text(place_all(place), encoding="utf-8", errors="replace", newline="\n")


def _webp(picture: PictureForExport) -> bytes:
    image = read_pixels(picture.path)
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    content = io.BytesIO()
    encode(image, PictureFormat.WEBP, content, quality=QUALITY, **photo_marks(picture, image.size, bare=True))
    return content.getvalue()
