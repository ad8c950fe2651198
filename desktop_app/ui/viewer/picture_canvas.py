"""One picture, zoomed and moved, with a layer over it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QCursor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.layer import Layer
from desktop_app.ui.viewer.zoom import Zoom

RADIUS = 8
MARGIN = 8
"""Around a picture that fits."""
STEP = 1.25
"""Of the zoom keys."""
_NOTCH = 120
_KEYBOARD = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
_PANS = {Qt.Key.Key_Up: QPointF(0, 48), Qt.Key.Key_Down: QPointF(0, -48)}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class PictureCanvas(QWidget):
    """stepped(int): to the picture before or after. zoom_changed(). escaped(). hovered over layers is theirs."""

    stepped = Signal(int)
    zoom_changed = Signal()
    escaped = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.zoom = Zoom()
        self._image = QImage()
        self._reduced: tuple[int, QSize, QImage] | None = None
        self._layer: Layer | None = None
        self._held: QPointF | None = None  # where the mouse was when it last moved the picture
        self._layer_held = False
        self._space = False
        self._by_key = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setAccessibleName(self.tr("Picture"))
        theme.changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    @property
    def layer(self) -> Layer | None:
        """What lies over it."""
        return self._layer

    def set_image(self, image: QImage) -> None:
        """Show these pixels; null = none yet. Of the same size as the last, they stay where those were."""
        self._image = image
        self._reduced = None
        self.zoom.set_picture(image.size())
        if self._layer is not None:
            self._layer.set_image(image)
        self.update()
        self.zoom_changed.emit()

    def set_layer(self, layer: Layer | None) -> None:
        """Lay something over the picture, or nothing."""
        if layer is self._layer:
            return
        if self._layer is not None:
            self._layer.changed.disconnect(self._repaint)
        self._layer, self._layer_held = layer, False
        if layer is not None:
            layer.changed.connect(self._repaint)
            layer.set_image(self._image)
        self._repaint()

    def fit(self) -> None:
        """As large as there is room for."""
        self.zoom.fit()
        self._tell_zoom()

    def actual_size(self) -> None:
        """One device pixel a pixel."""
        self.zoom.actual()
        self._tell_zoom()

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Larger or smaller around a place in the widget, None = its middle."""
        self.zoom.zoom_by(factor, None if around is None else around - QPointF(MARGIN, MARGIN))
        self._tell_zoom()

    def picture_rect(self) -> QRectF:
        """Where the picture is in the widget."""
        return self.zoom.rect().translated(MARGIN, MARGIN)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for a picture of the models at twice its size."""
        return QSize(640, 640)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Still a picture."""
        return QSize(200, 160)

    # Painting ---------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """The picture, the layer, the corners, the ring."""
        painter = QPainter(self)
        background = self._theme.color("background")
        painter.fillRect(event.rect(), background)
        if not self._image.isNull():
            rect = self.picture_rect()
            self._paint_picture(painter, rect)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._layer is not None:
                painter.save()
                self._layer.paint(painter, rect)
                painter.restore()
            if not self.zoom.is_honest and self.rect().contains(rect.toRect()):
                painter.fillPath(_outside_corners(rect), background)
        if self.hasFocus() and self._by_key:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        if self.zoom.device_scale < 0.75:  # drawing would leave out pixels
            painter.drawImage(rect.topLeft(), self._smaller(rect))
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.zoom.is_honest)
        painter.drawImage(rect, self._image)

    def _smaller(self, rect: QRectF) -> QImage:
        size = (rect.size() * self.devicePixelRatioF()).toSize().expandedTo(QSize(1, 1))
        key = self._image.cacheKey()
        if self._reduced is None or self._reduced[:2] != (key, size):
            mode = Qt.TransformationMode.SmoothTransformation
            small = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            small.setDevicePixelRatio(self.devicePixelRatioF())
            self._reduced = key, size, small
        return self._reduced[2]

    def _repaint(self) -> None:
        if self._layer is not None and (words := self._layer.described()):
            self.setAccessibleDescription(words)
        self.update()

    def _tell_zoom(self) -> None:
        self.update()
        self.zoom_changed.emit()

    # Mouse and gestures -----------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom around the pointer."""
        turned = event.angleDelta().y() or event.pixelDelta().y()
        if turned:
            self.zoom_by(STEP ** (turned / _NOTCH), event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinching, as touch pads and touch screens tell it."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(max(0.2, 1 + event.value()), event.position())
                return True
            if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
                self._turn_fit(event.position())
                return True
        if event.type() == QEvent.Type.Gesture and isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the layer or of the picture."""
        middle = event.button() == Qt.MouseButton.MiddleButton
        if event.button() != Qt.MouseButton.LeftButton and not middle:
            event.ignore()
            return
        here = event.position()
        if not middle and not self._space and self._layer is not None:
            self._layer_held = self._layer.press(self._share(here), self.picture_rect())
        if not self._layer_held:
            self._held = here
        self._set_cursor(here)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag what was taken hold of."""
        here = event.position()
        if self._layer_held and self._layer is not None:
            self._layer.drag(self._share(here))
        elif self._held is not None:
            self.zoom.pan(here - self._held)
            self._held = here
            self.update()
        elif self._layer is not None:
            self._layer.hover(self._share(here), self.picture_rect())
        self._set_cursor(here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._held, self._layer_held = None, False
        self._set_cursor(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Between fitting and the picture's own size."""
        if self._layer is None and event.button() == Qt.MouseButton.LeftButton:
            self._turn_fit(event.position())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """The mouse is on nothing any more."""
        super().leaveEvent(event)
        if self._layer is not None:
            self._layer.hover(None, self.picture_rect())

    def _turn_fit(self, around: QPointF) -> None:
        if self.zoom.fits:
            self.zoom.zoom_to(max(2 * self.zoom.scale, 1 / self.devicePixelRatioF()), around)
            self._tell_zoom()
        else:
            self.fit()

    def _share(self, here: QPointF) -> QPointF:
        rect = self.picture_rect()
        return QPointF((here.x() - rect.left()) / rect.width(), (here.y() - rect.top()) / rect.height())

    def _set_cursor(self, here: QPointF) -> None:
        shape: Qt.CursorShape | None = None
        if self._held is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif not self._space and self._layer is not None:
            shape = self._layer.cursor(self._share(here), self.picture_rect())
        if shape is None:
            can_pan = self._space or (self._layer is None and self.zoom.can_pan)
            shape = Qt.CursorShape.OpenHandCursor if can_pan else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(QCursor(shape))

    # Keys -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The layer first; then zooming, going through the pictures, back."""
        key = Qt.Key(event.key())
        if self._layer is not None and self._layer.key(event):
            return
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_F: self.fit,
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.actual_size,
            Qt.Key.Key_Plus: lambda: self.zoom_by(STEP),
            Qt.Key.Key_Equal: lambda: self.zoom_by(STEP),
            Qt.Key.Key_Minus: lambda: self.zoom_by(1 / STEP),
            Qt.Key.Key_Escape: self._tell_escape,
        }
        if key == Qt.Key.Key_Space:
            self._space = True
            self._set_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key in _PANS:
            self.zoom.pan(_PANS[key])
            self.update()
        elif key in acts:
            acts[key]()
        else:
            super().keyPressEvent(event)

    def _tell_escape(self) -> None:
        self.escaped.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The space bar lets go of the picture."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._set_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))
        else:
            super().keyReleaseEvent(event)

    # The widget -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit into the new size."""
        super().resizeEvent(event)
        room = QSizeF(self.width() - 2 * MARGIN, self.height() - 2 * MARGIN)
        self.zoom.set_view(room, self.devicePixelRatioF())
        self.zoom_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring to whoever came with the keyboard."""
        super().focusInEvent(event)
        self._by_key = event.reason() in _KEYBOARD
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Hide the ring; a key that is let go elsewhere is not heard."""
        super().focusOutEvent(event)
        self._space = False
        self.update()


def _outside_corners(rect: QRectF) -> QPainterPath:
    whole, rounded = QPainterPath(), QPainterPath()
    whole.addRect(rect)
    rounded.addRoundedRect(rect, RADIUS, RADIUS)
    return whole.subtracted(rounded)
