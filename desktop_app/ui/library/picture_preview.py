"""The chosen picture in the details: as wide as the column, opened by a click."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop_app.ui.theme.theme import Theme

RADIUS = 8.0
HIGHEST = 1.5
"""Of the width: a tall picture is fitted in."""


class PicturePreview(QAbstractButton):
    """clicked: open it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image = QImage()
        self._scaled: tuple[QSize, QImage] = (QSize(), QImage())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Open the picture"))
        theme.changed.connect(self.update)

    def show_image(self, image: QImage, described: str) -> None:
        """Show these pixels, null while they are read; `described` is the picture in words."""
        self._image = image
        self._scaled = (QSize(), QImage())
        self.setAccessibleDescription(described)
        self._keep_shape()
        self.update()

    def _keep_shape(self) -> None:
        # By hand: a scroll area does not ask what is nested in it for a height that belongs to a width.
        self.setFixedHeight(self._height_for(self.width()))

    def _height_for(self, width: int) -> int:
        """Of the picture, square while there is none."""
        if self._image.isNull():
            return width
        return round(width * min(HIGHEST, self._image.height() / self._image.width()))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the column usually is."""
        return QSize(240, self._height_for(240))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A column may be narrow."""
        return QSize(120, 60)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width is another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._keep_shape()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The picture with round corners, the ring around it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
        painter.fillPath(shape, self._theme.color("placeholder"))
        if not self._image.isNull():
            image = self._fitted()
            size = image.deviceIndependentSize()
            corner = QRectF(0, 0, size.width(), size.height())
            corner.moveCenter(QRectF(self.rect()).center())
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(corner.topLeft(), image)
            painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("surface"), 4))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), RADIUS, RADIUS)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _fitted(self) -> QImage:
        ratio = self.devicePixelRatioF()
        wanted = self._image.size().scaled((self.size() * ratio), Qt.AspectRatioMode.KeepAspectRatio)
        if self._scaled[0] != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            image = self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            image.setDevicePixelRatio(ratio)
            self._scaled = wanted, image
        return self._scaled[1]
