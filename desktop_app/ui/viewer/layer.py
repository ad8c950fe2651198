"""What lies over the picture in one of the viewer's modes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter


class Layer(QObject):
    """Painted over the picture; hears the mouse and the keys before the canvas does.

    Places are shares of the picture, 0..1 in both directions and beyond outside it. changed(): paint again.
    """

    changed = Signal()

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint over the picture, which lies in `rect`."""

    def set_image(self, image: QImage) -> None:
        """The picture below is another."""

    def press(self, place: QPointF, rect: QRectF) -> bool:
        """The left button goes down; whether the layer follows the mouse from now on."""
        return False

    def drag(self, place: QPointF) -> None:
        """The mouse goes on, after a `press` that was taken."""

    def hover(self, place: QPointF | None, rect: QRectF) -> None:
        """The mouse is here, no button down; None = it left."""

    def key(self, event: QKeyEvent) -> bool:
        """A key was pressed; whether the layer took it."""
        return False

    def cursor(self, place: QPointF, rect: QRectF) -> Qt.CursorShape | None:
        """What the pointer looks like there; None = as usual."""
        return None

    def described(self) -> str:
        """What a screen reader says of it; "" for nothing."""
        return ""
