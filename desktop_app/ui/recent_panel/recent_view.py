"""The runs as a list that is opened with a click or with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop_app.presenters.recent.recent_runs_model import RecentRole
from desktop_app.ui.recent_panel.recent_delegate import MORE, RecentDelegate
from desktop_app.ui.side_column.content_list_view import ContentListView
from desktop_app.ui.side_column.row_buttons import SIDE
from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:  # the window is painted before SQLite is needed
    from desktop_app.core.library.records import GenerationRecord


class RecentView(ContentListView):
    """open_wanted, settings_wanted, delete_wanted(str): of a run's id."""

    open_wanted = Signal(str)
    settings_wanted = Signal(str)
    delete_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        delegate = RecentDelegate(theme)
        delegate.setParent(self)
        delegate.button_clicked.connect(self._on_button_clicked)
        self.setItemDelegate(delegate)
        delegate.row_clicked.connect(self._open)
        theme.changed.connect(self.viewport().update)

    @staticmethod
    def record_at(index: QModelIndex) -> GenerationRecord | None:
        """The run of a row."""
        record: GenerationRecord | None = index.data(RecentRole.RECORD)
        return record

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, Delete deletes; the rest is a list's."""
        record = self.record_at(self.currentIndex())
        if record is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_wanted.emit(record.id)
        elif record is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(record.id)
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        record = self.record_at(index)
        if record is not None:
            self.open_wanted.emit(record.id)

    def _on_button_clicked(self, index: QModelIndex, name: str) -> None:
        record = self.record_at(index)
        if name == MORE:
            area = self.visualRect(index)
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(area.topRight() + QPoint(-SIDE, SIDE)))
        elif record is not None:
            self.settings_wanted.emit(record.id)
