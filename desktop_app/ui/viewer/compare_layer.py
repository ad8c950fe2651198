"""Another picture over the shown one, up to a line that can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPen

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.layer import Layer
from desktop_app.ui.viewer.zoom import HONEST

GRIP = 12.0
"""Pixels around the line that take hold of it."""
_STEP = 0.02
_MOVES = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}


class CompareLayer(Layer):
    """The shown picture left of the line, the other right of it, both under the same zoom."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._other = QImage()
        self.split = 0.5
        """The line's place, as a share of the width."""

    def set_other(self, image: QImage) -> None:
        """Compare with these pixels; null = none yet."""
        self._other = image
        self.changed.emit()

    def set_split(self, split: float) -> None:
        """Move the line."""
        self.split = min(max(split, 0.0), 1.0)
        self.changed.emit()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """The other picture, the line, its handle."""
        x = rect.left() + self.split * rect.width()
        if not self._other.isNull():
            scale = rect.width() / self._other.width() * painter.device().devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < HONEST)
            painter.save()
            painter.setClipRect(QRectF(x, rect.top(), rect.right() - x, rect.height()))
            painter.drawImage(rect, self._other)
            painter.restore()
        surface, accent = self._theme.color("surface"), self._theme.color("accent")
        painter.setPen(QPen(surface, 4))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        painter.setPen(QPen(accent, 2))
        painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        middle = QPointF(x, rect.center().y())
        painter.setBrush(surface)
        painter.drawEllipse(middle, GRIP, GRIP)
        painter.setPen(QPen(accent, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for way in (-1, 1):
            tip, root = middle + QPointF(6 * way, 0), middle + QPointF(3 * way, 0)
            painter.drawPolyline([root + QPointF(0, -3), tip, root + QPointF(0, 3)])

    def press(self, place: QPointF, rect: QRectF) -> bool:
        """Take hold of the line; elsewhere the picture is moved."""
        return self._near(place, rect)

    def drag(self, place: QPointF) -> None:
        """The line follows the mouse."""
        self.set_split(place.x())

    def key(self, event: QKeyEvent) -> bool:
        """Left and right move the line, Home and End bring it to the edges."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            return False
        self.set_split(self.split + move * (5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        return True

    def cursor(self, place: QPointF, rect: QRectF) -> Qt.CursorShape | None:
        """To both sides, on the line."""
        return Qt.CursorShape.SplitHCursor if self._near(place, rect) else None

    def described(self) -> str:
        """Where the line is."""
        words = self.tr("The line is at {share} % of the width; left and right move it.")
        return words.format(share=round(100 * self.split))

    def _near(self, place: QPointF, rect: QRectF) -> bool:
        return abs(place.x() - self.split) * rect.width() <= GRIP
