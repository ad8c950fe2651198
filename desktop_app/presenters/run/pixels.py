"""From the engine's pixels to the window's, and how the two kinds of preview share one canvas."""

from __future__ import annotations

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter


def qimage(image: Image.Image) -> QImage:
    """An own copy of a PIL picture, RGB32: what the painter draws without another conversion."""
    plain = image if image.mode == "RGB" else image.convert("RGB")
    width, height = plain.size
    # The view into `bytes` ends with this call; the conversion copies.
    return QImage(plain.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


class PictureCanvas:
    """What is known of one picture's pixels.

    A full preview is the better picture of its rows, so later row previews only add the rows below it:
    a picture never falls back to the coarser look.
    """

    def __init__(self) -> None:
        self.image = QImage()
        self._rows_shown = 0

    def add_rows(self, preview: Image.Image, rows_done: int, rows_total: int) -> None:
        """Take the rows that are new in a row preview; all of them where the picture started over."""
        if self.image.isNull() or rows_done < self._rows_shown:
            self.image = qimage(preview)
            self._rows_shown = rows_done
            return
        width, height = preview.size
        top, bottom = height * self._rows_shown // rows_total, height * rows_done // rows_total
        strip = qimage(preview.crop((0, top, width, bottom)))
        scale = self.image.height() / height
        painter = QPainter(self.image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale != 1)
        target = QRectF(0, top * scale, self.image.width(), (bottom - top) * scale)
        # One line more: enlarging blends neighbours, and what is not drawn yet has a colour of its own.
        painter.drawImage(target.translated(0, 1), strip, QRectF(strip.rect()))
        painter.drawImage(target, strip, QRectF(strip.rect()))
        painter.end()
        self._rows_shown = rows_done

    def replace(self, picture: Image.Image, rows_done: int) -> None:
        """Take a decoded picture."""
        self.image = qimage(picture)
        self._rows_shown = rows_done

    def clear(self) -> None:
        """Forget everything: the picture starts over."""
        self.image = QImage()
        self._rows_shown = 0
