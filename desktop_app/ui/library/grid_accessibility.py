"""The library's grid for screen readers: Qt knows its own views only, so each picture is made known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

if TYPE_CHECKING:
    from desktop_app.ui.library.grid_view import GridView


class ItemInterface(QAccessibleInterface):
    """One picture of the grid by its place."""

    def __init__(self, view: GridView, place: int) -> None:
        super().__init__()
        self._view = view
        self.place = place

    def isValid(self) -> bool:  # noqa: N802
        """Whether there is still such a picture."""
        return self.place < self._view.count

    def object(self) -> QObject | None:  # type: ignore[override]
        """It is no object of its own."""
        return None

    def parent(self) -> QAccessibleInterface:
        """The grid."""
        return QAccessible.queryAccessibleInterface(self._view)

    def child(self, _index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """It has no parts."""
        return None

    def childCount(self) -> int:  # noqa: N802
        """It has no parts."""
        return 0

    def childAt(self, _x: int, _y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        """It has no parts."""
        return None

    def indexOfChild(self, _child: QAccessibleInterface) -> int:  # noqa: N802
        """It has no parts."""
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        """What the model says of it; "" until it is read."""
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        return str(self._view.model().index(self.place, 0).data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:  # noqa: N802
        """Nothing of it can be written."""

    def rect(self) -> QRect:
        """Its square on the screen."""
        square = self._view.cell(self.place)
        return QRect(self._view.viewport().mapToGlobal(square.topLeft()), square.size())

    def role(self) -> QAccessible.Role:
        """One of a list."""
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        """Whether it is chosen, and whether the keyboard is on it."""
        state = QAccessible.State()
        state.selectable = state.focusable = True
        choice = self._view.choice
        if choice is not None:
            state.selected = choice.contains(self.place)
            state.focused = choice.current == self.place and self._view.hasFocus()
        return state


class GridViewInterface(QAccessibleWidget):
    """The grid: a list of pictures, made as they are asked for."""

    def __init__(self, view: GridView) -> None:
        super().__init__(view, QAccessible.Role.List)
        self._view = view
        self._items: dict[int, ItemInterface] = {}

    def childCount(self) -> int:  # noqa: N802
        """As many as were found."""
        return self._view.count

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """A picture; None where there is none."""
        if not 0 <= index < self._view.count:
            return None
        if index not in self._items:
            self._items[index] = ItemInterface(self._view, index)
            QAccessible.registerAccessibleInterface(self._items[index])
        return self._items[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """A picture's place."""
        return child.place if isinstance(child, ItemInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        """The picture at a place on the screen."""
        place = self._view.place_at(self._view.viewport().mapFromGlobal(QRect(x, y, 1, 1).topLeft()))
        return None if place is None else self.child(place)

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        """The picture that the keyboard is on."""
        choice = self._view.choice
        return None if choice is None or choice.current is None else self.child(choice.current)


def install(view_class: type[GridView]) -> None:
    """Have Qt ask here about every grid of the library from now on; once for the program."""

    def interface_of(_class_name: str, what: QObject) -> QAccessibleInterface | None:
        if not isinstance(what, view_class):
            return None
        # Qt keeps no reference that Python knows of; the grid does.
        what.interface = GridViewInterface(what)
        return what.interface

    QAccessible.installFactory(interface_of)


def announce(view: GridView, place: int) -> None:
    """Tell a screen reader that the keyboard is on another picture; costs nothing where none listens."""
    if QAccessible.isActive():
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(place)
        QAccessible.updateAccessibility(event)
