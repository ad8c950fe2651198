"""Icons: own SVG drawings, coloured from the palette at the moment they are painted."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from desktop_app.ui.theme.theme import Theme
from model_runtime.resources import resource_path

SIZE = 20
"""Pixels of the grid that the icons are drawn on, and their usual size."""


def icon(name: str, theme: Theme, color: str = "text") -> QIcon:
    """The icon of that name in one of the theme's colours; it follows the theme without being set again.

    Raises FileNotFoundError for a name that no drawing has.
    """
    _drawing(name)
    return QIcon(_Engine(name, theme, color))


def pixmap(name: str, theme: Theme, color: str = "text", *, size: int = SIZE, ratio: float = 1.0) -> QPixmap:
    """The icon as a pixmap of `size` logical pixels; it does not follow the theme."""
    result = _render(name, theme.color(color), QSize(size, size) * ratio)
    result.setDevicePixelRatio(ratio)
    return result


def app_icon() -> QIcon:
    """The program's own icon: an armchair that is an avocado."""
    return QIcon(str(resource_path("icons", "armchair.svg")))


class _Engine(QIconEngine):
    """Paints one drawing in the colour that its token has now."""

    def __init__(self, name: str, theme: Theme, color: str) -> None:
        super().__init__()
        self._name = name
        self._theme = theme
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF()
        image = self.scaledPixmap(rect.size(), mode, state, ratio)
        painter.drawPixmap(rect, image)

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        name = "line_strong" if mode == QIcon.Mode.Disabled else self._color
        return _render(self._name, self._theme.color(name), size)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: N802
        # Newer Qt gives logical pixels here; an older one's device pixels are only drawn finer than needed.
        result = QPixmap(self.pixmap(size * scale, mode, state))
        result.setDevicePixelRatio(scale)
        return result

    def clone(self) -> QIconEngine:
        """Another one, which Qt owns and deletes."""
        # WORKAROUND: PySide6 6.12 gives `clone` no return-value ownership, so Python would delete it under Qt's feet.
        copy = _Engine(self._name, self._theme, self._color)
        _CLONES.append(copy)
        return copy


_CLONES: list[_Engine] = []
"""Engines that only Qt refers to; icons are cloned so rarely that they may stay."""


@cache
def _drawing(name: str) -> bytes:
    return resource_path("icons", f"{name}.svg").read_bytes()


def _render(name: str, colour: QColor, size: QSize) -> QPixmap:
    key = f"icon {name} {colour.name(QColor.NameFormat.HexArgb)} {size.width()}x{size.height()}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    result = QPixmap(size)
    result.fill(Qt.GlobalColor.transparent)
    svg = _drawing(name).replace(b"currentColor", colour.name().encode())
    side = min(size.width(), size.height())
    painter = QPainter(result)
    corner = QPoint((size.width() - side) // 2, (size.height() - side) // 2)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(QRect(corner, QSize(side, side))))
    painter.end()
    QPixmapCache.insert(key, result)
    return result
