"""The one main button, with the key that does the same."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

KEYS = "Ctrl ↵"
GAP, MARGIN, HEIGHT = 10, 16, 40


class DrawButton(QPushButton):
    """Words in the middle and the key beside them, painted here: a push button has one kind of text only."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = ""
        set_role(self, "primary")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Ctrl+Enter in the prompt does the same"))
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """What pressing does."""
        return self._words

    def set_words(self, words: str) -> None:
        """Say what pressing does."""
        self._words = words
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As the words and the key need."""
        return QSize(self._words_width() + GAP + self._key_width() + 2 * MARGIN, self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The key may go, the words stay."""
        return QSize(self._words_width() + 2 * MARGIN, self._height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The button as the style sheet has it, then both texts."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.setPen(self._theme.color("on_accent" if self.isEnabled() else "text_2"))
        words, key = self._words_width(), self._key_width()
        fits = self.width() >= words + GAP + key + 2 * MARGIN
        left = (self.width() - words - (GAP + key if fits else 0)) // 2
        painter.setFont(self._words_font())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(left, 0, words + 1, self.height()), middle, self._words)
        if fits:
            painter.setFont(self._key_font())
            painter.setOpacity(0.8)
            painter.drawText(QRect(left + words + GAP, 0, key + 1, self.height()), middle, KEYS)

    def _height(self) -> int:
        return max(HEIGHT, QFontMetrics(self._words_font()).height() + 20)

    def _words_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(self._theme.scale.explanation)
        return font

    def _words_width(self) -> int:
        return QFontMetrics(self._words_font()).horizontalAdvance(self._words)

    def _key_width(self) -> int:
        return QFontMetrics(self._key_font()).horizontalAdvance(KEYS)
