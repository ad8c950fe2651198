"""The waiting jobs as rows, the next one first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.core.jobs.job import Job

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
JOB_ID = "application/x-armchair-job"
"""The type under which a row is dragged."""


class QueueRole(IntEnum):
    """What a row tells beside its prompt (the display role)."""

    JOB = Qt.ItemDataRole.UserRole
    COUNT = Qt.ItemDataRole.UserRole + 1  # pictures
    PRIVATE = Qt.ItemDataRole.UserRole + 2  # will not be kept


class QueueModel(QAbstractListModel):
    """Read by views; changed by QueuePresenter alone."""

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[Job] = []

    @property
    def jobs(self) -> Sequence[Job]:
        """The waiting jobs, the next one first."""
        return tuple(self._jobs)

    def rowCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        """How many jobs wait."""
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The prompt, or what QueueRole names."""
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        job = self._jobs[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return job.request.prompt
            case QueueRole.JOB:
                return job
            case QueueRole.COUNT:
                return job.request.image_count
            case QueueRole.PRIVATE:
                return job.private
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be dragged; between rows they can be dropped."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Rows are dragged as their job's id, which means nothing to other programs."""
        return [JOB_ID]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The id of the first of the rows."""
        data = QMimeData()
        data.setData(JOB_ID, self._jobs[indexes[0].row()].id.encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Jobs move; they are never copied."""
        return Qt.DropAction.MoveAction

    def row_of(self, job_id: str) -> int | None:
        """Where a job waits; None where it does not."""
        return next((row for row, job in enumerate(self._jobs) if job.id == job_id), None)

    def insert(self, row: int, jobs: Iterable[Job]) -> None:
        """Let jobs wait from `row` on."""
        added = list(jobs)
        if added:
            self.beginInsertRows(NO_PARENT, row, row + len(added) - 1)
            self._jobs[row:row] = added
            self.endInsertRows()

    def take(self, row: int) -> Job:
        """Remove the job at a row and hand it over."""
        self.beginRemoveRows(NO_PARENT, row, row)
        job = self._jobs.pop(row)
        self.endRemoveRows()
        return job

    def move(self, row: int, to: int) -> None:
        """Have the job at `row` stand at `to`; both are rows that exist."""
        if row != to:
            # Qt counts the row that the moved one shall stand before.
            self.beginMoveRows(NO_PARENT, row, row, NO_PARENT, to + 1 if to > row else to)
            self._jobs.insert(to, self._jobs.pop(row))
            self.endMoveRows()

    def clear(self) -> None:
        """Let nothing wait."""
        if self._jobs:
            self.beginRemoveRows(NO_PARENT, 0, len(self._jobs) - 1)
            self._jobs.clear()
            self.endRemoveRows()
