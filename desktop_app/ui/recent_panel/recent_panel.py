"""RECENT: the runs drawn last."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from desktop_app.ui.recent_panel.recent_items import RecentItems
from desktop_app.ui.recent_panel.recent_view import RecentView
from desktop_app.ui.side_column.row_painting import INSET
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class RecentPanel(QWidget):
    """Shows a RecentRunsModel's rows and says what the person wants of them; every signal carries a run's id.

    reveal_wanted(QRect): in the panel's coordinates, what should be scrolled into view.
    """

    open_requested = Signal(str)
    use_settings_requested = Signal(str)
    use_prompt_requested = Signal(str)
    draw_again_requested = Signal(str)
    show_in_folder_requested = Signal(str)
    delete_requested = Signal(str)
    reveal_wanted = Signal(QRect)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._items = RecentItems()
        self._items.setParent(self)
        self._view = RecentView(theme)
        self._view.show_model(self._items)
        self._view.setAccessibleName(self.tr("Recent runs"))
        self._view.setAccessibleDescription(self.tr("Enter shows a run, Delete moves its pictures to the trash."))
        self._teaching = QLabel(self.tr("Finished runs show up here."))
        set_role(self._teaching, "explanation")
        self._teaching.setWordWrap(True)
        heading = QLabel(self.tr("Recent"))
        set_role(heading, "heading")
        words = QVBoxLayout()
        words.setContentsMargins(INSET, 0, INSET, 0)
        words.addWidget(heading)
        words.addWidget(self._teaching)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(words)
        layout.addWidget(self._view)
        self._view.open_wanted.connect(self.open_requested)
        self._view.settings_wanted.connect(self.use_settings_requested)
        self._view.delete_wanted.connect(self.delete_requested)
        self._view.menu_wanted.connect(self._show_menu)
        self._view.reveal_wanted.connect(self._reveal)
        for changed in (self._items.rowsInserted, self._items.rowsRemoved, self._items.modelReset):
            changed.connect(self._show_what_applies)
        self._show_what_applies()

    def set_model(self, model: QAbstractItemModel) -> None:
        """Show these rows."""
        self._items.setSourceModel(model)
        self._show_what_applies()

    def height_to_come(self) -> int:
        """Pixels that the rows will need beyond what they have, once they are laid out."""
        return max(0, self._view.sizeHint().height() - self._view.height())

    def _show_what_applies(self) -> None:
        filled = self._items.rowCount() > 0
        self._teaching.setVisible(not filled)
        self._view.setVisible(filled)

    def _reveal(self, area: QRect) -> None:
        self.reveal_wanted.emit(QRect(self._view.mapTo(self, area.topLeft()), area.size()))

    def _show_menu(self, index: QModelIndex, place: QPoint) -> None:
        record = self._view.record_at(index)
        if record is None:
            return
        acts = [
            (self.tr("Show"), self.open_requested),
            (self.tr("Use these settings"), self.use_settings_requested),
            (self.tr("Use the prompt"), self.use_prompt_requested),
            (self.tr("Draw again"), self.draw_again_requested),
            (self.tr("Show in folder"), self.show_in_folder_requested),
            (self.tr("Delete"), self.delete_requested),
        ]
        menu = QMenu(self)
        for words, signal in acts:
            if signal is self.delete_requested:
                menu.addSeparator()
            menu.addAction(words, lambda signal=signal: signal.emit(record.id))  # type: ignore[misc]
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
