"""What came from what, as a small tree from left to right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.core.library.family import Family, Relative
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.tree_places import places

THUMB = 72
GAP = 44
LINES = 2
RADIUS = 6
_MOVES = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End}


class FamilyView(QWidget):
    """chosen(str): open the one with this id. shown_changed(QRect): bring this into sight."""

    chosen = Signal(str)
    shown_changed = Signal(QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._members: tuple[Relative, ...] = ()
        self._places: dict[str, tuple[int, float]] = {}
        self._images: dict[str, QImage] = {}
        self._shown = ""
        self._current = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Family of this picture"))
        theme.changed.connect(self.update)

    def show_family(self, family: Family | None, shown_id: str) -> None:
        """Show a tree, with the picture that is looked at marked; None = it is being read."""
        self._members = () if family is None else family.members
        self._places = places(self._members)
        self._images = {key: image for key, image in self._images.items() if key in self._places}
        self._shown = self._current = shown_id
        self.setFixedSize(self.sizeHint())
        self.update()
        self._tell()

    def show_thumbnail(self, picture_id: str, image: QImage) -> None:
        """One member's small picture."""
        self._images[picture_id] = image
        self.update()

    def square(self, picture_id: str) -> QRectF:
        """Where a member is."""
        column, row = self._places[picture_id]
        return QRectF(12 + column * (THUMB + GAP), 8 + row * self._pitch(), THUMB, THUMB)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of the tree."""
        columns = max((column for column, _ in self._places.values()), default=0)
        rows = max((row for _, row in self._places.values()), default=0)
        return QSize(24 + (columns + 1) * (THUMB + GAP) - GAP + 32, round(16 + (rows + 1) * self._pitch()))

    def words(self, one: Relative) -> str:
        """How a member came to be, and its seed."""
        kinds = {
            "rewind": self.tr("from a row"),
            "finish": self.tr("finished"),
            "more": self.tr("more like it"),
            "photo": self.tr("from a photo"),
        }
        if one.path is None or one.missing:
            return self.tr("not here any more")
        return kinds.get(one.kind, "" if not one.kind else one.kind)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Connections, then pictures with their words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(QPen(self._theme.color("line_strong"), 1.5))
        for one in self._members:
            if one.parent in self._places:
                painter.drawPath(_bend(self.square(one.parent), self.square(one.id)))
        for one in self._members:
            self._paint_member(painter, one)
        painter.end()

    def _paint_member(self, painter: QPainter, one: Relative) -> None:
        square = self.square(one.id)
        shape = QPainterPath()
        shape.addRoundedRect(square, RADIUS, RADIUS)
        painter.fillPath(shape, self._theme.color("placeholder"))
        image = self._images.get(one.id)
        if image is not None:
            painter.save()
            painter.setClipPath(shape)
            painter.drawImage(square, image)
            painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if one.id == self._shown:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(square.adjusted(-3, -3, 3, 3), RADIUS + 2, RADIUS + 2)
        if self.hasFocus() and one.id == self._current:
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawRoundedRect(square.adjusted(-6, -6, 6, 6), RADIUS + 4, RADIUS + 4)
        font = self.font()
        font.setPixelSize(self._theme.scale.heading)
        painter.setFont(font)
        painter.setPen(self._theme.color("text_2"))
        room = QRectF(square.left() - GAP / 2 + 4, square.bottom() + 4, THUMB + GAP - 8, self._line() * LINES)
        lines = [self.words(one), str(one.seed) if one.seed is not None else ""]
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(room, flags, "\n".join(line for line in lines if line))

    def _line(self) -> int:
        return round(self._theme.scale.heading * 1.4)

    def _pitch(self) -> float:
        return THUMB + 12 + self._line() * LINES

    # Mouse and keys ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the one below the pointer."""
        for one in self._members:
            if self.square(one.id).contains(event.position()):
                self._go(one.id)
                self.chosen.emit(one.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A hand over what can be opened."""
        over = any(self.square(one.id).contains(event.position()) and one.path is not None for one in self._members)
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows go through the tree, Enter opens."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current:
            self.chosen.emit(self._current)
        elif key in _MOVES and self._members:
            self._go(self._neighbour(key))
        else:
            super().keyPressEvent(event)

    def _neighbour(self, key: Qt.Key) -> str:
        ids = [one.id for one in self._members]
        here = self._current if self._current in ids else ids[0]
        one = self._members[ids.index(here)]
        if key == Qt.Key.Key_Left:
            return one.parent if one.parent in ids else here
        if key == Qt.Key.Key_Right:
            return next((child.id for child in self._members if child.parent == here), here)
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return ids[0 if key == Qt.Key.Key_Home else -1]
        step = 1 if key == Qt.Key.Key_Down else -1
        same = [other.id for other in self._members if other.depth == one.depth]
        return same[min(max(same.index(here) + step, 0), len(same) - 1)]

    def _go(self, picture_id: str) -> None:
        self._current = picture_id
        self.update()
        self._tell()

    def _tell(self) -> None:
        one = next((one for one in self._members if one.id == self._current), None)
        if one is not None:
            words = self.tr("{words}, seed {seed}, {place} of {count}")
            place = self._members.index(one) + 1
            told = words.format(words=self.words(one), seed=one.seed, place=place, count=len(self._members))
            self.setAccessibleDescription(told)
            self.shown_changed.emit(self.square(one.id).toRect().adjusted(-12, -8, 12, 40))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()


def _bend(parent: QRectF, child: QRectF) -> QPainterPath:
    start = QPointF(parent.right(), parent.center().y())
    end = QPointF(child.left(), child.center().y())
    middle = (start.x() + end.x()) / 2
    path = QPainterPath(start)
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
    return path
