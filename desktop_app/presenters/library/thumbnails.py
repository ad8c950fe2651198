"""Pictures made ready for the grid: read, cut square, scaled to the pixel and rounded, all off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QPainter, QTransform

from desktop_app.core.faults import Fault
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.library.wanted import Wanted
from desktop_app.presenters.ports import Background
from desktop_app.presenters.recent.thumbnail_file import COMING, Thumbnail, ThumbnailState, read_thumbnail

MEMORY = 96 << 20
"""Bytes of pixels that are kept."""
SMALL, LARGE = 256, 512
"""Sides of the files in the cache folder; most pictures have the smaller one themselves."""
Key = tuple[int, tuple[int, int], int]  # a picture, its file's stamp, pixels


@dataclass(frozen=True)
class _Asked:
    key: Key
    path: Path


class GridThumbnails(QObject):
    """Answers at once with what it has; `want` says what it should have.

    arrived(int): the picture whose thumbnail has come.
    """

    arrived = Signal(int)

    def __init__(self, background: Background, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._known: OrderedDict[int, tuple[Key, Thumbnail]] = OrderedDict()
        self._bytes = 0
        self._side, self._radius = 160, 8.0
        self._wanted = Wanted[_Asked, Thumbnail](background, self._read, self._take, self._note, batch=4)

    def set_size(self, side: int, radius: float) -> None:
        """In device pixels; until others come, those of the old size are answered."""
        self._side, self._radius = side, radius

    def of(self, row: PictureRow) -> Thumbnail:
        """What there is of a picture: perhaps of another size, or as the file was before; COMING where nothing is."""
        known = self._known.get(row.id)
        return COMING if known is None else known[1]

    def want(self, rows: Iterable[PictureRow]) -> None:
        """Have these, in this order; those asked for before and not begun are let go."""
        wishes = []
        for row in rows:
            key = (row.id, row.stamp, self._side)
            known = self._known.get(row.id)
            if known is not None:
                self._known.move_to_end(row.id)
            if known is None or known[0] != key:
                wishes.append(_Asked(key, row.path))
        self._wanted.want(wishes)

    def _read(self, asked: Sequence[_Asked]) -> list[Thumbnail]:
        return [self._ready(one) for one in asked]

    def _ready(self, asked: _Asked) -> Thumbnail:
        side = asked.key[2]
        thumbnail = read_thumbnail(asked.path, self._cache, SMALL if side <= SMALL else LARGE)
        if thumbnail.image is None:
            return thumbnail
        return Thumbnail(ThumbnailState.HERE, rounded_square(thumbnail.image, side, self._radius))

    def _take(self, asked: _Asked, thumbnail: Thumbnail) -> None:
        key = asked.key
        old = self._known.pop(key[0], None)
        if old is not None:
            self._bytes -= _size(old[1])
        self._known[key[0]] = (key, thumbnail)
        self._bytes += _size(thumbnail)
        while self._bytes > MEMORY and len(self._known) > 1:
            self._bytes -= _size(self._known.popitem(last=False)[1][1])
        self.arrived.emit(key[0])

    def _note(self, _fault: Fault) -> None:
        """Reading a thumbnail raises nothing; were there a fault, the placeholder says enough."""


def rounded_square(image: QImage, side: int, radius: float) -> QImage:
    """The middle of an image, filling a square of `side` pixels with round corners."""
    shorter = max(1, min(image.width(), image.height()))
    if shorter > side:
        # Qt's painter looks at four pixels only; what shrinks more than by half would flicker.
        size = QSize(-(-image.width() * side // shorter), -(-image.height() * side // shorter))
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        shorter = max(1, min(image.width(), image.height()))
    scale = side / shorter
    brush = QBrush(image)
    left, top = (side - image.width() * scale) / 2, (side - image.height() * scale) / 2
    brush.setTransform(QTransform.fromTranslate(left, top).scale(scale, scale))
    result = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(QRectF(0, 0, side, side), radius, radius)
    painter.end()
    return result


def _size(thumbnail: Thumbnail) -> int:
    return 256 if thumbnail.image is None else thumbnail.image.sizeInBytes()
