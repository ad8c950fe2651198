"""Five stars to be given with the mouse or the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.ui.library.star import star
from desktop_app.ui.theme.theme import Theme

STARS = 5
SIZE = 17.0
PITCH, HEIGHT, EDGE = 21, 28, 2


class StarRating(QWidget):
    """rated(int): 0 to 5; the star that is there already takes all away."""

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rating = 0
        self._hovered = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(self.tr("Rating"))
        theme.changed.connect(self.update)
        self.set_rating(0)

    @property
    def rating(self) -> int:
        """How many stars are given."""
        return self._rating

    def set_rating(self, rating: int) -> None:
        """Show so many."""
        self._rating = rating
        words = self.tr("%n star(s)", None, rating) if rating else self.tr("no stars")
        hint = self.tr("Press 0 to 5")
        self.setAccessibleDescription(f"{words}. {hint}")
        self.setToolTip(f"{words}. {hint}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Large enough to hit."""
        return QSize(STARS * PITCH + 2 * EDGE, HEIGHT)

    def star_middle(self, number: int) -> QPointF:
        """Where a star is, counted from 1."""
        return QPointF(EDGE + PITCH * (number - 0.5), HEIGHT / 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Filled as far as the rating, or as far as the pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self._hovered or self._rating
        for number in range(1, STARS + 1):
            path = star(SIZE).translated(self.star_middle(number))
            if number <= shown:
                painter.fillPath(path, self._theme.color("accent"))
            else:
                painter.strokePath(path, QPen(self._theme.color("line_strong"), 1.2))
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show what a click would give."""
        self._hover(self._at(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Show what is given."""
        super().leaveEvent(event)
        self._hover(0)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Give so many."""
        if event.button() == Qt.MouseButton.LeftButton:
            chosen = self._at(event.position().x())
            self._hovered = 0
            self._rate(0 if chosen == self._rating else chosen)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """It belongs to the press."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Figures give so many, arrows one more or less."""
        key = Qt.Key(event.key())
        if Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
            self._rate(key - Qt.Key.Key_0)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
            self._rate(min(STARS, self._rating + 1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Down):
            self._rate(max(0, self._rating - 1))
        else:
            super().keyPressEvent(event)

    def _at(self, x: float) -> int:
        return min(STARS, max(1, int((x - EDGE) // PITCH) + 1))

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.update()

    def _rate(self, rating: int) -> None:
        if rating != self._rating:
            self.set_rating(rating)
            self.rated.emit(rating)
        self.update()
