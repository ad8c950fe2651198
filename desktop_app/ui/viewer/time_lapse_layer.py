"""What is not drawn yet at a moment of the time-lapse, and the edge of the drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.layer import Layer


class TimeLapseLayer(Layer):
    """Covers the tokens that are still to come, as the growing grid does."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tokens, self._side = 0, 0

    def set_position(self, tokens: int, side: int) -> None:
        """So many tokens of `side`² are drawn; side 0: nothing is covered."""
        self._tokens, self._side = tokens, side
        self.changed.emit()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Cover, and a thin line along the edge."""
        side = self._side
        if not side or self._tokens >= side**2:
            return
        row, column = divmod(self._tokens, side)
        top, below = (round(rect.top() + rect.height() * place / side) for place in (row, row + 1))
        x = round(rect.left() + rect.width() * column / side)
        placeholder = self._theme.color("placeholder")
        painter.fillRect(QRectF(x, top, rect.right() - x, below - top), placeholder)
        painter.fillRect(QRectF(rect.left(), below, rect.width(), rect.bottom() - below), placeholder)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        edge = [QPointF(rect.left(), below), QPointF(x, below), QPointF(x, top), QPointF(rect.right(), top)]
        painter.drawPolyline(edge[2:] if not column else edge)
