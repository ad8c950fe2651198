"""The Create page: fields on the left, the drawing in the middle, queue and recent runs on the right.

In a narrow window the side panels fold away, the right one first; a button then lays each over the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

LEFT_WIDTH, RIGHT_WIDTH = 336, 272
LEFT_BOUNDS, RIGHT_BOUNDS = (300, 440), (240, 400)
FOLD_RIGHT_BELOW, FOLD_LEFT_BELOW = 1200, 900


@dataclass(frozen=True)
class _Side:
    """A side panel: where it stands in the splitter, and below which window width it folds away."""

    panel: QFrame
    place: int
    folds_below: int
    width: int


class CreatePage(QWidget):
    """folded_changed(fields: bool, panel: bool): which side panels have no place of their own now.

    drawer_closed(): a panel that lay over the drawing was closed from within.
    """

    folded_changed = Signal(bool, bool)
    drawer_closed = Signal()

    def __init__(self, fields: QWidget, drawing: QWidget, side: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("create_columns")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._fields = _scrolling(fields)
        left = _column(self._fields, LEFT_BOUNDS)
        right = _column(side, RIGHT_BOUNDS)
        for widget in (left, drawing, right):
            self._splitter.addWidget(widget)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([LEFT_WIDTH, 900, RIGHT_WIDTH])
        drawing.setMinimumWidth(320)
        self._sides = {
            "fields": _Side(left, 0, FOLD_LEFT_BELOW, LEFT_WIDTH),
            "panel": _Side(right, 2, FOLD_RIGHT_BELOW, RIGHT_WIDTH),
        }
        self._folded: set[str] = set()
        self._drawer: str | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    @property
    def splitter(self) -> QSplitter:
        """For keeping and restoring its state."""
        return self._splitter

    def show_drawer(self, name: str, *, shown: bool) -> None:
        """Lay a folded panel ("fields" or "panel") over the drawing, or take it away again."""
        if name not in self._folded:
            return
        if self._drawer and self._drawer != name:
            self._hide_drawer()
        panel = self._sides[name].panel
        self._drawer = name if shown else None
        panel.setVisible(shown)
        if shown:
            self._place_drawer()
            panel.raise_()
            panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def reveal(self, field: QWidget) -> None:
        """Scroll the left panel so that `field`, a part of it, can be seen; a folded panel stays folded."""
        # When the layout has room for what the field shows now.
        QTimer.singleShot(0, field, lambda: self._fields.ensureWidgetVisible(field, 0, 16))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fold and unfold by the width there is."""
        super().resizeEvent(event)
        width = self.width()
        folded = {name for name, side in self._sides.items() if width < side.folds_below}
        if folded != self._folded:
            self._fold(folded)
        self._place_drawer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Escape closes the drawer."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self._hide_drawer()
            return True
        return super().eventFilter(watched, event)

    def _fold(self, folded: set[str]) -> None:
        self._hide_drawer()
        # From the left, so that each finds its place in the splitter again.
        for name, side in self._sides.items():
            if name in folded and name not in self._folded:
                side.panel.setParent(self)
                side.panel.setProperty("drawer", True)
                side.panel.hide()
                side.panel.installEventFilter(self)
            elif name not in folded and name in self._folded:
                side.panel.removeEventFilter(self)
                side.panel.setProperty("drawer", False)
                self._splitter.insertWidget(min(side.place, self._splitter.count()), side.panel)
                side.panel.show()
        self._folded = folded
        self.folded_changed.emit("fields" in folded, "panel" in folded)

    def _hide_drawer(self) -> None:
        if self._drawer:
            self._sides[self._drawer].panel.hide()
            self._drawer = None
            self.drawer_closed.emit()

    def _place_drawer(self) -> None:
        if self._drawer:
            side = self._sides[self._drawer]
            width = min(side.width, self.width())
            left = 0 if side.place == 0 else self.width() - width
            side.panel.setGeometry(QRect(left, 0, width, self.height()))


def _column(content: QWidget, bounds: tuple[int, int]) -> QFrame:
    frame = QFrame()
    frame.setProperty("role", "panel")
    frame.setMinimumWidth(bounds[0])
    frame.setMaximumWidth(bounds[1])
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(content)
    return frame


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFrameShape(QFrame.Shape.NoFrame)
    content.setProperty("role", "page")
    area.setWidget(content)
    return area
