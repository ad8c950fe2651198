"""The pictures of a run, painted by one widget: as many as 64 change several times a second."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessibleInterface, QFocusEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.presenters.run.cells import CellState
from desktop_app.ui.run_view import words
from desktop_app.ui.run_view.cell_face import CellFace
from desktop_app.ui.run_view.cell_overlay import CellOverlay
from desktop_app.ui.run_view.cell_painter import RING, CellLook, CellPainter
from desktop_app.ui.run_view.grid_accessibility import announce, install
from desktop_app.ui.run_view.grid_layout import GridLayout
from desktop_app.ui.theme.motion import LONGEST
from desktop_app.ui.theme.theme import Theme

_MARGIN = RING + 1
"""Around the squares, so that the focus ring is never cut off."""
_FRAME = 16
"""Milliseconds between two steps of a fading."""


class GridCanvas(QWidget):
    """Shows pictures and where the person is among them; what they press there is PictureGrid's.

    current_changed: the picture with the focus ring is another, or says something new.
    """

    current_changed = Signal(int)
    zoomed_changed = Signal(int)  # the picture shown alone, -1 = all

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.interface: QAccessibleInterface | None = None
        self._theme = theme
        self._overlay = CellOverlay(theme)
        self._painter = CellPainter(theme, self._overlay)
        self._cells: list[CellState] = []
        self._faces: list[CellFace] = []
        self._prompt = ""
        self._drawing = False
        self._layout = GridLayout(0, 1, 0, QPoint())
        self._current = 0
        self._zoomed: int | None = None
        self._hovered: int | None = None
        self._hot = ""
        self._marked: tuple[int, int, int] | None = None
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._fade_on)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Pictures"))
        theme.changed.connect(self.update)

    # What to show -----------------------------------------------------------------------------------

    def set_run(self, cells: Sequence[CellState], images: Sequence[QImage], prompt: str) -> None:
        """Show other pictures; `images` as far as they are known, null ones where not."""
        self._cells, self._prompt = list(cells), prompt
        self._faces = [CellFace() for _ in cells]
        for cell, face, image in zip(cells, self._faces, images, strict=True):
            face.take(image, _share(cell.rows_done, cell.rows_total), decoded=True)
        self._current = min(self._current, max(0, len(cells) - 1))
        self._marked = self._hovered = None
        self._hot = ""
        self._zoom(None)
        self._arrange()
        self._tell_current()

    def set_cell(self, cell: CellState) -> None:
        """Show what became of one picture."""
        self._cells[cell.index] = cell
        self._repaint(cell.index)
        if cell.index == self._current:
            self._tell_current()

    def set_pixels(self, index: int, image: QImage, rows_done: int, *, is_full: bool) -> None:
        """Show one picture's pixels, of which `rows_done` rows of tokens are drawn; a real decode fades in."""
        share = _share(rows_done, self._cells[index].rows_total)
        fade = is_full and not self._theme.reduced_motion and self.isVisible()
        self._faces[index].take(image, share, decoded=is_full, fade=fade)
        self._repaint(index)
        if self._faces[index].fading and not self._timer.isActive():
            self._elapsed.start()
            self._timer.start()

    def set_drawing(self, drawing: bool) -> None:
        """Whether pictures can be rejected."""
        if drawing != self._drawing:
            self._drawing = drawing
            self.update()

    def mark(self, marked: tuple[int, int, int] | None) -> None:
        """Outline one token: picture, row, column; None = none."""
        for one in {self._marked, marked} - {None}:
            self._repaint(one[0])  # type: ignore[index]
        self._marked = marked

    @property
    def marked(self) -> tuple[int, int, int] | None:
        """The outlined token: picture, row, column."""
        return self._marked

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return len(self._cells)

    def square(self, index: int) -> QRect:
        """Where a picture is; empty where it is not shown."""
        return self._layout.rect(index)

    def described(self, index: int) -> str:
        """A picture in words."""
        return words.described(self._cells[index], len(self._cells), self._prompt)

    @property
    def current(self) -> int:
        """The picture that the keyboard is on."""
        return self._current

    @property
    def zoomed(self) -> int | None:
        """The picture that is shown alone."""
        return self._zoomed

    def _go_to(self, index: int) -> None:
        if index == self._current:
            return
        self._repaint(self._current)
        self._current = index
        self._repaint(index)
        announce(self, index)
        if self._zoomed is not None:
            self._zoom(index)
        self._tell_current()

    def _zoom(self, index: int | None) -> None:
        if index == self._zoomed:
            return
        self._zoomed = index
        self._arrange()
        self.zoomed_changed.emit(-1 if index is None else index)

    def _tell_current(self) -> None:
        if self._cells:
            self.setAccessibleDescription(self.described(self._current))
        self.current_changed.emit(self._current)

    def _can_reject(self, index: int) -> bool:
        cell = self._cells[index]
        return self._drawing and cell.on_its_way and not cell.rejecting

    # Painting ---------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for pictures at their own size."""
        return QSize(780, 780)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for pictures that can still be told apart."""
        return QSize(240, 240)

    def _arrange(self) -> None:
        area = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        if self._zoomed is not None:
            self._layout = GridLayout.fitting(1, area, first=self._zoomed)
        else:
            self._layout = GridLayout.fitting(len(self._cells), area)
        self.update()

    def _repaint(self, index: int) -> None:
        self.update(self._layout.rect(index).adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))

    def _fade_on(self) -> None:
        part = self._elapsed.restart() / LONGEST
        fading = [index for index, face in enumerate(self._faces) if face.fading]
        for index in fading:
            self._faces[index].advance(part)
            self._repaint(index)
        if not any(face.fading for face in self._faces):
            self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the pictures that the event touches."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.color("background"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        region = event.region()
        for index in range(self._layout.first, self._layout.first + self._layout.count):
            rect = self._layout.rect(index)
            if region.intersects(rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)):
                self._paint_cell(painter, index, rect)
        painter.end()

    def _paint_cell(self, painter: QPainter, index: int, rect: QRect) -> None:
        cell = self._cells[index]
        focused, pointed = self.hasFocus() and index == self._current, index == self._hovered
        marked = self._marked is not None and self._marked[0] == index and cell.rows_total
        look = CellLook(
            focused=focused,
            rejectable=self._can_reject(index) and (pointed or focused),
            hot=self._hot if pointed else "",
            token=self._layout.token_rect(*self._marked, cell.rows_total) if self._marked and marked else None,
        )
        self._painter.paint(painter, rect, self._faces[index], cell, look)

    # Qt's events ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the pictures into the new size."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take the font that the window came to have."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._overlay.set_font(self.font())
            self.update()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Take the font that the window came to have."""
        super().showEvent(event)
        self._overlay.set_font(self.font())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Hide the ring."""
        super().focusOutEvent(event)
        self.update()


def _share(rows_done: int, rows_total: int) -> float:
    return rows_done / rows_total if rows_total else 0.0


install(GridCanvas)
