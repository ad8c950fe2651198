"""Paints a run: its prompt above a strip of its pictures."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop_app.presenters.recent.recent_runs_model import STRIP, RecentRole
from desktop_app.ui.recent_panel.thumbnail_strip import paint_strip, strip_height
from desktop_app.ui.side_column.row_buttons import SIDE, RowButton, RowButtons
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
    view_of,
)
from desktop_app.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
SETTINGS = "settings"
MORE = "more"


class RecentDelegate(QStyledItemDelegate):
    """button_clicked(QModelIndex, str): a row's button, SETTINGS or MORE. row_clicked(QModelIndex): elsewhere."""

    button_clicked = Signal(QModelIndex, str)
    row_clicked = Signal(QModelIndex)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        buttons = [
            RowButton(SETTINGS, "settings", self.tr("Use these settings")),
            RowButton(MORE, "more", self.tr("More")),
        ]
        self._buttons = RowButtons(theme, buttons)

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """The prompt's line and the strip, which is as tall as the column is wide."""
        width = view_of(option).width() - 2 * INSET
        return QSize(0, self._line_height(option) + 4 + strip_height(width) + 2 * INSET + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One run."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = area_of(option).adjusted(0, 0, 0, -2)
        active = is_hovered(option) or has_focus(option)
        if active:
            draw_card(painter, row, self._theme.color("surface_2" if is_hovered(option) else "surface"))
        line, strip = self._places(option, row)
        if active:
            self._buttons.paint(painter, self._buttons_end(option), pointer_in(option))
            line.setRight(line.right() - self._buttons.width)
        draw_line(painter, line, body_font(option), self._theme.color("text"), index.data(Qt.ItemDataRole.DisplayRole))
        more = index.data(RecentRole.COUNT) - STRIP
        small = explanation_font(option, self._theme)
        paint_strip(painter, strip, index.data(RecentRole.THUMBNAILS), more, small, self._theme)
        if has_focus(option):
            draw_ring(painter, row, self._theme)
        painter.restore()

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Tell a click on a button from one on the run; the view's own `clicked` does not."""
        if isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            button = self._buttons.at(self._buttons_end(option), event.position().toPoint())
            if event.type() == QEvent.Type.MouseButtonRelease:
                if button is None:
                    self.row_clicked.emit(index)
                else:
                    self.button_clicked.emit(index, button.name)
            return button is not None
        return super().editorEvent(event, model, option, index)

    def helpEvent(  # noqa: N802
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """What a button does, else the whole prompt."""
        button = self._buttons.at(self._buttons_end(option), event.pos())
        if button is not None:
            QToolTip.showText(event.globalPos(), button.tip, view)
            return True
        return super().helpEvent(event, view, option, index)

    @staticmethod
    def _line_height(option: QStyleOptionViewItem) -> int:
        return max(SIDE - 4, QFontMetrics(body_font(option)).height())

    def _places(self, option: QStyleOptionViewItem, row: QRect) -> tuple[QRect, QRect]:
        inside = row.adjusted(INSET, INSET, -INSET, -INSET)
        line = QRect(inside.left(), inside.top(), inside.width(), self._line_height(option))
        return line, inside.adjusted(0, line.height() + 4, 0, 0)

    def _buttons_end(self, option: QStyleOptionViewItem) -> QPoint:
        line, _strip = self._places(option, area_of(option))
        return QPoint(line.right() + 3, line.center().y())
