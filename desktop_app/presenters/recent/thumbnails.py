"""Thumbnails by picture, read in the background and kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.presenters.ports import Background
from desktop_app.presenters.recent.thumbnail_file import COMING, Thumbnail, ThumbnailState, read_thumbnail

if TYPE_CHECKING:  # the window is painted before SQLite is needed
    from desktop_app.core.library.records import ImageRecord

KEPT = 600
"""Thumbnails in memory, 64 KiB each."""


class Thumbnails(QObject):
    """Answers at once with what it has, and tells when it has more.

    arrived(str, str): the run and the picture whose thumbnail has come.
    """

    arrived = Signal(str, str)

    def __init__(self, background: Background, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._cache = cache
        self._known: OrderedDict[str, Thumbnail] = OrderedDict()
        self._asked: set[str] = set()

    def of(self, image: ImageRecord) -> Thumbnail:
        """A picture's thumbnail; COMING where it has to be read first, which is begun."""
        known = self._known.get(image.id)
        if known is not None:
            self._known.move_to_end(image.id)
            return known
        if image.id not in self._asked:
            self._asked.add(image.id)
            self._background.run(
                lambda: read_thumbnail(image.path, self._cache), lambda thumbnail: self._put(image, thumbnail)
            )
        return COMING

    def known_missing(self, image_id: str) -> bool:
        """Whether a picture's file was looked for and is not there."""
        return self._known.get(image_id, COMING).state is ThumbnailState.MISSING

    def forget(self, image_id: str) -> None:
        """Have a picture's thumbnail read anew when it is asked for next."""
        self._known.pop(image_id, None)

    def _put(self, image: ImageRecord, thumbnail: Thumbnail) -> None:
        self._asked.discard(image.id)
        self._known[image.id] = thumbnail
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.arrived.emit(image.run_id, image.id)
