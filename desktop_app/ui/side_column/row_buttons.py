"""Quiet buttons at the right of a row, there while the pointer is on it or the keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter

from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.theme import Theme

SIDE = 28
ICON = 16
RADIUS = 6


@dataclass(frozen=True)
class RowButton:
    """name: what `at` answers. icon: from the program's set. tip: its words, for the tooltip."""

    name: str
    icon: str
    tip: str


class RowButtons:
    """Lays out, paints and finds the buttons of any row."""

    def __init__(self, theme: Theme, buttons: Sequence[RowButton]) -> None:
        self._theme = theme
        self._buttons = tuple(buttons)

    @property
    def width(self) -> int:
        """Pixels that all of them take."""
        return SIDE * len(self._buttons)

    def paint(self, painter: QPainter, right_middle: QPoint, pointer: QPoint | None) -> None:
        """Paint them so that they end at a place; the one below the pointer is lit."""
        for button, rect in self._places(right_middle):
            if pointer is not None and rect.contains(pointer):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.color("line"))
                painter.drawRoundedRect(rect, RADIUS, RADIUS)
            inside = QRect(0, 0, ICON, ICON)
            inside.moveCenter(rect.center())
            icon(button.icon, self._theme, "text_2").paint(painter, inside)

    def at(self, right_middle: QPoint, place: QPoint) -> RowButton | None:
        """The button at a place."""
        return next((button for button, rect in self._places(right_middle) if rect.contains(place)), None)

    def _places(self, right_middle: QPoint) -> list[tuple[RowButton, QRect]]:
        left = right_middle.x() - self.width
        top = right_middle.y() - SIDE // 2
        return [(button, QRect(left + SIDE * place, top, SIDE, SIDE)) for place, button in enumerate(self._buttons)]
