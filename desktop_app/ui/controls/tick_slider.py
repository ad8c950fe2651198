"""The slider under a setting: a quiet groove, a round handle, a tick at the default."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget

from desktop_app.ui.theme.theme import Theme

HANDLE = 7.0
"""The handle's radius."""
MARGIN = HANDLE + 3.5
"""How far the handle's middle keeps from the edges: room for the ring. The groove goes to the edges."""
_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1}
_LEAPS = {Qt.Key.Key_PageUp: 5, Qt.Key.Key_PageDown: -5}


class TickSlider(QSlider):
    """Goes to where it is clicked; the wheel turns it only while it has the focus.

    stepped(steps): a key or the wheel asks for so many steps; what a step is, the owner knows.
    """

    stepped = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._tick: int | None = None
        self._turned = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def set_tick(self, place: int | None) -> None:
        """Mark a place, or none."""
        self._tick = place
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as a hit area must be."""
        return QSize(160, 28)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Still to be aimed at."""
        return QSize(80, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows: a step, page keys: five, Home and End: the ends."""
        key = Qt.Key(event.key())
        steps = _STEPS.get(key) or _LEAPS.get(key)
        if steps is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """A notch is a step; without the focus the panel scrolls instead."""
        if not self.hasFocus():
            event.ignore()
            return
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / 120)
        self._turned -= notches * 120
        if notches:
            self.stepped.emit(notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go there and follow the mouse."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self.setSliderDown(True)
        self.setSliderPosition(self._place_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the mouse."""
        if self.isSliderDown():
            self.setSliderPosition(self._place_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def x_of(self, place: int) -> float:
        """Where a place lies, in pixels from the left."""
        share = (place - self.minimum()) / max(1, self.maximum() - self.minimum())
        return MARGIN + share * (self.width() - 2 * MARGIN)

    def _place_at(self, x: float) -> int:
        share = (x - MARGIN) / max(1.0, self.width() - 2 * MARGIN)
        return self.minimum() + round(share * (self.maximum() - self.minimum()))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Groove, filled up to the handle; tick; handle, in a ring when it has the focus."""
        on = self.isEnabled()
        accent = self._theme.color("accent" if on else "line_strong")
        middle, here = self.height() / 2, self.x_of(self.sliderPosition())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line_strong"))
        painter.drawRoundedRect(QRectF(0, middle - 1, self.width(), 2), 1, 1)
        if self._tick is not None:
            painter.setBrush(self._theme.color("text_2"))
            painter.drawRoundedRect(QRectF(self.x_of(self._tick) - 1, middle + 4, 2, 6), 1, 1)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(0, middle - 1.5, here, 3), 1.5, 1.5)
        painter.setBrush(self._theme.color("surface"))
        painter.setPen(QPen(accent, 2))
        painter.drawEllipse(QPointF(here, middle), HANDLE - 1, HANDLE - 1)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(here, middle), HANDLE + 2.5, HANDLE + 2.5)
