"""One example: a prompt under the picture that it really drew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.ui.theme.theme import Theme

_RADIUS = 8
_GAP = 8
_RING = 2
_SIDE = 256
"""What the models draw; larger would only blur."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A prompt with the seed and the file of a picture that it drew."""

    prompt: str
    seed: int
    picture: Path


class ExampleCard(QAbstractButton):
    """A picture and its words, pressed as one."""

    def __init__(self, example: Example, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.example = example
        self._theme = theme
        self._whole, self._picture = QPixmap(), QPixmap()
        self.setAccessibleName(example.prompt)
        self.setAccessibleDescription(self.tr("Write this prompt and its seed into the fields"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def load(self) -> None:
        """Read the picture, a few milliseconds; before that its place is shown."""
        self._whole, self._picture = QPixmap(str(self.example.picture)), QPixmap()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As the picture was drawn."""
        return QSize(_SIDE, self.heightForWidth(_SIDE))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Still to be recognised."""
        return QSize(96, self.heightForWidth(96))

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """A square and its words."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Square, and two lines of words."""
        return width + _GAP + 2 * self.fontMetrics().lineSpacing() + _RING

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint the picture, its words, and the ring where the keyboard is here."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        square = QRect(_RING, _RING, self.width() - 2 * _RING, self.width() - 2 * _RING)
        self._paint_picture(painter, square)
        accent, lively = self._theme.color("accent"), self.underMouse() or self.isDown()
        if self.hasFocus() or lively:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent, _RING if self.hasFocus() else 1))
            painter.drawRoundedRect(QRectF(square), _RADIUS, _RADIUS)
        painter.setPen(self._theme.color("accent" if lively else "text"))
        words = QRect(0, square.bottom() + _GAP, self.width(), self.height() - square.bottom() - _GAP)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.drawText(words, flags, self.example.prompt)
        painter.end()

    def _paint_picture(self, painter: QPainter, square: QRect) -> None:
        side = round(square.width() * self.devicePixelRatioF())
        if self._picture.width() != side and not self._whole.isNull():
            mode = Qt.TransformationMode.SmoothTransformation
            self._picture = self._whole.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        path = QPainterPath()
        path.addRoundedRect(QRectF(square), _RADIUS, _RADIUS)
        painter.fillPath(path, self._theme.color("placeholder"))
        if not self._picture.isNull():
            painter.setClipPath(path)
            painter.drawPixmap(square, self._picture)
            painter.setClipping(False)
