"""Up to four small pictures in a row, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QTransform

from desktop_app.presenters.recent.recent_runs_model import STRIP
from desktop_app.presenters.recent.thumbnail_file import Thumbnail, ThumbnailState
from desktop_app.ui.theme.theme import Theme

GAP = 4
RADIUS = 6


def strip_height(width: int) -> int:
    """Pixels that the strip takes in a column of this width."""
    return max(0, (width - GAP * (STRIP - 1)) // STRIP)


def paint_strip(
    painter: QPainter, area: QRect, thumbnails: Sequence[Thumbnail], more: int, font: QFont, theme: Theme
) -> None:
    """Paint the thumbnails from the left; `more` > 0 is written on the last."""
    side = strip_height(area.width())
    step = (area.width() - side) / (STRIP - 1)
    for place, thumbnail in enumerate(thumbnails):
        cell = QRectF(area.left() + round(place * step), area.top(), side, side)
        if thumbnail.image is not None:
            _paint_picture(painter, cell, thumbnail.image)
        else:
            _paint_placeholder(painter, cell, thumbnail.state, theme)
        if more > 0 and place == len(thumbnails) - 1:
            _paint_more(painter, cell, f"+{more}", font)


def _paint_picture(painter: QPainter, cell: QRectF, image: QImage) -> None:
    # The middle of the picture fills the cell.
    scale = max(cell.width() / image.width(), cell.height() / image.height())
    shown = QSizeF(image.width() * scale, image.height() * scale)
    corner = cell.center() - QPointF(shown.width() / 2, shown.height() / 2)
    brush = QBrush(image)
    brush.setTransform(QTransform.fromTranslate(corner.x(), corner.y()).scale(scale, scale))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(cell, RADIUS, RADIUS)


def _paint_placeholder(painter: QPainter, cell: QRectF, state: ThumbnailState, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("placeholder"))
    painter.drawRoundedRect(cell, RADIUS, RADIUS)
    if state is ThumbnailState.COMING:
        return
    # A frame with a stroke through it: there was a picture.
    mark = QRectF(0, 0, 18, 14)
    mark.moveCenter(cell.center())
    painter.setPen(QPen(theme.color("line_strong"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(mark, 2, 2)
    painter.drawLine(mark.bottomLeft() + QPointF(-2, 3), mark.topRight() + QPointF(2, -3))


def _paint_more(painter: QPainter, cell: QRectF, words: str, font: QFont) -> None:
    metrics = QFontMetrics(font)
    pill = QRectF(0, 0, metrics.horizontalAdvance(words) + 12, metrics.height() + 2)
    pill.moveBottomRight(cell.bottomRight() - QPointF(4, 4))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 165))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor("white"))  # on pictures of any colour, in both themes
    painter.setFont(font)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
