"""The grid by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from desktop_app.presenters.library.acts import PictureAct
from desktop_app.ui.library.grid_choice import GridChoice
from desktop_app.ui.library.grid_view import GridView

Key = Qt.Key
Modifier = Qt.KeyboardModifier
RATINGS = {Key(Key.Key_0.value + stars): stars for stars in range(6)}
MOVES = {
    Key.Key_Left,
    Key.Key_Right,
    Key.Key_Up,
    Key.Key_Down,
    Key.Key_Home,
    Key.Key_End,
    Key.Key_PageUp,
    Key.Key_PageDown,
}


class GridKeys(QObject):
    """Watches a grid.

    act_wanted(PictureAct, value): for what is chosen. typed(str): a letter that begins a search.
    """

    act_wanted = Signal(object, object)
    typed = Signal(str)

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the keys that mean something here; all others are the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._act_of(event) is not None or event.matches(QKeySequence.StandardKey.SelectAll):
                event.accept()  # a key for the pictures must not be a shortcut of the window's
            return False
        choice = self._view.choice
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or choice is None:
            return False
        return self._press(event, choice)

    def _press(self, event: QKeyEvent, choice: GridChoice) -> bool:
        key, act = Key(event.key()), self._act_of(event)
        if key in MOVES:
            self._move(choice, key, event.modifiers())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            choice.take_all()
        elif act is not None:
            self.act_wanted.emit(*act)
        elif key == Key.Key_Space and choice.current is not None:
            choice.turn(choice.current)
        elif key == Key.Key_Escape and choice.count > 1 and choice.current is not None:
            choice.take(choice.current)
        elif _is_word(event):
            self.typed.emit(event.text())
        else:
            return False
        return True

    def _act_of(self, event: QKeyEvent) -> tuple[PictureAct, int | None] | None:
        plain = not event.modifiers() & ~Modifier.KeypadModifier
        key = Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            return PictureAct.COPY, None
        if not plain:
            return None
        if key in RATINGS:
            return PictureAct.RATE, RATINGS[key]
        acts = {
            Key.Key_Return: PictureAct.OPEN,
            Key.Key_Enter: PictureAct.OPEN,
            Key.Key_Delete: PictureAct.DELETE,
            Key.Key_Backspace: PictureAct.DELETE,
            Key.Key_F: PictureAct.FAVOURITE,
        }
        return (acts[key], None) if key in acts else None

    def _move(self, choice: GridChoice, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        grid = self._view.geometry_of_grid
        if not grid.total:
            return
        place = 0 if choice.current is None else self._goal(choice.current, key)
        if modifiers & Modifier.ShiftModifier:
            choice.reach(place)
        elif modifiers & Modifier.ControlModifier and key not in (Key.Key_Home, Key.Key_End):
            choice.go_to(place)
        else:
            choice.take(place)
        model = self._view.model()
        self._view.scrollTo(model.index(place, 0))

    def _goal(self, current: int, key: Qt.Key) -> int:
        grid = self._view.geometry_of_grid
        page = grid.lines_in(self._view.viewport().height())
        ahead = 1 if self._view.layoutDirection() == Qt.LayoutDirection.LeftToRight else -1
        goals: dict[Qt.Key, Callable[[], int]] = {
            Key.Key_Left: lambda: current - ahead,
            Key.Key_Right: lambda: current + ahead,
            Key.Key_Up: lambda: grid.beside(current, -1),
            Key.Key_Down: lambda: grid.beside(current, 1),
            Key.Key_PageUp: lambda: grid.beside(current, -page),
            Key.Key_PageDown: lambda: grid.beside(current, page),
            Key.Key_Home: lambda: 0,
            Key.Key_End: lambda: grid.total - 1,
        }
        return min(max(0, goals[key]()), grid.total - 1)


def _is_word(event: QKeyEvent) -> bool:
    held = event.modifiers() & (Modifier.ControlModifier | Modifier.AltModifier | Modifier.MetaModifier)
    return not held and bool(event.text()) and event.text().isprintable() and event.text() != " "
