"""The token overlay: the picture stands back in grey, each token's square is tinted by its value."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QKeyEvent, QPainter, QPen

from desktop_app.core.token_overlay import TokenOverlay
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.layer import Layer

FAINTEST, STRONGEST = 0.0, 0.88
"""How much of the accent the two ends of the scale have. One hue that gets stronger can be read without telling
colours apart; what is below nought is hatched."""
STANDS_BACK = 0.55
"""How far the picture fades into the background."""
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


def tint(theme: Theme, shade: float) -> QColor:
    """The colour of a place on the scale (0..1) over the faded picture."""
    return theme.color("accent", FAINTEST + (STRONGEST - FAINTEST) * min(1.0, abs(shade)))


def paint_square(painter: QPainter, rect: QRectF, theme: Theme, shade: float) -> None:
    """One token's square, in the overlay and in its legend."""
    if shade >= 0:
        painter.fillRect(rect, tint(theme, shade))
        return
    painter.fillRect(rect, theme.color("text", 0.06 + 0.10 * -shade))
    pattern = Qt.BrushStyle.BDiagPattern
    painter.fillRect(rect, QBrush(theme.color("text", 0.15 + 0.75 * -shade), pattern))


class TokenLayer(Layer):
    """cell_changed(cell): (row, column) from 0 that is looked at, or None."""

    cell_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._overlay: TokenOverlay | None = None
        self._grey = QImage()
        self.cell: tuple[int, int] | None = None
        """Row and column that are looked at."""

    def set_overlay(self, overlay: TokenOverlay | None) -> None:
        """Shade by these values; None = there are none."""
        self._overlay = overlay
        if overlay is None:
            self._look_at(None)
        self.cell_changed.emit(self.cell)
        self.changed.emit()

    def set_image(self, image: QImage) -> None:
        """Take the picture's greys."""
        self._grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        self.changed.emit()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Greys, squares, and rings around the one that is looked at."""
        overlay = self._overlay
        if overlay is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._grey)
        painter.fillRect(rect, self._theme.color("background", STANDS_BACK))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for row in range(overlay.side):
            for column in range(overlay.side):
                shade = overlay.shade(row, column)
                if shade:
                    paint_square(painter, self._square(rect, row, column), self._theme, shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.cell is not None:
            square = self._square(rect, *self.cell)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("surface"), 4))
            painter.drawRect(square)
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawRect(square)

    def hover(self, place: QPointF | None, rect: QRectF) -> None:
        """Look at the token under the mouse."""
        overlay = self._overlay
        inside = place is not None and 0 <= place.x() < 1 and 0 <= place.y() < 1
        if overlay is None or place is None or not inside:
            self._look_at(None)
        else:
            self._look_at((math.floor(place.y() * overlay.side), math.floor(place.x() * overlay.side)))

    def key(self, event: QKeyEvent) -> bool:
        """Arrows go from token to token; Escape looks at none before it goes back."""
        key = Qt.Key(event.key())
        overlay = self._overlay
        if key == Qt.Key.Key_Escape and self.cell is not None:
            self._look_at(None)
            return True
        if key not in _MOVES or overlay is None:
            return False
        row, column = self.cell or (0, 0)
        down, right = _MOVES[key] if self.cell is not None else (0, 0)
        last = overlay.side - 1
        self._look_at((min(max(row + down, 0), last), min(max(column + right, 0), last)))
        return True

    def _look_at(self, cell: tuple[int, int] | None) -> None:
        if cell != self.cell:
            self.cell = cell
            self.cell_changed.emit(cell)
            self.changed.emit()

    def _square(self, rect: QRectF, row: int, column: int) -> QRectF:
        """Edges are shared exactly: no seams between neighbours, no overlaps that would show twice the tint."""
        side = self._overlay.side if self._overlay else 1
        left, right = (round(rect.left() + rect.width() * place / side) for place in (column, column + 1))
        top, bottom = (round(rect.top() + rect.height() * place / side) for place in (row, row + 1))
        return QRectF(left, top, right - left, bottom - top)
