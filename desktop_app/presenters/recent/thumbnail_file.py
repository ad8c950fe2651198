"""A picture made small, read from the cache folder or made and put there."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

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
    image = QImage(str(cached))
    if image.isNull():
        image, reduced = _reduced(picture, side)
        if image.isNull():
            return UNREADABLE
        if reduced:  # a copy of a small picture would be read no faster than itself
            with suppress(OSError):  # a full disk costs speed, not thumbnails
                _put(image, cached)
    return Thumbnail(ThumbnailState.HERE, image)


def _reduced(picture: Path, side: int) -> tuple[QImage, bool]:
    """The picture, and whether it had to be made smaller."""
    reader = QImageReader(str(picture))
    reader.setAutoTransform(True)
    # QImageReader refuses what would take more than 256 MB by itself.
    image = reader.read()
    if max(image.width(), image.height()) <= side:
        return image, False
    smooth = Qt.TransformationMode.SmoothTransformation
    return image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, smooth), True


def _put(image: QImage, file: Path) -> None:
    """Under its name only once whole: another thread may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        if image.save(str(part), "PNG"):  # type: ignore[call-overload]
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)
