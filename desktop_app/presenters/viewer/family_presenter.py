"""A picture's family, read off the window's thread, with a small picture of each member."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.presenters.ports import Background
from desktop_app.presenters.recent.thumbnail_file import Thumbnail, read_thumbnail

if TYPE_CHECKING:
    from desktop_app.core.library.family import Family, Relative

SIDE = 192
"""Pixels: sharp at 200 %."""
ReadFamily = Callable[[str], "Family"]


class FamilyPresenter(QObject):
    """family_changed(Family | None): None = it is being read. thumbnail_arrived(str, QImage). failed(Fault).

    relative_chosen(Relative): open that one.
    """

    family_changed = Signal(object)
    thumbnail_arrived = Signal(str, object)
    relative_chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, read: ReadFamily, background: Background, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._background = background
        self._cache = cache
        self._image_id = ""
        self.family: Family | None = None

    def open(self, image_id: str) -> None:
        """Read the family of a picture."""
        self._image_id = image_id
        self.family = None
        self.family_changed.emit(None)
        work = partial(self._read, image_id)
        self._background.run(work, partial(self._take, image_id), partial(self._fail, image_id))

    def choose(self, image_id: str) -> None:
        """Open one of the family; one that is not there stays closed."""
        for one in self.family.members if self.family else ():
            if one.id == image_id and one.path is not None and not one.missing:
                self.relative_chosen.emit(one)

    def _take(self, image_id: str, family: Family) -> None:
        if image_id != self._image_id:
            return
        self.family = family
        self.family_changed.emit(family)
        for one in family.members:
            if one.path is not None and not one.missing:
                self._background.run(partial(read_thumbnail, one.path, self._cache, SIDE), partial(self._show, one))

    def _show(self, one: Relative, thumbnail: Thumbnail) -> None:
        known = self.family.members if self.family else ()
        if one in known and thumbnail.image is not None:
            self.thumbnail_arrived.emit(one.id, thumbnail.image)

    def _fail(self, image_id: str, fault: Fault) -> None:
        if image_id == self._image_id:
            self.failed.emit(fault)
