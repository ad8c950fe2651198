"""What was found, as rows: as many as there are, each read when it comes into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.library.search.found import Found, PictureIds
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.library.ports import RowSource
from desktop_app.presenters.library.wanted import Wanted
from desktop_app.presenters.ports import Background

if TYPE_CHECKING:
    from collections.abc import Callable

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
PAGE = 128
"""Rows read at once: more than a window shows in a few lines, few enough to be read in a frame's time."""
KEPT_PAGES = 48
NOTHING = Found(ids=np.empty(0, np.int64), days=())


class GridRole(IntEnum):
    """What an item tells beside its prompt (the display role)."""

    ROW = Qt.ItemDataRole.UserRole  # PictureRow; None while it is being read
    ID = Qt.ItemDataRole.UserRole + 1


class GridModel(QAbstractListModel):
    """Rows are pictures in the order found. Items answer None until their page is read.

    found_changed(): other pictures; comes after the reset. read_failed(Fault): a page could not be read.
    """

    found_changed = Signal()
    read_failed = Signal(object)

    def __init__(self, source: RowSource, background: Background) -> None:
        super().__init__()
        self._source = source
        self._found = NOTHING
        self._edition = 0  # pages asked for before the rows changed must not be taken
        self._pages: OrderedDict[int, list[PictureRow | None]] = OrderedDict()
        self._stale: set[int] = set()  # pages that are shown as they were until they are read again
        self._wanted = Wanted[tuple[int, int], list[PictureRow | None]](background, self._read, self._take, self._fail)
        self.describe: Callable[[PictureRow], str] = lambda row: row.prompt
        """What screen readers say of a picture; the window has the words."""

    # What is shown ---------------------------------------------------------------------------------------------

    @property
    def found(self) -> Found:
        """The pictures, their order, and the days among them."""
        return self._found

    def show_found(self, found: Found, source: RowSource | None = None) -> None:
        """Show other pictures, or the same ones in another order; from another source where one is given."""
        self.beginResetModel()
        self._source = source or self._source
        self._found = found
        self._edition += 1
        self._pages.clear()
        self._stale.clear()
        self._wanted.want(())
        self.endResetModel()
        self.found_changed.emit()

    def refresh(self) -> None:
        """Read the rows again: something about them changed. Until then the old ones stay."""
        self._edition += 1
        self._stale = set(self._pages)
        for page in self._pages:
            first = page * PAGE
            self.dataChanged.emit(self.index(first), self.index(min(first + PAGE, self.rowCount()) - 1))

    def watch(self, first: int, last: int) -> None:
        """The rows from `first` to `last` are in sight: have them read, before and instead of all others."""
        if not self.rowCount():
            return
        pages = range(max(0, first) // PAGE, min(last, self.rowCount() - 1) // PAGE + 1)
        for page in pages:
            if page in self._pages:
                self._pages.move_to_end(page)
        self._wanted.want([(self._edition, page) for page in pages if page not in self._pages or page in self._stale])

    # Items -----------------------------------------------------------------------------------------------------

    def row(self, place: int) -> PictureRow | None:
        """The picture at a place; None where it is not read yet."""
        page = self._pages.get(place // PAGE)
        return None if page is None else page[place % PAGE]

    def ids(self, spans: Iterable[tuple[int, int]]) -> PictureIds:
        """The ids in spans of places (first, last), both included."""
        parts = [self._found.ids[first : last + 1] for first, last in spans]
        return np.concatenate(parts) if parts else NOTHING.ids

    def rows_of(self, spans: Iterable[tuple[int, int]]) -> list[PictureRow] | None:
        """The rows in spans of places; None where some are not read yet."""
        rows = [self.row(place) for first, last in spans for place in range(first, last + 1)]
        here = [row for row in rows if row is not None]
        return here if len(here) == len(rows) else None

    def places_of(self, ids: PictureIds) -> list[int]:
        """Where pictures are among those found, in rising order; those that are not are left out."""
        return [int(place) for place in np.flatnonzero(np.isin(self._found.ids, ids))]

    def rowCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        """How many pictures were found."""
        return 0 if parent.isValid() else len(self._found.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The prompt, the picture in words, or what GridRole names."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if role == GridRole.ID:
            return int(self._found.ids[index.row()])
        row = self.row(index.row())
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.prompt
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.describe(row)
        return row if role == GridRole.ROW else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every picture can be chosen and dragged."""
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    # Reading ---------------------------------------------------------------------------------------------------

    def _read(self, asked: Sequence[tuple[int, int]]) -> list[list[PictureRow | None]]:
        """In another thread; `_found` is replaced, never changed."""
        pages = []
        for _edition, page in asked:
            ids = self._found.ids[page * PAGE : (page + 1) * PAGE]
            rows = {row.id: row for row in self._source.rows(ids)}
            pages.append([rows.get(int(key)) for key in ids])
        return pages

    def _take(self, asked: tuple[int, int], rows: list[PictureRow | None]) -> None:
        edition, page = asked
        if edition != self._edition:
            return
        self._pages[page] = rows
        self._stale.discard(page)
        while len(self._pages) > KEPT_PAGES:
            self._stale.discard(self._pages.popitem(last=False)[0])
        first = page * PAGE
        self.dataChanged.emit(self.index(first), self.index(first + len(rows) - 1))

    def _fail(self, fault: Fault) -> None:
        self.read_failed.emit(fault)
