"""Paints a waiting job: a card with as many cells as pictures, the prompt, and what it waits for."""

from __future__ import annotations

from math import ceil, sqrt

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop_app.presenters.queue.queue_model import QueueRole
from desktop_app.ui.queue_panel.queue_items import STATUS_ROLE
from desktop_app.ui.side_column.row_buttons import RowButton, RowButtons
from desktop_app.ui.side_column.row_painting import (
    INSET,
    area_of,
    body_font,
    draw_card,
    draw_line,
    draw_ring,
    explanation_font,
    has_focus,
    is_hovered,
    pointer_in,
)
from desktop_app.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
PADDING = 8
GAP = 8
"""Between two cards; a part of the row's height."""
CELLS = 38
"""Side of the square with the cells."""
REMOVE = "remove"


class QueueDelegate(QStyledItemDelegate):
    """remove_clicked(QModelIndex): the row's cross was clicked."""

    remove_clicked = Signal(QModelIndex)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._buttons = RowButtons(theme, [RowButton(REMOVE, "close", self.tr("Remove from the queue"))])

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Two lines of words, or the cells, whichever is taller."""
        words = sum(QFontMetrics(font).height() for font in self._fonts(option)) + 2
        return QSize(0, max(CELLS, words) + 2 * PADDING + GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One card."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self._card(option)
        active = is_hovered(option) or has_focus(option)
        draw_card(painter, card, self._theme.color("surface_2" if active else "background"))
        inside = card.adjusted(PADDING, PADDING, -PADDING, -PADDING)
        self._draw_cells(painter, QRect(inside.left(), card.center().y() - CELLS // 2, CELLS, CELLS), index)
        inside.setLeft(inside.left() + CELLS + 10)
        if active:
            inside.setRight(inside.right() - self._buttons.width)
            self._buttons.paint(painter, self._buttons_end(card), pointer_in(option))
        self._draw_words(painter, option, inside, index)
        if has_focus(option):
            draw_ring(painter, card, self._theme)
        painter.restore()

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Clicks on the cross; everything else is the view's."""
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            on_cross = self._buttons.at(self._buttons_end(self._card(option)), event.position().toPoint())
            if on_cross is not None:
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.remove_clicked.emit(QModelIndex(index))  # type: ignore[arg-type]
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(  # noqa: N802
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """What the cross does, else the whole prompt."""
        button = self._buttons.at(self._buttons_end(self._card(option)), event.pos())
        if button is not None:
            QToolTip.showText(event.globalPos(), button.tip, view)
            return True
        return super().helpEvent(event, view, option, index)

    def _fonts(self, option: QStyleOptionViewItem) -> tuple:  # type: ignore[type-arg]
        return body_font(option), explanation_font(option, self._theme)

    @staticmethod
    def _card(option: QStyleOptionViewItem) -> QRect:
        return area_of(option).adjusted(INSET, 0, -INSET, -GAP)

    @staticmethod
    def _buttons_end(card: QRect) -> QPoint:
        return QPoint(card.right() - 4, card.center().y())

    def _draw_words(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, index: Index) -> None:
        body, explanation = self._fonts(option)
        heights = QFontMetrics(body).height(), QFontMetrics(explanation).height()
        top = area.center().y() - (sum(heights) + 2) // 2 + 1
        line = QRect(area.left(), top, area.width(), heights[0])
        draw_line(painter, line, body, self._theme.color("text"), index.data(Qt.ItemDataRole.DisplayRole))
        line = QRect(area.left(), top + heights[0] + 2, area.width(), heights[1])
        draw_line(painter, line, explanation, self._theme.color("text_2"), index.data(STATUS_ROLE))

    def _draw_cells(self, painter: QPainter, area: QRect, index: Index) -> None:
        count: int = index.data(QueueRole.COUNT)
        across = ceil(sqrt(count))
        gap = 2 if across > 1 else 0
        side = (area.width() - gap * (across - 1)) / across
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line"))
        radius = 6 if across == 1 else max(1.0, 4 - across / 2)
        rows = ceil(count / across)
        top = area.top() + (area.height() - rows * side - (rows - 1) * gap) / 2
        for place in range(count):
            row, column = divmod(place, across)
            cell = QRectF(area.left() + column * (side + gap), top + row * (side + gap), side, side)
            painter.drawRoundedRect(cell, radius, radius)
