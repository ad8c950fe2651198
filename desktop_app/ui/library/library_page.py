"""The Library page: side bar, search above the grid, details."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QResizeEvent
from PySide6.QtWidgets import QInputDialog, QLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.presenters.library.library_presenter import PageState
from desktop_app.presenters.library.search_presenter import Scope, Shelf
from desktop_app.presenters.library.sidebar_model import PICTURES
from desktop_app.ui.library.filter_bar import FilterBar
from desktop_app.ui.library.grid_keys import GridKeys
from desktop_app.ui.library.grid_pointer import GridPointer
from desktop_app.ui.library.grid_view import MARGIN, GridView
from desktop_app.ui.library.picture_menu import LibraryMenu
from desktop_app.ui.library.search_bar import SearchBar
from desktop_app.ui.library.sidebar import Sidebar
from desktop_app.ui.library.state_pages import StatePages
from desktop_app.ui.library.trash_bar import TrashBar
from desktop_app.ui.theme.theme import Theme

SIDE_WIDTH, DETAILS_WIDTH = 220, 300
LEAST = QSize(360, 320)
FOLD_DETAILS_BELOW, FOLD_SIDE_BELOW = 1200, 700
MOST_DRAGGED = 2000
"""Files that are dragged to other programs at once; into a collection go all."""


class LibraryPage(QWidget):
    """`binding.bind_library_page` joins it with its presenter; `set_details` fills the right column.

    name_given(str): for a new smart collection of what is searched for.
    """

    name_given = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sidebar = Sidebar(theme)
        self.search = SearchBar(theme)
        self.filters = FilterBar(theme)
        self.trash_bar = TrashBar()
        self.grid = GridView(theme)
        self.keys = GridKeys(self.grid)
        self.pointer = GridPointer(self.grid)
        self.menu = LibraryMenu(theme, self)
        self.states = StatePages(theme)
        self.details: QWidget = QWidget()
        self._middle = QStackedWidget()
        self._middle.addWidget(self.states)
        self._middle.addWidget(self.grid)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setObjectName("library_columns")
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._lay_out()
        self.pointer.dragged.connect(self._drag)
        self.keys.typed.connect(self.search.type_ahead)
        self.search.grid_wanted.connect(lambda: self.grid.setFocus(Qt.FocusReason.TabFocusReason))
        self.search.size_changed.connect(self.grid.set_size)
        self.search.set_size(160)
        self.filters.save_wanted.connect(self._ask_name)

    @property
    def splitter(self) -> QSplitter:
        """For keeping and restoring its state."""
        return self._splitter

    def set_details(self, details: QWidget) -> None:
        """Put the details into the right column."""
        self._splitter.replaceWidget(2, details)
        self.details.deleteLater()
        self.details = details
        self._bound_details()

    def show_details(self, shown: bool) -> None:
        """Show the right column, or fold it away; a narrow window folds it by itself."""
        self.details.setVisible(shown)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Columns at the sides leave a narrow window to the pictures."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.details.setVisible(event.size().width() >= FOLD_DETAILS_BELOW)
            self.sidebar.setVisible(event.size().width() >= FOLD_SIDE_BELOW)

    def show_state(self, state: PageState) -> None:
        """Show the grid, or what stands in its place."""
        self.states.show_state(state)
        self._middle.setCurrentWidget(self.grid if state is PageState.PICTURES else self.states)

    def show_scope(self, scope: Scope) -> None:
        """The side bar's line, and what belongs to the trash alone."""
        in_trash = scope.shelf is Shelf.TRASH
        self.sidebar.view.show_scope(scope)
        self.trash_bar.setVisible(in_trash)
        self.filters.setVisible(not in_trash)

    def dragged_data(self) -> QMimeData:
        """What is chosen, for collections and for other programs."""
        mime, model, choice = QMimeData(), self.grid.pictures, self.grid.choice
        if model is None or choice is None:
            return mime
        mime.setData(PICTURES, ",".join(map(str, choice.ids().tolist())).encode())
        rows = model.rows_of(choice.spans) if choice.count <= MOST_DRAGGED else None
        if rows:
            mime.setUrls([QUrl.fromLocalFile(str(row.path)) for row in rows if not row.missing])
        return mime

    def _drag(self) -> None:
        drag = QDrag(self.grid)
        drag.setMimeData(self.dragged_data())
        choice = self.grid.choice
        if choice is not None and choice.current is not None:
            shot = self.grid.viewport().grab(self.grid.cell(choice.current))
            small = shot.scaledToWidth(round(72 * shot.devicePixelRatio()), Qt.TransformationMode.SmoothTransformation)
            drag.setPixmap(small)
            drag.setHotSpot(QPoint(36, 36))
        drag.exec(Qt.DropAction.CopyAction)

    def _ask_name(self) -> None:
        asked, words = self.tr("Smart collection"), self.tr("Name of the smart collection:")
        name, given = QInputDialog.getText(self, asked, words, text=self.search.field.text())
        if given and name.strip():
            self.name_given.emit(" ".join(name.split()))

    def _lay_out(self) -> None:
        above, middle = QWidget(), QWidget()
        head = QVBoxLayout(above)
        head.setContentsMargins(MARGIN, 16, MARGIN, 4)
        head.setSpacing(8)
        for widget in (self.search, self.filters, self.trash_bar):
            head.addWidget(widget)
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(above)
        layout.addWidget(self._middle, 1)
        middle.setMinimumWidth(320)
        self.sidebar.setMinimumWidth(190)
        self.sidebar.setMaximumWidth(240)
        for column in (self.sidebar, middle, self.details):
            self._splitter.addWidget(column)
        self._bound_details()
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([SIDE_WIDTH, 900, DETAILS_WIDTH])
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._splitter)
        page.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(LEAST)  # less than all columns need: they fold away
        self.trash_bar.hide()

    def _bound_details(self) -> None:
        self.details.setMinimumWidth(260)
        self.details.setMaximumWidth(420)
