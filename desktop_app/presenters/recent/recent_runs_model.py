"""The runs drawn last as rows, newest first, read page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop_app.core.faults import Fault
from desktop_app.presenters.ports import Background
from desktop_app.presenters.recent.ports import RunSource
from desktop_app.presenters.recent.thumbnails import Thumbnails

if TYPE_CHECKING:  # the window is painted before SQLite is needed
    from desktop_app.core.library.records import GenerationRecord

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
PAGE = 30
STRIP = 4
"""Pictures shown of a run; the rest is a number."""


class RecentRole(IntEnum):
    """What a row tells beside its prompt (the display role)."""

    RECORD = Qt.ItemDataRole.UserRole
    COUNT = Qt.ItemDataRole.UserRole + 1  # pictures
    MISSING = Qt.ItemDataRole.UserRole + 2  # pictures whose file is gone, as far as known
    THUMBNAILS = Qt.ItemDataRole.UserRole + 3  # of the first STRIP pictures; asking begins their reading


class RecentRunsModel(QAbstractListModel):
    """Rows are read in the background; until the first page is here there are none.

    page_arrived(bool): whether there may be more. load_failed(Fault): the page can be asked for again.
    """

    page_arrived = Signal(bool)
    load_failed = Signal(object)

    def __init__(self, source: RunSource, background: Background, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._source = source
        self._background = background
        self._thumbnails = thumbnails
        self._runs: list[GenerationRecord] = []
        self._last_read: GenerationRecord | None = None
        self._loading = False
        self._complete = False
        # Runs being read again → whether they changed since. One reading at a time, or an older one could
        # arrive after a newer one.
        self._refreshing: dict[str, bool] = {}
        thumbnails.arrived.connect(self._on_thumbnail_arrived)

    @property
    def runs(self) -> Sequence[GenerationRecord]:
        """The runs read so far, newest first."""
        return tuple(self._runs)

    @property
    def has_more(self) -> bool:
        """Whether older runs may be waiting to be read."""
        return not self._complete

    def load_more(self) -> None:
        """Read the next page, unless one is on its way or there is none."""
        if self._loading or self._complete:
            return
        self._loading = True
        last = self._last_read
        self._background.run(lambda: self._source.recent_runs(PAGE, last), self._take_page, self._on_load_failed)

    def reload(self) -> None:
        """Read all runs that are shown again: many may have changed. Until then the old ones stay."""
        count = max(PAGE, len(self._runs))
        self._background.run(lambda: self._source.recent_runs(count), lambda runs: self._replace(runs, count))

    def refresh(self, run_id: str) -> None:
        """Read one run again: it may be new, have more pictures, or be gone."""
        if run_id in self._refreshing:
            self._refreshing[run_id] = True
            return
        self._refreshing[run_id] = False
        self._background.run(
            lambda: self._source.run(run_id),
            lambda run: self._refreshed(run_id, run),
            lambda fault: self._refresh_failed(run_id, fault),
        )

    def record(self, run_id: str) -> GenerationRecord | None:
        """A run that is shown."""
        row = self._row_of(run_id)
        return None if row is None else self._runs[row]

    def rowCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        """How many runs are shown."""
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The prompt, or what RecentRole names."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        run = self._runs[index.row()]
        answer: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                answer = run.prompt
            case RecentRole.RECORD:
                answer = run
            case RecentRole.COUNT:
                answer = len(run.images)
            case RecentRole.MISSING:
                answer = self._missing(run)
            case RecentRole.THUMBNAILS:
                answer = [self._thumbnails.of(image) for image in run.images[:STRIP]]
        return answer

    def _missing(self, run: GenerationRecord) -> int:
        return sum(image.missing or self._thumbnails.known_missing(image.id) for image in run.images)

    def _row_of(self, run_id: str) -> int | None:
        return next((row for row, run in enumerate(self._runs) if run.id == run_id), None)

    def _take_page(self, page: Sequence[GenerationRecord]) -> None:
        self._loading = False
        self._complete = len(page) < PAGE
        if page:
            self._last_read = page[-1]
        shown = {run.id for run in self._runs}
        fresh = [run for run in page if run.id not in shown]
        if fresh:
            first = len(self._runs)
            self.beginInsertRows(NO_PARENT, first, first + len(fresh) - 1)
            self._runs.extend(fresh)
            self.endInsertRows()
        self.page_arrived.emit(self.has_more)

    def _replace(self, runs: Sequence[GenerationRecord], asked: int) -> None:
        self.beginResetModel()
        self._runs = list(runs)
        self._last_read = runs[-1] if runs else None
        self._complete = len(runs) < asked
        self.endResetModel()
        self.page_arrived.emit(self.has_more)

    def _on_load_failed(self, fault: Fault) -> None:
        self._loading = False
        self.load_failed.emit(fault)

    def _refreshed(self, run_id: str, run: GenerationRecord | None) -> None:
        self._take(run_id, run)
        if self._refreshing.pop(run_id):
            self.refresh(run_id)

    def _refresh_failed(self, run_id: str, fault: Fault) -> None:
        del self._refreshing[run_id]
        self.load_failed.emit(fault)

    def _take(self, run_id: str, run: GenerationRecord | None) -> None:
        row = self._row_of(run_id)
        if run is None:
            if row is not None:
                self.beginRemoveRows(NO_PARENT, row, row)
                del self._runs[row]
                self.endRemoveRows()
        elif row is not None:
            self._runs[row] = run
            self._tell(row)
        elif self._complete or self._last_read is None or _key(run) > _key(self._last_read):
            place = self._place_of(run)
            self.beginInsertRows(NO_PARENT, place, place)
            self._runs.insert(place, run)
            self.endInsertRows()
        # Else a later page brings it.

    def _place_of(self, run: GenerationRecord) -> int:
        return next((row for row, other in enumerate(self._runs) if _key(other) < _key(run)), len(self._runs))

    def _tell(self, row: int) -> None:
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def _on_thumbnail_arrived(self, run_id: str) -> None:
        row = self._row_of(run_id)
        if row is not None:
            self._tell(row)


def _key(run: GenerationRecord) -> tuple[datetime, str]:
    """What the catalogue sorts by, descending."""
    return run.created, run.id
