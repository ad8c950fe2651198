"""What the rows of both lists draw alike."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from desktop_app.ui.theme.theme import Theme

RADIUS = 8
INSET = 6
"""Pixels at a row's sides for its ring; headings stand as far in, so that all words align."""
RING = 2


def has_focus(option: QStyleOptionViewItem) -> bool:
    """Whether the keyboard is on this row."""
    return bool(_state(option) & QStyle.StateFlag.State_HasFocus)


def is_hovered(option: QStyleOptionViewItem) -> bool:
    """Whether the pointer is on this row."""
    return bool(_state(option) & QStyle.StateFlag.State_MouseOver)


def view_of(option: QStyleOptionViewItem) -> QWidget:
    """The view that a row belongs to."""
    widget: QWidget = option.widget
    return widget


def area_of(option: QStyleOptionViewItem) -> QRect:
    """A row's place in its view."""
    return QRect(option.rect)


def pointer_in(option: QStyleOptionViewItem) -> QPoint | None:
    """Where the pointer is, in the row's coordinates' system; None where it is elsewhere."""
    return view_of(option).mapFromGlobal(QCursor.pos()) if is_hovered(option) else None


def body_font(option: QStyleOptionViewItem) -> QFont:
    """What prompts are written in."""
    return QFont(view_of(option).font())


def explanation_font(option: QStyleOptionViewItem, theme: Theme) -> QFont:
    """What explains them."""
    font = body_font(option)
    font.setPixelSize(theme.scale.explanation)
    return font


def draw_line(painter: QPainter, area: QRect, font: QFont, colour: QColor, words: str) -> None:
    """Write plain text in one line, cut with an ellipsis where it is too long."""
    one_line = " ".join(words.split())
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(one_line, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), shown)


def draw_card(painter: QPainter, area: QRect, colour: QColor) -> None:
    """A rounded ground."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(area, RADIUS, RADIUS)


def draw_ring(painter: QPainter, area: QRect, theme: Theme) -> None:
    """The ring that shows where the keyboard is, just inside an area."""
    painter.setPen(QPen(theme.color("accent"), RING))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = QRectF(area).adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2)
    painter.drawRoundedRect(inside, RADIUS - RING / 2, RADIUS - RING / 2)


def _state(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = option.state
    return state
