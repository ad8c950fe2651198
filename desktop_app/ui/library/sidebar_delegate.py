"""The side bar's lines: name and count, heads in small capitals."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.presenters.library.search_presenter import Shelf
from desktop_app.presenters.library.sidebar_model import Line, LineKind, SideRole
from desktop_app.ui.formats import number
from desktop_app.ui.side_column.row_painting import (
    area_of,
    body_font,
    draw_card,
    draw_line,
    draw_ring,
    has_focus,
    is_hovered,
    view_of,
)
from desktop_app.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
INSET = 10


class SidebarDelegate(QStyledItemDelegate):
    """The chosen line is the one whose pictures are shown; `dropping` is the one below what is dragged."""

    def __init__(self, theme: Theme, view: QWidget) -> None:
        super().__init__(view)
        self._theme = theme
        self.chosen: Line | None = None
        self.dropping = -1

    def name(self, line: Line) -> str:
        """What a line is called."""
        if line.kind is LineKind.COLLECTIONS:
            return self.tr("Collections")
        if line.kind is LineKind.SMART_ONES:
            return self.tr("Smart")
        names = {
            Shelf.ALL: self.tr("All pictures"),
            Shelf.FAVOURITES: self.tr("Favourites"),
            Shelf.TRASH: self.tr("Trash"),
        }
        return line.name or (names.get(line.scope.shelf, "") if line.scope else "")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """High enough to hit; heads keep away from what is above them."""
        line: Line = index.data(SideRole.LINE)
        height = max(32, QFontMetrics(body_font(option)).height() + 14)
        return QSize(0, height + (12 if line.is_head else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        line: Line = index.data(SideRole.LINE)
        area = area_of(option).adjusted(0, 1, 0, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_head:
            self._paint_head(painter, option, area, line)
        else:
            self._paint_line(painter, option, area, line, dropping=index.row() == self.dropping)
        painter.restore()

    def _paint_head(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, line: Line) -> None:
        font = QFont(body_font(option))
        font.setPixelSize(self._theme.scale.heading)
        font.setWeight(QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
        words = area.adjusted(INSET, 14, -INSET, 0)
        draw_line(painter, words, font, self._theme.color("text_2"), self.name(line).upper())

    def _paint_line(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, line: Line, *, dropping: bool
    ) -> None:
        theme = self._theme
        chosen = self.chosen is not None and line.scope == self.chosen.scope
        if chosen or dropping:
            draw_card(painter, area, theme.color("accent_soft"))
        elif is_hovered(option):
            draw_card(painter, area, theme.color("surface_2"))
        words, font = area.adjusted(INSET, 0, -INSET, 0), body_font(option)
        if line.count is not None:
            count = number(line.count)
            width = QFontMetrics(font).horizontalAdvance(count)
            painter.setFont(font)
            painter.setPen(theme.color("text_2"))
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), count)
            words.setRight(words.right() - width - 8)
        if chosen:
            font.setWeight(QFont.Weight.DemiBold)
        draw_line(painter, words, font, theme.color("accent" if chosen else "text"), self.name(line))
        if (has_focus(option) and view_of(option).hasFocus()) or dropping:
            draw_ring(painter, area, theme)
