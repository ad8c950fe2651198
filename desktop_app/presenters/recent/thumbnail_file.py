"""A picture made small, read from the cache folder or made and put there."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps
from PySide6.QtGui import QImage

from desktop_app.presenters.run.pixels import qimage
from model_runtime.recipe.picture_file import MAX_PIXELS

SIDE = 128
"""Pixels, where nobody says otherwise: sharp in the column at 200 %."""
FOLDER = "thumbnails"


class ThumbnailState(StrEnum):
    """What is known of a picture's file."""

    COMING = "coming"
    HERE = "here"
    MISSING = "missing"  # no file
    UNREADABLE = "unreadable"  # a file, but no picture


@dataclass(frozen=True)
class Thumbnail:
    """image: set when the state is HERE."""

    state: ThumbnailState
    image: QImage | None = None


COMING = Thumbnail(ThumbnailState.COMING)
MISSING = Thumbnail(ThumbnailState.MISSING)
UNREADABLE = Thumbnail(ThumbnailState.UNREADABLE)


def read_thumbnail(picture: Path, cache: Path, side: int = SIDE) -> Thumbnail:
    """A picture's file as it is now, at most `side` pixels along its longer side; raises nothing.

    May be called from any thread. A cached one is found by the file's path, size and time, so a file that was
    changed gets another.
    """
    try:
        status = picture.stat()
    except OSError:
        return MISSING
    identity = f"{picture}\0{status.st_size}\0{status.st_mtime_ns}\0{side}"
    name = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()
    cached = cache / FOLDER / name[:2] / f"{name}.png"
    small = _opened(cached, side)
    if small is None:
        small = _opened(picture, side)
        if small is None:
            return UNREADABLE
        if small.reduced:  # a copy of a small picture would be read no faster than itself
            with suppress(OSError):  # a full disk costs speed, not thumbnails
                _put(small.image, cached)
    return Thumbnail(ThumbnailState.HERE, qimage(small.image))


class _Small(NamedTuple):
    image: Image.Image
    reduced: bool


def _opened(file: Path, side: int) -> _Small | None:
    """The picture, made smaller where it is larger; None where there is none that can be read.

    With Pillow: in two threads at once PySide's QImageReader was seen to crash the program.
    """
    try:
        with Image.open(file) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return None
            opened.draft("RGB", (2 * side, 2 * side))
            image = ImageOps.exif_transpose(opened).convert("RGB")
    except Exception:  # a stranger's file raises whatever its decoder raises
        return None
    reduced = max(image.size) > side
    if reduced:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
    return _Small(image, reduced)


def _put(image: Image.Image, file: Path) -> None:
    """Under its name only once whole: another thread may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        image.save(part, "PNG")
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
