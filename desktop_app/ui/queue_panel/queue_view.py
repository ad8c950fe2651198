"""The waiting jobs as a list that can be put in another order, by hand or with the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView

from desktop_app.core.jobs.job import Job
from desktop_app.presenters.queue.queue_model import JOB_ID, QueueRole
from desktop_app.ui.queue_panel.queue_delegate import GAP, QueueDelegate
from desktop_app.ui.side_column.content_list_view import ContentListView
from desktop_app.ui.theme.theme import Theme


class QueueView(ContentListView):
    """move_wanted(str, int): a job and its new place, counted without it. remove_wanted(str): a job."""

    move_wanted = Signal(str, int)
    remove_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._drop_place: int | None = None
        delegate = QueueDelegate(theme)
        delegate.setParent(self)
        delegate.remove_clicked.connect(self._remove)
        self.setItemDelegate(delegate)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)  # a line of the theme's own stands for it
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        theme.changed.connect(self.viewport().update)

    def job_at(self, index: QModelIndex) -> Job | None:
        """The job of a row."""
        job: Job | None = index.data(QueueRole.JOB)
        return job

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete removes the current job, Alt with an arrow moves it; the rest is a list's."""
        index = self.currentIndex()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        if index.isValid() and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(index)
        elif index.isValid() and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_by(index, -1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def move_by(self, index: QModelIndex, rows: int) -> None:
        """Ask to have a row's job stand so many places further down."""
        job, to = self.job_at(index), index.row() + rows
        if job is not None and 0 <= to < self.model().rowCount():
            self.move_wanted.emit(job.id, to)
            self.scrollTo(self.currentIndex())

    def _remove(self, index: QModelIndex) -> None:
        job = self.job_at(index)
        if job is not None:
            self.remove_wanted.emit(job.id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Only jobs may come."""
        if event.mimeData().hasFormat(JOB_ID):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Show between which rows the job would land."""
        if event.mimeData().hasFormat(JOB_ID):
            self._show_drop_place(self._place_at(event.position().y()))
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802
        """It is carried elsewhere."""
        self._show_drop_place(None)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Ask for the job's new place; the model is not the view's to change."""
        self._show_drop_place(None)
        job_id = bytes(event.mimeData().data(JOB_ID).data()).decode()
        rows = range(self.model().rowCount())
        jobs = [self.job_at(self.model().index(row, 0)) for row in rows]
        row = next((row for row, job in enumerate(jobs) if job is not None and job.id == job_id), None)
        if row is not None:
            place = self._place_at(event.position().y())
            to = place - 1 if place > row else place
            if to != row:
                self.move_wanted.emit(job_id, to)
        # Not a move: the view would remove the row that the presenter has moved already.
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The rows, and a line where a carried job would land."""
        super().paintEvent(event)
        if self._drop_place is not None:
            y = max(1, self._drop_place * self.row_height() - GAP // 2)
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawLine(0, y, self.viewport().width(), y)

    def _place_at(self, y: float) -> int:
        height = self.row_height()
        return 0 if height == 0 else min(self.model().rowCount(), round(y / height))

    def _show_drop_place(self, place: int | None) -> None:
        self._drop_place = place
        self.viewport().update()
