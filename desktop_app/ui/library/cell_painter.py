"""One picture of the grid with what is known of it and how it is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.recent.thumbnail_file import Thumbnail, ThumbnailState
from desktop_app.ui.library.star import star
from desktop_app.ui.theme.theme import Theme

RADIUS = 8
RING = 2
APART = 2
"""Pixels between a picture and the ring around it."""
MARK = 22
"""Pixels of a mark on a picture."""
INSET = 6
STAR_SIDE = 32
"""Pixels of the corner that a click turns the star in."""
SCRIM = QColor(0, 0, 0, 150)
ON_SCRIM = QColor(255, 255, 255)
"""On pictures of any colour, in both themes."""


@dataclass(frozen=True)
class CellLook:
    """How the person's attention shows. several: others are chosen too. focused: the keyboard is here."""

    selected: bool = False
    several: bool = False
    focused: bool = False
    hovered: bool = False


QUIET = CellLook()


class CellPainter:
    """Paints pictures into squares; marks are as large in small pictures as in large ones."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = QFont()
        self._metrics = QFontMetrics(self._font)

    def set_font(self, font: QFont) -> None:
        """Write marks in this font."""
        self._font = QFont(font)
        self._font.setPixelSize(self._theme.scale.heading)
        self._font.setWeight(QFont.Weight.DemiBold)
        self._metrics = QFontMetrics(self._font)

    def paint(
        self, painter: QPainter, rect: QRect, row: PictureRow | None, thumbnail: Thumbnail | None, look: CellLook
    ) -> None:
        """Paint a picture; without a row a quiet placeholder."""
        image = thumbnail.image if thumbnail is not None else None
        if image is not None:
            draw_image(painter, rect, image)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("placeholder"))
            painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if row is not None:
            self._paint_marks(painter, rect, row, thumbnail, look)
        if look is not QUIET:
            self._paint_rings(painter, rect, look)

    def _paint_marks(
        self, painter: QPainter, rect: QRect, row: PictureRow, thumbnail: Thumbnail | None, look: CellLook
    ) -> None:
        state = ThumbnailState.COMING if thumbnail is None else thumbnail.state
        if row.missing or state in (ThumbnailState.MISSING, ThumbnailState.UNREADABLE):
            self._paint_gone(painter, rect)
        if row.favourite or look.hovered:
            corner = QPointF(rect.right() - INSET - MARK / 2 + 1, rect.top() + INSET + MARK / 2)
            self._paint_star(painter, corner, filled=row.favourite, hovered=look.hovered)
        bottom = QPoint(rect.left() + INSET, rect.bottom() - INSET - MARK + 1)
        if row.done < 1:
            self._paint_unfinished(painter, QPoint(rect.right() - INSET - MARK + 1, bottom.y()), row.done)
        if row.rating:
            self._paint_pill(painter, bottom, f"{row.rating}", rect.width() - 2 * INSET, starred=True)
        if row.source and not (look.selected and look.several):
            corner_left = rect.topLeft() + QPoint(INSET, INSET)
            self._paint_pill(painter, corner_left, row.source, rect.width() - 2 * INSET - MARK - 4)

    def _paint_star(self, painter: QPainter, middle: QPointF, *, filled: bool, hovered: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SCRIM)
        painter.drawEllipse(middle, MARK / 2, MARK / 2)
        painter.translate(middle)
        painter.setPen(_pen(ON_SCRIM, 1.25))
        painter.setBrush(ON_SCRIM if filled else Qt.BrushStyle.NoBrush)
        painter.drawPath(star(12))
        painter.translate(-middle)

    def _paint_pill(self, painter: QPainter, corner: QPoint, words: str, width: int, *, starred: bool = False) -> None:
        lead = 16 if starred else 8
        shown = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0, width - lead - 8))
        if not shown:
            return
        pill = QRectF(corner.x(), corner.y(), self._metrics.horizontalAdvance(shown) + lead + 8, MARK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SCRIM)
        painter.drawRoundedRect(pill, MARK / 2, MARK / 2)
        painter.setFont(self._font)
        painter.setPen(ON_SCRIM)
        text = pill.adjusted(lead + (4 if starred else 0), 0, 0, 0)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        if starred:
            middle = QPointF(pill.left() + 11, pill.center().y())
            painter.translate(middle)
            painter.fillPath(star(10), ON_SCRIM)
            painter.translate(-middle)

    def _paint_unfinished(self, painter: QPainter, corner: QPoint, done: float) -> None:
        """A clock's face, filled as far as the picture is drawn."""
        around = QRectF(corner.x(), corner.y(), MARK, MARK)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(SCRIM)
        painter.drawEllipse(around)
        inner = around.adjusted(5, 5, -5, -5)
        painter.setPen(QPen(ON_SCRIM, 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(inner)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ON_SCRIM)
        painter.drawPie(inner, 90 * 16, -round(360 * 16 * done))

    def _paint_gone(self, painter: QPainter, rect: QRect) -> None:
        """A frame with a stroke through it: there was a picture."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("placeholder", 0.8))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        mark = QRectF(0, 0, 24, 19)
        mark.moveCenter(QRectF(rect).center())
        painter.setPen(QPen(self._theme.color("text_2"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(mark, 2, 2)
        painter.drawLine(mark.bottomLeft() + QPointF(-3, 4), mark.topRight() + QPointF(3, -4))

    def _paint_rings(self, painter: QPainter, rect: QRect, look: CellLook) -> None:
        accent = self._theme.color("accent")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if look.selected:
            out = APART + RING / 2
            painter.setPen(QPen(accent, RING))
            painter.drawRoundedRect(QRectF(rect).adjusted(-out, -out, out, out), RADIUS + out, RADIUS + out)
        if look.focused and (look.several or not look.selected):
            # Two rings, so that it is seen on any picture.
            painter.setPen(QPen(self._theme.color("background"), 3 * RING))
            painter.drawRoundedRect(QRectF(rect).adjusted(2, 2, -2, -2), RADIUS - 2, RADIUS - 2)
            painter.setPen(QPen(accent, RING))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        if look.selected and look.several:
            self._paint_check(painter, QRectF(rect.left() + INSET, rect.top() + INSET, MARK, MARK))

    def _paint_check(self, painter: QPainter, around: QRectF) -> None:
        painter.setPen(QPen(self._theme.color("on_accent"), 1.5))
        painter.setBrush(self._theme.color("accent"))
        painter.drawEllipse(around.adjusted(1, 1, -1, -1))
        painter.setPen(_pen(self._theme.color("on_accent"), 1.75))
        middle = around.center()
        painter.drawPolyline([middle + QPointF(-4, 0), middle + QPointF(-1.25, 3), middle + QPointF(4, -3)])


def draw_image(painter: QPainter, rect: QRect, image: QImage) -> None:
    """An image that was made for this square, or for another size and is shown until its successor comes."""
    if image.width() == round(rect.width() * painter.device().devicePixelRatioF()):
        image.setDevicePixelRatio(image.width() / max(1, rect.width()))
        painter.drawImage(rect.topLeft(), image)
    else:
        painter.drawImage(rect, image)


def star_corner(rect: QRect) -> QRect:
    """Where a click turns a picture's star."""
    return QRect(rect.right() - STAR_SIDE + 1, rect.top(), STAR_SIDE, STAR_SIDE)


def _pen(colour: QColor, width: float) -> QPen:
    """A pen with round ends and corners."""
    line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour, width, line, cap, join)
