"""The pictures for screen readers: one widget paints them all, yet each is announced as its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

if TYPE_CHECKING:
    from desktop_app.ui.run_view.grid_canvas import GridCanvas


class PictureInterface(QAccessibleInterface):
    """One picture: its words, its place on the screen."""

    def __init__(self, grid: GridCanvas, index: int) -> None:
        super().__init__()
        self._grid = grid
        self.index = index

    def isValid(self) -> bool:  # noqa: N802
        """Whether there is still such a picture."""
        return self.index < self._grid.count

    def object(self) -> QObject | None:  # type: ignore[override]
        """It is no object of its own."""
        return None

    def parent(self) -> QAccessibleInterface:
        """The grid."""
        return QAccessible.queryAccessibleInterface(self._grid)

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
        """Its place, seed, prompt and state."""
        return self._grid.described(self.index) if kind == QAccessible.Text.Name and self.isValid() else ""

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:  # noqa: N802
        """Nothing of it can be written."""

    def rect(self) -> QRect:
        """Its square on the screen, empty where another is shown alone."""
        square = self._grid.square(self.index)
        return square.translated(self._grid.mapToGlobal(square.topLeft()) - square.topLeft())

    def role(self) -> QAccessible.Role:
        """A picture."""
        return QAccessible.Role.Graphic

    def state(self) -> QAccessible.State:
        """Nothing beyond what its words say."""
        return QAccessible.State()


class GridInterface(QAccessibleWidget):
    """The grid: a list of pictures."""

    def __init__(self, grid: GridCanvas) -> None:
        super().__init__(grid, QAccessible.Role.List)
        self._grid = grid
        self._pictures: dict[int, PictureInterface] = {}

    def childCount(self) -> int:  # noqa: N802
        """As many as there are pictures."""
        return self._grid.count

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """A picture; None where there is none."""
        if not 0 <= index < self._grid.count:
            return None
        if index not in self._pictures:
            self._pictures[index] = PictureInterface(self._grid, index)
            QAccessible.registerAccessibleInterface(self._pictures[index])
        return self._pictures[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """A picture's place in the run."""
        return child.index if isinstance(child, PictureInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]  # noqa: N802
        """The picture at a place on the screen."""
        pictures = (self.child(index) for index in range(self._grid.count))
        return next((one for one in pictures if one is not None and one.rect().contains(x, y)), None)


def install(grid_class: type[GridCanvas]) -> None:
    """Have Qt ask here about every grid from now on; once for the program."""

    def interface_of(_class_name: str, what: QObject) -> QAccessibleInterface | None:
        if not isinstance(what, grid_class):
            return None
        # Qt keeps no reference that Python knows of; the grid does.
        what.interface = GridInterface(what)
        return what.interface

    QAccessible.installFactory(interface_of)


def announce(grid: QWidget, index: int) -> None:
    """Tell a screen reader that the keyboard is on another picture; costs nothing where none listens."""
    if QAccessible.isActive():
        event = QAccessibleEvent(grid, QAccessible.Event.Focus)
        event.setChild(index)
        QAccessible.updateAccessibility(event)
