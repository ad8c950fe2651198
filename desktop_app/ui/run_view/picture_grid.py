"""What can be done on the pictures, by pointer and by keyboard alike."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.ui.run_view import words
from desktop_app.ui.run_view.grid_canvas import GridCanvas
from desktop_app.ui.theme.theme import Theme

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_DRAG_SIDE = 128


class PictureGrid(GridCanvas):
    """Arrows go from picture to picture, Enter shows one alone, Escape all again, Delete rejects one that is
    being drawn, the menu key opens its menu. Space goes into the picture: arrows then move over its tokens and
    Enter asks about one, as a click does.
    """

    cell_clicked = Signal(int, int, int)  # picture, row, column of a token that is drawn
    reject_requested = Signal(int)
    finish_requested = Signal(int)
    menu_requested = Signal(int, QPoint)  # picture, place on the screen

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._pressed: QPoint | None = None
        self._in_picture = False

    @property
    def in_picture(self) -> bool:
        """Whether the arrows move over the tokens of one picture."""
        return self._in_picture

    def zoom(self, index: int | None) -> None:
        """Show one picture alone, or all; nothing happens where there is no such picture."""
        if index is not None:
            if not 0 <= index < len(self._cells):
                return
            self._go_to(index)
        self._zoom(index)

    # Pointer ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Press what is under the pointer, or begin to drag a picture."""
        point = event.position().toPoint()
        index = self._layout.index_at(point)
        if index is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._go_to(index)
        acts = {"reject": self.reject_requested, "finish": self.finish_requested}
        hot = self._hot_at(point)
        if hot:
            acts[hot].emit(index)
        else:
            self._pressed = point

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the pointer; far enough from where it was pressed, drag."""
        point = event.position().toPoint()
        far = QApplication.startDragDistance()
        if self._pressed is not None and (point - self._pressed).manhattanLength() >= far:
            self._pressed = None
            self._drag(self._current)
            return
        self._hover(self._layout.index_at(point), self._hot_at(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Ask about the token that was clicked."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            token = self._layout.token_at(pressed, self._current, self._cells[self._current].rows_total)
            if token is not None:
                self._in_picture = False
                self._ask(self._current, *token)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show the picture alone, or all again."""
        point = event.position().toPoint()
        index = self._layout.index_at(point)
        if index is not None and not self._hot_at(point):
            self._pressed = None
            self.zoom(index if self.zoomed is None else None)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self._hover(None, "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for the menu of the picture under the pointer, or of the one that the keyboard is on."""
        if not self._cells:
            return
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self._layout.index_at(event.pos())
            if index is not None:
                self._go_to(index)
                self.menu_requested.emit(index, event.globalPos())
        else:
            self.menu_requested.emit(self._current, self.mapToGlobal(self._layout.rect(self._current).center()))

    def _hot_at(self, point: QPoint) -> str:
        index = self._layout.index_at(point)
        if index is None:
            return ""
        rect = self._layout.rect(index)
        if self._can_reject(index) and self._overlay.reject_rect(rect).contains(point):
            return "reject"
        if self._cells[index].unfinished_kept and self._overlay.finish_rect(rect).contains(point):
            return "finish"
        return ""

    def _hover(self, index: int | None, hot: str) -> None:
        if (index, hot) == (self._hovered, self._hot):
            return
        for one in {self._hovered, index} - {None}:
            self._repaint(one)  # type: ignore[arg-type]
        self._hovered, self._hot = index, hot
        self.setCursor(Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor)
        tips = {"reject": self.tr("Draw this one again with another seed"), "finish": self.tr("Draw the missing rows")}
        explained = "" if index is None else words.score_explained(self._cells[index])
        self.setToolTip(tips.get(hot, explained))

    def _drag(self, index: int) -> None:
        """Carry a saved picture's file to another program."""
        kept = self._cells[index].kept
        if kept is None:
            return
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(kept.path))])
        mime.setImageData(self._faces[index].image)
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.setPixmap(self._faces[index].pixmap(_DRAG_SIDE))
        drag.exec(Qt.DropAction.CopyAction)

    def _ask(self, index: int, row: int, column: int) -> None:
        if row < self._cells[index].rows_done:
            self.mark((index, row, column))
            self.cell_clicked.emit(index, row, column)

    # Keyboard ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Go, ask, reject, look; keys that mean nothing here go on to the window."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not (self._cells and plain and self._key(Qt.Key(event.key()))):
            super().keyPressEvent(event)

    def _key(self, key: Qt.Key) -> bool:
        if key in _ARROWS:
            self._move(*_ARROWS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._enter()
        elif key == Qt.Key.Key_Space:
            self._enter_picture(not self._in_picture)
        elif key == Qt.Key.Key_Escape and (self._in_picture or self.zoomed is not None):
            self._leave()
        elif key == Qt.Key.Key_Delete and self._can_reject(self._current):
            self.reject_requested.emit(self._current)
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._go_to(0 if key == Qt.Key.Key_Home else len(self._cells) - 1)
        else:
            return False
        return True

    def _move(self, across: int, down: int) -> None:
        if self._in_picture and self._marked is not None:
            _, row, column = self._marked
            last = self._cells[self._current].rows_total - 1
            self.mark((self._current, min(max(row + down, 0), last), min(max(column + across, 0), last)))
        elif self.zoomed is not None:
            self._go_to(min(max(self._current + across + down, 0), len(self._cells) - 1))
        else:
            self._go_to(self._layout.neighbour(self._current, across, down))

    def _enter(self) -> None:
        if self._in_picture and self._marked is not None:
            self._ask(*self._marked)
        else:
            self.zoom(self._current if self.zoomed is None else None)

    def _leave(self) -> None:
        if self._in_picture:
            self._enter_picture(False)
        else:
            self.zoom(None)

    def _enter_picture(self, inside: bool) -> None:
        self._in_picture = inside and self._cells[self._current].rows_done > 0
        if self._in_picture and (self._marked is None or self._marked[0] != self._current):
            self.mark((self._current, 0, 0))
