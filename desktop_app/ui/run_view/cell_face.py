"""One picture's pixels at the size they are shown, kept so that painting is only copying."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap


class CellFace:
    """What is drawn of a picture over the quiet colour of what is not; rebuilt only when that changes."""

    def __init__(self) -> None:
        self.image = QImage()
        self._share = 0.0
        self._face: QPixmap | None = None
        self._key: tuple[object, ...] = ()
        self._before: QPixmap | None = None
        self._fade = 1.0

    def take(self, image: QImage, share: float, *, fade: bool) -> None:
        """Show new pixels, of which the upper `share` (0..1) is drawn; `fade` over from the old ones."""
        self._before = self._face if fade else None
        self._fade = 0.0 if self._before is not None else 1.0
        self.image, self._share = image, share
        self._key = ()

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
            self._face, self._key = self._built(round(rect.width() * ratio), ratio, placeholder, edge), key
        if self._before is not None:
            painter.drawPixmap(rect, self._before)
            painter.setOpacity(self._fade)
        painter.drawPixmap(rect.topLeft(), self._face)
        painter.setOpacity(1)

    def _built(self, side: int, ratio: float, placeholder: QColor, edge: QColor) -> QPixmap:
        face = QPixmap(side, side)
        drawn = round(side * self._share)
        if self.image.isNull() or drawn == 0:
            face.fill(placeholder)
        else:
            mode = Qt.TransformationMode.SmoothTransformation
            # Whole, not only its drawn rows: the edges of strips would show where sizes are no multiples.
            scaled = self.image.scaled(side, side, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            painter = QPainter(face)
            painter.drawImage(0, 0, scaled, 0, 0, side, drawn)
            if drawn < side:
                line = max(1, round(2 * ratio))
                painter.fillRect(0, drawn, side, side - drawn, placeholder)
                painter.fillRect(0, drawn - line // 2, side, line, edge)
            painter.end()
        face.setDevicePixelRatio(ratio)
        return face
