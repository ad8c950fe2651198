"""The menu of one picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.presenters.run.cells import CellState
from desktop_app.ui.run_view import words
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.theme import Theme


class PictureMenu(QObject):
    """Builds the menu for a picture; each act is a signal with the picture's place in the run."""

    copy_requested = Signal(int)
    copy_seed_requested = Signal(int)
    use_seed_requested = Signal(int)
    show_in_folder_requested = Signal(int)
    finish_requested = Signal(int)
    reject_requested = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._owner = parent

    def menu(self, cell: CellState, *, can_reject: bool) -> QMenu:
        """What makes sense for the picture now; the caller shows it."""
        menu = QMenu(self._owner)
        self._add(menu, "copy", self.tr("Copy picture"), self.copy_requested, cell, enabled=cell.rows_done > 0)
        self._add(menu, "", self.tr("Copy seed"), self.copy_seed_requested, cell)
        self._add(menu, "dice", self.tr("Use this seed"), self.use_seed_requested, cell)
        saved = cell.kept is not None
        self._add(menu, "folder", self.tr("Show in folder"), self.show_in_folder_requested, cell, enabled=saved)
        if cell.unfinished_kept:
            menu.addSeparator()
            self._add(menu, "finish", words.finish_drawing(), self.finish_requested, cell)
        if can_reject:
            menu.addSeparator()
            reject = self._add(menu, "close", self.tr("Draw again with another seed"), self.reject_requested, cell)
            reject(QKeySequence.StandardKey.Delete)
        return menu

    def _add(
        self, menu: QMenu, mark: str, text: str, signal: object, cell: CellState, *, enabled: bool = True
    ) -> Callable[[QKeySequence.StandardKey], None]:
        action = menu.addAction(text)
        if mark:
            action.setIcon(icon(mark, self._theme))
        action.setEnabled(enabled)
        index = cell.index
        action.triggered.connect(lambda: signal.emit(index))  # type: ignore[attr-defined]
        return action.setShortcut
