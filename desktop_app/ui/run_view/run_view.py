"""The middle of the Create page: the run with its pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.presenters.run.cells import CellState, RunProgress, RunState
from desktop_app.ui.run_view.picture_grid import PictureGrid
from desktop_app.ui.run_view.picture_menu import PictureMenu
from desktop_app.ui.run_view.run_header import RunHeader
from desktop_app.ui.run_view.zoom_bar import ZoomBar
from desktop_app.ui.theme.theme import Theme


class RunView(QWidget):
    """Header, progress and pictures of one run. Indices are places in the run, from 0."""

    stop_requested = Signal()
    stop_and_keep_requested = Signal()
    stop_after_this_toggled = Signal(bool)
    finish_requested = Signal(int)  # -1 = all of the run
    reject_requested = Signal(int)
    use_settings_requested = Signal()
    back_requested = Signal()
    cell_clicked = Signal(int, int, int)  # picture, row, column of a token
    copy_requested = Signal(int)
    copy_seed_requested = Signal(int)
    use_seed_requested = Signal(int)
    show_in_folder_requested = Signal(int)
    looking_closely_changed = Signal(bool)  # one picture is shown alone

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = RunHeader()
        self._zoom_bar = ZoomBar(theme)
        self._grid = PictureGrid(theme)
        self._menu = PictureMenu(theme, self._grid)
        self._cells: list[CellState] = []
        self._can_reject = False
        self.setFocusProxy(self._grid)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(12)
        for widget in (self._header, self._zoom_bar):
            layout.addWidget(widget)
        layout.addWidget(self._grid, 1)
        self._zoom_bar.hide()
        self._connect()

    def _connect(self) -> None:
        header, grid, menu = self._header, self._grid, self._menu
        header.stop_requested.connect(self.stop_requested)
        header.stop_and_keep_requested.connect(self.stop_and_keep_requested)
        header.stop_after_this_toggled.connect(self.stop_after_this_toggled)
        header.use_settings_requested.connect(self.use_settings_requested)
        header.back_requested.connect(self.back_requested)
        header.finish_requested.connect(lambda: self.finish_requested.emit(-1))
        grid.cell_clicked.connect(self.cell_clicked)
        grid.menu_requested.connect(self._show_menu)
        grid.zoomed_changed.connect(self._follow_zoom)
        for source in (grid, menu):
            source.finish_requested.connect(self.finish_requested)
            source.reject_requested.connect(self.reject_requested)
        menu.copy_requested.connect(self.copy_requested)
        menu.copy_seed_requested.connect(self.copy_seed_requested)
        menu.use_seed_requested.connect(self.use_seed_requested)
        menu.show_in_folder_requested.connect(self.show_in_folder_requested)
        self._zoom_bar.all_requested.connect(lambda: grid.zoom(None))
        self._zoom_bar.step_requested.connect(lambda step: grid.zoom(grid.current + step))

    @property
    def grid(self) -> PictureGrid:
        """The pictures."""
        return self._grid

    @property
    def header(self) -> RunHeader:
        """What stands above them."""
        return self._header

    def set_run(
        self, state: RunState, progress: RunProgress, cells: Sequence[CellState], images: Sequence[QImage]
    ) -> None:
        """Show another run; `images` as far as they are known, null ones where not."""
        self._cells = list(cells)
        self.set_state(state)
        self.set_progress(progress)
        self._grid.set_run(cells, images, state.prompt)

    def set_state(self, state: RunState) -> None:
        """Show the run as a whole."""
        self._can_reject = state.can_stop
        self._header.set_state(state)
        self._grid.set_drawing(state.can_stop)

    def set_progress(self, progress: RunProgress) -> None:
        """Show how far it is."""
        self._header.set_progress(progress)

    def set_cell(self, cell: CellState) -> None:
        """Show what became of one picture."""
        self._cells[cell.index] = cell
        self._grid.set_cell(cell)

    def set_pixels(self, index: int, image: QImage, rows_done: int, is_full: bool) -> None:
        """Show one picture's pixels, of which `rows_done` rows of tokens are drawn."""
        self._grid.set_pixels(index, image, rows_done, is_full=is_full)

    def set_news(self, news: bool) -> None:
        """Offer the way back to the drawing, or not."""
        self._header.set_news(news)

    def set_stop_after_this(self, stop: bool) -> None:
        """Show whether the queue will pause when the run ends."""
        self._header.set_stop_after_this(stop)

    def mark_cell(self, index: int, row: int, column: int) -> None:
        """Outline one token of one picture."""
        self._grid.mark((index, row, column))

    def _show_menu(self, index: int, place: QPoint) -> None:
        cell = self._cells[index]
        menu = self._menu.menu(cell, can_reject=self._can_reject and cell.on_its_way and not cell.rejecting)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _follow_zoom(self, index: int) -> None:
        self._zoom_bar.setVisible(index >= 0)
        if index >= 0:
            self._zoom_bar.set_place(index, len(self._cells))
        self.looking_closely_changed.emit(index >= 0)
