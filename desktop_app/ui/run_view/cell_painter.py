"""One picture with everything that lies on it and around it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from desktop_app.presenters.run.cells import CellState
from desktop_app.ui.run_view.cell_face import CellFace
from desktop_app.ui.run_view.cell_overlay import CellOverlay
from desktop_app.ui.theme.theme import Theme

RADIUS = 8
RING = 2
"""Pixels: the focus ring, which lies outside the picture."""


@dataclass(frozen=True, kw_only=True)
class CellLook:
    """How the person's attention shows on one picture.

    hot: what of it the pointer is on: "reject", "finish" or "". token: the square of the outlined one.
    """

    focused: bool = False
    rejectable: bool = False
    hot: str = ""
    token: QRectF | None = None


class CellPainter:
    """Paints pictures of one size after another."""

    def __init__(self, theme: Theme, overlay: CellOverlay) -> None:
        self._theme = theme
        self._overlay = overlay
        self._corners: tuple[int, QPainterPath] = (0, QPainterPath())

    def paint(self, painter: QPainter, rect: QRect, face: CellFace, cell: CellState, look: CellLook) -> None:
        """Paint one picture into its square, and its ring around it."""
        accent = self._theme.color("accent")
        face.paint(painter, rect, self._theme.color("placeholder"), accent)
        self._overlay.paint(painter, rect, cell, rejectable=look.rejectable, hot=look.hot)
        painter.translate(rect.topLeft())
        painter.fillPath(self._outside_corners(rect.width()), self._theme.color("background"))
        painter.translate(-rect.topLeft())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if look.token is not None:
            # Two rings, so that it is seen on any picture.
            painter.setPen(QPen(self._theme.color("background"), 2 * RING))
            painter.drawRect(look.token)
            painter.setPen(QPen(accent, RING))
            painter.drawRect(look.token)
        if look.focused:
            painter.setPen(QPen(accent, RING))
            painter.drawRoundedRect(QRectF(rect).adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)

    def _outside_corners(self, side: int) -> QPainterPath:
        """What rounding takes away from a square; covering it is cheaper than clipping every picture."""
        if self._corners[0] != side:
            whole, rounded = QPainterPath(), QPainterPath()
            whole.addRect(0, 0, side, side)
            rounded.addRoundedRect(0, 0, side, side, RADIUS, RADIUS)
            self._corners = side, whole.subtracted(rounded)
        return self._corners[1]
