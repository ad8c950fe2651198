"""Where a picture lies in a view: scale and place, without a widget."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF

HONEST = 6.0
"""Device pixels a picture's pixel; from here on pixels are shown as the squares they are."""
CLOSEST = 64.0
_FARTHEST = 0.5
"""Of the smaller of fitting and the picture's own size."""


class Zoom:
    """Lengths are logical pixels of the view; `ratio` device pixels make one.

    While it fits, it goes on fitting when the view changes its size.
    """

    def __init__(self) -> None:
        self._view, self._picture = QSizeF(1, 1), QSizeF(1, 1)
        self._ratio = 1.0
        self._scale = 1.0  # logical pixels a pixel of the picture
        self._middle = QPointF(0.5, 0.5)  # what of the picture is in the view's middle, as shares
        self.fits = True

    @property
    def device_scale(self) -> float:
        """Device pixels that a pixel of the picture takes: 1.0 is its own size."""
        return self.scale * self._ratio

    @property
    def scale(self) -> float:
        """Logical pixels that a pixel of the picture takes."""
        return self._fitting() if self.fits else self._scale

    @property
    def is_honest(self) -> bool:
        """Whether pixels are to be shown as squares."""
        return self.device_scale >= HONEST and self.device_scale > self._fitting() * self._ratio * 1.01

    def rect(self) -> QRectF:
        """Where the picture is, its corner on a whole device pixel."""
        width, height = self._picture.width() * self.scale, self._picture.height() * self.scale
        middle = QPointF(0.5, 0.5) if self.fits else self._middle
        left = self._view.width() / 2 - middle.x() * width
        top = self._view.height() / 2 - middle.y() * height
        return QRectF(round(left * self._ratio) / self._ratio, round(top * self._ratio) / self._ratio, width, height)

    def set_view(self, size: QSizeF, ratio: float) -> None:
        """The view is of this size now."""
        self._view, self._ratio = QSizeF(max(1.0, size.width()), max(1.0, size.height())), ratio
        self._keep_in_sight()

    def set_picture(self, size: QSize) -> None:
        """Show a picture of this size; one of the same size stays where the last one was."""
        if QSizeF(size) != self._picture and not size.isEmpty():
            self._picture = QSizeF(size)
            self.fits = True

    def fit(self) -> None:
        """As large as the view has room for."""
        self.fits = True

    def actual(self, around: QPointF | None = None) -> None:
        """One device pixel a pixel."""
        self.zoom_to(1 / self._ratio, around)

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Larger or smaller, leaving what is at `around` where it is; None = the view's middle."""
        self.zoom_to(self.scale * factor, around)

    def zoom_to(self, scale: float, around: QPointF | None = None) -> None:
        """The same, to a scale in logical pixels."""
        before = self.rect()
        place = around or QPointF(self._view.width() / 2, self._view.height() / 2)
        share = QPointF((place.x() - before.left()) / before.width(), (place.y() - before.top()) / before.height())
        least = _FARTHEST * min(self._fitting(), 1 / self._ratio)
        self._scale = min(max(scale, least), CLOSEST / self._ratio)
        self.fits = False
        width, height = self._picture.width() * self._scale, self._picture.height() * self._scale
        self._middle = QPointF(
            share.x() + (self._view.width() / 2 - place.x()) / width,
            share.y() + (self._view.height() / 2 - place.y()) / height,
        )
        self._keep_in_sight()

    def pan(self, by: QPointF) -> None:
        """Move the picture."""
        if self.fits:
            return
        width, height = self._picture.width() * self._scale, self._picture.height() * self._scale
        self._middle -= QPointF(by.x() / width, by.y() / height)
        self._keep_in_sight()

    @property
    def can_pan(self) -> bool:
        """Whether parts of the picture are out of sight."""
        rect = self.rect()
        return rect.width() > self._view.width() + 1 or rect.height() > self._view.height() + 1

    def _fitting(self) -> float:
        return min(self._view.width() / self._picture.width(), self._view.height() / self._picture.height())

    def _keep_in_sight(self) -> None:
        """Along a side where all of it can be seen it stays in the middle; else no gap opens at the edges."""
        if self.fits:
            return
        x = self._held(self._middle.x(), self._picture.width() * self._scale, self._view.width())
        y = self._held(self._middle.y(), self._picture.height() * self._scale, self._view.height())
        self._middle = QPointF(x, y)

    @staticmethod
    def _held(middle: float, picture: float, view: float) -> float:
        half = view / 2 / picture
        return 0.5 if half >= 0.5 else min(max(middle, half), 1 - half)
