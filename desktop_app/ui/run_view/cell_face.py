"""One picture's pixels at the size they are shown, kept so that painting is only copying."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap


class CellFace:
    """What is drawn of a picture over the quiet colour of what is not; only what is new is scaled anew."""

    def __init__(self) -> None:
        self.image = QImage()
        self._share = 0.0
        self._face: QPixmap | None = None
        self._shown_share = 0.0
        self._key: tuple[object, ...] = ()
        self._before: QPixmap | None = None
        self._fade = 1.0

    def take(self, image: QImage, share: float, *, decoded: bool, fade: bool = False) -> None:
        """Show new pixels, of which the upper `share` (0..1) is drawn.

        decoded: all of them are new, and may `fade` over the old ones; else only those below the last share.
        """
        grows = not decoded and share >= self._share and image.size() == self.image.size()
        if not grows:
            self._before = QPixmap(self._face) if fade and self._face is not None else None
            self._fade = 0.0 if self._before is not None else 1.0
            self._key = ()
        self.image, self._share = image, share

    def pixmap(self, side: int) -> QPixmap:
        """The whole picture, `side` pixels wide: what the pointer carries."""
        return QPixmap.fromImage(self.image).scaled(
            side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )

    @property
    def fading(self) -> bool:
        """Whether the old pixels are still seen."""
        return self._before is not None

    def advance(self, part: float) -> None:
        """Go on with the fading by a part of its whole."""
        self._fade += part
        if self._fade >= 1:
            self._before, self._fade = None, 1.0

    def paint(self, painter: QPainter, rect: QRect, placeholder: QColor, edge: QColor) -> None:
        """Paint into `rect`: placeholder below what is drawn, a line of `edge` colour between."""
        ratio = painter.device().devicePixelRatioF()
        key = (rect.size(), ratio, placeholder.rgba(), edge.rgba())
        if self._face is None or key != self._key:
            side = round(rect.width() * ratio)
            self._face, self._key, self._shown_share = QPixmap(side, side), key, 0.0
            self._face.fill(placeholder)
            self._draw(self._face, ratio, placeholder, edge)
        elif self._share != self._shown_share:
            self._draw(self._face, ratio, placeholder, edge)
        if self._before is not None:
            painter.drawPixmap(rect, self._before)
            painter.setOpacity(self._fade)
        self._face.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.topLeft(), self._face)
        painter.setOpacity(1)

    def _draw(self, face: QPixmap, ratio: float, placeholder: QColor, edge: QColor) -> None:
        """Paint the rows that are drawn by now and not on the face yet."""
        if self.image.isNull():
            return
        face.setDevicePixelRatio(1)
        side, line = face.width(), max(1, round(2 * ratio))
        # The line at the old edge, and pixels beside it that were blended with what was not drawn then.
        overlap = line + 2 * side // max(1, self.image.height())
        top = max(0, round(side * self._shown_share) - overlap)
        drawn = round(side * self._share)
        painter = QPainter(face)
        painter.setClipRect(0, top, side, drawn - top)
        if side < self.image.width():
            # The painter's own scaling leaves pixels out where it makes smaller; these pictures are small.
            mode = Qt.TransformationMode.SmoothTransformation
            painter.drawImage(0, 0, self.image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, mode))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            # Always the whole into the whole, clipped: strips scaled alone would show their seams.
            painter.drawImage(QRectF(0, 0, side, side), self.image, QRectF(self.image.rect()))
        painter.setClipping(False)
        if 0 < drawn < side:
            painter.fillRect(0, drawn, side, line, placeholder)
            painter.fillRect(0, drawn - line // 2, side, line, edge)
        painter.end()
        self._shown_share = self._share
