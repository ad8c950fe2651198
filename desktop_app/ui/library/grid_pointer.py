"""What the pointer does in the grid: choosing, the rubber band, the star, dragging out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.library.cell_painter import star_corner
from desktop_app.ui.library.grid_choice import GridChoice
from desktop_app.ui.library.grid_view import GridView

PULL = 24
"""Pixels that a rubber band at the edge scrolls at a time."""
PULL_EVERY = 16
Modifier = Qt.KeyboardModifier


class GridPointer(QObject):
    """Watches a grid's viewport.

    opened(): the chosen picture was double-clicked. star_clicked(place). dragged(): the chosen pictures are
    being dragged away. menu_wanted(QPoint): for what is chosen, at a place on the screen.
    """

    opened = Signal()
    star_clicked = Signal(int)
    dragged = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, view: GridView) -> None:
        super().__init__(view)
        self._view = view
        self._pressed: QPoint | None = None  # in the viewport, where a drag may begin
        self._origin: QPoint | None = None  # in the grid's content, where the rubber band begins
        self._take_on_release: int | None = None
        self._kept: list[tuple[int, int]] = []
        self._pointer = QPoint()
        self._pulling = QTimer(self, interval=PULL_EVERY)
        self._pulling.timeout.connect(self._pull)
        view.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the pointer's events before the view does."""
        match event.type():
            case QEvent.Type.MouseButtonPress if isinstance(event, QMouseEvent):
                self._press(event)
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent):
                self._move(event)
            case QEvent.Type.MouseButtonRelease if isinstance(event, QMouseEvent):
                self._release()
            case QEvent.Type.MouseButtonDblClick if isinstance(event, QMouseEvent):
                self._double_click(event)
            case QEvent.Type.Leave:
                self._view.hover(None)
                return False
            case QEvent.Type.ContextMenu if isinstance(event, QContextMenuEvent):
                self._ask_for_menu(event)
            case _:
                return False
        return True

    @property
    def _choice(self) -> GridChoice | None:
        return self._view.choice

    def _press(self, event: QMouseEvent) -> None:
        choice, point = self._choice, event.position().toPoint()
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        if choice is None:
            return
        place = self._view.place_at(point)
        if event.button() == Qt.MouseButton.RightButton:
            if place is not None and not choice.contains(place):
                choice.take(place)
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if place is None:
            self._begin_band(point, keep=bool(event.modifiers() & (Modifier.ControlModifier | Modifier.ShiftModifier)))
        elif star_corner(self._view.cell(place)).contains(point) and not event.modifiers():
            self.star_clicked.emit(place)
        else:
            self._choose(choice, place, event.modifiers())
            self._pressed = point

    def _choose(self, choice: GridChoice, place: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Modifier.ShiftModifier:
            choice.reach(place, add=bool(modifiers & Modifier.ControlModifier))
        elif modifiers & Modifier.ControlModifier:
            choice.turn(place)
        elif choice.contains(place) and choice.count > 1:
            self._take_on_release = place  # or several could not be dragged
        else:
            choice.take(place)

    def _begin_band(self, point: QPoint, *, keep: bool) -> None:
        choice = self._choice
        if choice is None:
            return
        self._kept = list(choice.spans) if keep else []
        if not keep:
            choice.clear()
        self._origin = point + QPoint(0, self._view.verticalOffset())

    def _move(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        if self._origin is not None:
            self._stretch()
            inside = self._view.viewport().rect().adjusted(0, 1, 0, -1).contains(self._pointer)
            if inside:
                self._pulling.stop()
            elif not self._pulling.isActive():
                self._pulling.start()
        elif self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            far = (self._pointer - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if far:
                self._pressed = self._take_on_release = None
                self.dragged.emit()
        else:
            self._view.hover(self._view.place_at(self._pointer))

    def _stretch(self) -> None:
        """Choose what the rubber band touches."""
        choice, view = self._choice, self._view
        if choice is None or self._origin is None:
            return
        here = self._pointer + QPoint(0, view.verticalOffset())
        area = QRect(self._origin, here).normalized()
        choice.take_spans([*self._kept, *view.geometry_of_grid.spans_in(area)])
        view.band = area.translated(0, -view.verticalOffset())
        view.viewport().update()

    def _pull(self) -> None:
        down = self._pointer.y() > self._view.viewport().height() // 2
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + (PULL if down else -PULL))
        self._stretch()

    def _release(self) -> None:
        choice = self._choice
        if choice is not None and self._take_on_release is not None:
            choice.take(self._take_on_release)
        self._pressed = self._origin = self._take_on_release = None
        self._pulling.stop()
        if self._view.band is not None:
            self._view.band = None
            self._view.viewport().update()

    def _double_click(self, event: QMouseEvent) -> None:
        place = self._view.place_at(event.position().toPoint())
        on_star = place is not None and star_corner(self._view.cell(place)).contains(event.position().toPoint())
        if on_star and place is not None:
            self.star_clicked.emit(place)
        elif place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit()

    def _ask_for_menu(self, event: QContextMenuEvent) -> None:
        choice = self._choice
        if choice is None or not (choice.count or choice.current is not None):
            return
        place = self._view.place_at(event.pos())
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        if by_key and choice.current is not None:
            self.menu_wanted.emit(self._view.viewport().mapToGlobal(self._view.cell(choice.current).center()))
        elif place is not None:
            self.menu_wanted.emit(event.globalPos())
