"""What stands on a picture: seed, score, badges, and the two things that can be pressed there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from desktop_app.presenters.run.cells import CellStage, CellState
from desktop_app.ui.run_view import words
from desktop_app.ui.theme.icons import pixmap
from desktop_app.ui.theme.theme import Theme

HIT = 28
"""Pixels along the side of the smallest thing that can be pressed."""
_INSET = 8
_PADDING = 16
_SHADE = QColor(20, 20, 18, 178)
"""Behind words that lie on a picture, whatever its colours."""
_WORDS = QColor(255, 255, 255)


class CellOverlay:
    """Paints over one picture and says where on it things can be pressed."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = QFont()

    def set_font(self, font: QFont) -> None:
        """Use the window's font, at the size of explanations."""
        self._font = QFont(font)
        self._font.setPixelSize(self._theme.scale.explanation)

    def reject_rect(self, rect: QRect) -> QRect:
        """Where a picture being drawn can be rejected."""
        inset = min(_INSET, max(2, rect.width() // 24))
        return QRect(rect.right() - HIT - inset + 1, rect.top() + inset, HIT, HIT)

    def finish_rect(self, rect: QRect) -> QRect:
        """Where an unfinished picture can be finished: a button with words where they fit, else its icon."""
        metrics = QFontMetrics(self._font)
        height = max(HIT, metrics.height() + 10)
        width = metrics.horizontalAdvance(words.finish_drawing()) + 40
        # Beside the seed.
        if width > rect.width() - 3 * _INSET - metrics.horizontalAdvance("0" * 10) - _PADDING:
            width = height
        return QRect(rect.right() - width - _INSET + 1, rect.bottom() - height - _INSET + 1, width, height)

    def paint(self, painter: QPainter, rect: QRect, cell: CellState, *, rejectable: bool, hot: str) -> None:
        """hot: what the pointer or the keyboard is on: "reject", "finish" or ""."""
        painter.setFont(self._font)
        # Below this the words would cover the picture that they are about.
        roomy = rect.width() >= 6 * QFontMetrics(self._font).height()
        if cell.stage in {CellStage.UNSAVED, CellStage.UNREADABLE}:
            self._sentence(painter, rect, cell)
        elif roomy:
            self._seed(painter, rect, cell)
            self._corner(painter, rect, cell)
        self._badge(painter, rect, cell)
        if rejectable:
            self._reject(painter, self.reject_rect(rect), hot=hot == "reject")
        if cell.unfinished_kept:
            self._finish(painter, self.finish_rect(rect), hot=hot == "finish")

    def _seed(self, painter: QPainter, rect: QRect, cell: CellState) -> None:
        text = words.starting_again() if cell.rejecting else str(cell.seed)
        room = rect
        if cell.unfinished_kept:
            room = rect.adjusted(0, 0, -self.finish_rect(rect).width() - _INSET, 0)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width() - 2 * _INSET - _PADDING)
        self._chip(painter, room, text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)

    def _corner(self, painter: QPainter, rect: QRect, cell: CellState) -> None:
        text = words.score(cell) if cell.finished else ""
        if not text:
            return
        corner = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        if cell.best:
            accent, on_accent = self._theme.color("accent"), self._theme.color("on_accent")
            self._chip(painter, rect, words.best(text), corner, accent, on_accent)
        else:
            self._chip(painter, rect, text, corner)

    def _badge(self, painter: QPainter, rect: QRect, cell: CellState) -> None:
        if cell.stage in {CellStage.UNFINISHED, CellStage.STOPPED}:
            text = words.unfinished() if cell.stage is CellStage.UNFINISHED else words.not_kept()
            self._chip(painter, rect, text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def _chip(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        corner: Qt.AlignmentFlag,
        back: QColor = _SHADE,
        front: QColor = _WORDS,
    ) -> None:
        metrics = painter.fontMetrics()
        size = QSize(metrics.horizontalAdvance(text) + _PADDING, metrics.height() + 4)
        if size.width() > rect.width() - 2:
            return
        inset = min(_INSET, (rect.width() - size.width()) // 2)
        chip = QRect(rect.topLeft(), size).translated(inset, inset)
        if corner & Qt.AlignmentFlag.AlignBottom:
            chip.moveBottom(rect.bottom() - inset)
        if corner & Qt.AlignmentFlag.AlignRight:
            chip.moveRight(rect.right() - inset)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(QRectF(chip), chip.height() / 2, chip.height() / 2)
        painter.setPen(front)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    def _sentence(self, painter: QPainter, rect: QRect, cell: CellState) -> None:
        unsaved = cell.stage is CellStage.UNSAVED
        text = words.could_not_be_saved() if unsaved else words.cannot_be_read()
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        room = rect.adjusted(12, 12, -12, -12)
        needed = painter.fontMetrics().boundingRect(room, flags, text)
        if unsaved:
            # It lies on the picture, which is still there to be seen.
            back = QRect(rect.left(), rect.bottom() - needed.height() - 15, rect.width(), needed.height() + 16)
            painter.fillRect(back, self._theme.color("danger"))
            painter.setPen(self._theme.color("surface"))
            painter.drawText(back, flags, text)
            return
        mark = pixmap("warning", self._theme, "text_2", ratio=painter.device().devicePixelRatioF())
        top = needed.top() - 14
        painter.drawPixmap(rect.center().x() - 10, top - 10, mark)
        painter.setPen(self._theme.color("text_2"))
        painter.drawText(room.translated(0, 14), flags, text)

    def _reject(self, painter: QPainter, rect: QRect, *, hot: bool) -> None:
        self._round(painter, rect, self._theme.color("danger") if hot else _SHADE)
        colour = self._theme.color("surface") if hot else _WORDS
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        arm, centre = 4, QRectF(rect).center()
        for slope in (QPointF(arm, arm), QPointF(arm, -arm)):
            painter.drawLine(centre - slope, centre + slope)

    def _finish(self, painter: QPainter, rect: QRect, *, hot: bool) -> None:
        # Quiet until it is pointed at: there may be as many of these as pictures.
        back, front = ("accent", "on_accent") if hot else ("surface", "text")
        self._round(painter, rect, self._theme.color(back))
        mark = pixmap("finish", self._theme, front, size=16, ratio=painter.device().devicePixelRatioF())
        wide = rect.width() > rect.height()
        left = rect.left() + (10 if wide else (rect.width() - 16) // 2)
        painter.drawPixmap(left, rect.center().y() - 7, mark)
        if wide:
            painter.setPen(self._theme.color(front))
            painter.drawText(rect.adjusted(30, 0, -10, 0), Qt.AlignmentFlag.AlignVCenter, words.finish_drawing())

    def _round(self, painter: QPainter, rect: QRect, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(rect), rect.height() / 2, rect.height() / 2)
