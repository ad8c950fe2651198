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
"""Pixels: sharp in the column at 200 %."""
FOLDER = "thumbnails"


class ThumbnailState(StrEnum):
    """What is known of a picture's file."""

    COMING = "coming"
    HERE = "here"
    MISSING = "missing"  # no file
    UNREADABLE = "unreadable"  # a file, but no picture


@dataclass(frozen=True)
class Thumbnail:
    """image: at most SIDE along its longer side; set when the state is HERE."""

    state: ThumbnailState
    image: QImage | None = None


COMING = Thumbnail(ThumbnailState.COMING)
MISSING = Thumbnail(ThumbnailState.MISSING)
UNREADABLE = Thumbnail(ThumbnailState.UNREADABLE)


def read_thumbnail(picture: Path, cache: Path) -> Thumbnail:
    """The thumbnail of a picture's file as it is now; raises nothing, may be called from any thread.

    The cached one is found by the file's path, size and time, so a file that was changed gets another.
    """
    try:
        status = picture.stat()
    except OSError:
        return MISSING
    identity = f"{picture}\0{status.st_size}\0{status.st_mtime_ns}\0{SIDE}"
    name = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()
    cached = cache / FOLDER / name[:2] / f"{name}.png"
    image = QImage(str(cached))
    if image.isNull():
        image = _reduced(picture)
        if image.isNull():
            return UNREADABLE
        with suppress(OSError):  # a full disk costs speed, not thumbnails
            _put(image, cached)
    return Thumbnail(ThumbnailState.HERE, image)


def _reduced(picture: Path) -> QImage:
    reader = QImageReader(str(picture))
    reader.setAutoTransform(True)
    # QImageReader refuses what would take more than 256 MB by itself.
    image = reader.read()
    if max(image.width(), image.height()) > SIDE:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return image


def _put(image: QImage, file: Path) -> None:
    """Under its name only once whole: another thread may be reading."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        if image.save(str(part), "PNG"):  # type: ignore[call-overload]
            part.replace(file)
    finally:
        part.unlink(missing_ok=True)
