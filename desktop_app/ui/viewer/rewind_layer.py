"""The line from which a picture is drawn again: above it the tokens stay, below it everything is new."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.layer import Layer

GRIP = 14.0
DIM = 0.72
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class RewindLayer(Layer):
    """row_wanted(int): the first row, from 0, that is to be drawn afresh."""

    row_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._side, self._row, self._last = 0, 0, 0

    def set_rows(self, row: int, last: int, side: int) -> None:
        """Show the line above `row`; it goes down to `last` of `side` rows."""
        self._row, self._last, self._side = row, last, side
        self.changed.emit()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Everything below dimmed, faint ticks where the line can stop, the line and its handle."""
        if not self._side:
            return
        y = round(rect.top() + rect.height() * self._row / self._side)
        painter.fillRect(QRectF(rect.left(), y, rect.width(), rect.bottom() - y), self._theme.color("background", DIM))
        painter.setPen(QPen(self._theme.color("line_strong", 0.8), 1))
        for row in range(1, self._last + 1):
            tick = round(rect.top() + rect.height() * row / self._side) + 0.5
            for x, way in ((rect.left(), 1), (rect.right(), -1)):
                painter.drawLine(QPointF(x, tick), QPointF(x + 6 * way, tick))
        painter.setPen(QPen(self._theme.color("surface"), 5))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setPen(QPen(self._theme.color("accent"), 3))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        handle = QRectF(rect.center().x() - 22, y - 9, 44, 18)
        painter.setPen(QPen(self._theme.color("surface"), 2))
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(handle, 9, 9)
        painter.setPen(QPen(self._theme.color("on_accent"), 1.5))
        for dy in (-2, 2):
            painter.drawLine(QPointF(handle.center().x() - 7, y + dy), QPointF(handle.center().x() + 7, y + dy))

    def press(self, place: QPointF, rect: QRectF) -> bool:
        """Take hold of the line, or bring it here."""
        if not (0 <= place.x() <= 1 and -0.05 <= place.y() <= 1.05):
            return False
        self.drag(place)
        return True

    def drag(self, place: QPointF) -> None:
        """The line follows the mouse from row to row."""
        if self._side:
            self._want(round(place.y() * self._side))

    def key(self, event: QKeyEvent) -> bool:
        """Up and down move the line, Home and End bring it to its ends."""
        key = Qt.Key(event.key())
        if key in _MOVES:
            self._want(self._row + _MOVES[key])
        elif key == Qt.Key.Key_Home:
            self._want(0)
        elif key == Qt.Key.Key_End:
            self._want(self._last)
        else:
            return False
        return True

    def cursor(self, place: QPointF, rect: QRectF) -> Qt.CursorShape | None:
        """Up and down, on the picture."""
        inside = 0 <= place.x() <= 1 and 0 <= place.y() <= 1
        return Qt.CursorShape.SplitVCursor if inside and self._side else None

    def described(self) -> str:
        """Where the line is."""
        words = self.tr("Rows 1 to {kept} stay, the others of {all} are drawn again; up and down move the line.")
        return words.format(kept=self._row, all=self._side)

    def _want(self, row: int) -> None:
        wanted = min(max(row, 0), self._last)
        if wanted != self._row:
            self.row_wanted.emit(wanted)
