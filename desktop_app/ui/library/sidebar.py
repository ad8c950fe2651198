"""The side bar: shelves, collections, smart collections."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QListView, QMenu, QVBoxLayout, QWidget

from desktop_app.presenters.library.search_presenter import EVERYTHING, Scope
from desktop_app.presenters.library.sidebar_model import Line, LineKind, SidebarModel, SideRole
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.library.sidebar_delegate import SidebarDelegate
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

OWN = (LineKind.COLLECTION, LineKind.SMART)


class SidebarView(QListView):
    """scope_chosen(Scope). delete_wanted(Line). menu_wanted(Line or None, QPoint)."""

    scope_chosen = Signal(object)
    delete_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._lines = SidebarDelegate(theme, self)
        self.setItemDelegate(self._lines)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setAccessibleName(self.tr("Shelves and collections"))
        self.setAccessibleDescription(self.tr("F2 renames a collection, Delete removes it; its pictures stay."))
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        theme.changed.connect(self.viewport().update)

    def show_scope(self, scope: Scope) -> None:
        """Mark the line whose pictures are shown."""
        model = self.model()
        index = model.index_of(scope) if isinstance(model, SidebarModel) else QModelIndex()
        self._lines.chosen = self.line_at(index)
        if index.isValid() and not self.hasFocus():
            self.setCurrentIndex(index)
        self.viewport().update()

    def line_at(self, index: QModelIndex) -> Line | None:
        """A line; None where there is none."""
        return index.data(SideRole.LINE) if index.isValid() else None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows show what they come to; Delete removes a collection."""
        line = self.line_at(self.currentIndex())
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and line is not None and line.kind in OWN:
            self.delete_wanted.emit(line)
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for a line's menu."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        place = self.visualRect(index).center() if by_key else event.pos()
        self.menu_wanted.emit(self.line_at(index), self.viewport().mapToGlobal(place))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Light the line that would take what is dragged."""
        super().dragMoveEvent(event)
        self._light(self.indexAt(event.position().toPoint()).row() if event.isAccepted() else -1)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """Nothing is above any more."""
        super().dragLeaveEvent(event)
        self._light(-1)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Take it."""
        super().dropEvent(event)
        self._light(-1)

    def _light(self, row: int) -> None:
        if row != self._lines.dropping:
            self._lines.dropping = row
            self.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        line = self.line_at(index)
        if line is not None and line.scope is not None:
            self.scope_chosen.emit(line.scope)


class Sidebar(QFrame):
    """scope_chosen(Scope). create_wanted(). delete_wanted(Line). edit_query_wanted(Line). empty_trash_wanted()."""

    scope_chosen = Signal(object)
    create_wanted = Signal()
    delete_wanted = Signal(object)
    edit_query_wanted = Signal(object)
    empty_trash_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.view = SidebarView(theme)
        self.add_button = IconButton("plus", theme, self.tr("New collection"))
        foot = QHBoxLayout()
        foot.addWidget(self.add_button)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 14, 12, 8)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)
        self.add_button.clicked.connect(self.create_wanted)
        self.view.scope_chosen.connect(self.scope_chosen)
        self.view.delete_wanted.connect(self.delete_wanted)
        self.view.menu_wanted.connect(self._show_menu)

    def show_model(self, model: SidebarModel) -> None:
        """Show these lines; called once."""
        self.view.setModel(model)

        def show_again() -> None:
            chosen = self.view.itemDelegate().chosen  # type: ignore[attr-defined]
            self.view.show_scope(EVERYTHING if chosen is None else chosen.scope)

        model.modelReset.connect(show_again)
        self.view.show_scope(EVERYTHING)

    def rename(self, scope: Scope) -> None:
        """Begin to rename a collection."""
        model = self.view.model()
        if isinstance(model, SidebarModel) and model.index_of(scope).isValid():
            self.view.setCurrentIndex(model.index_of(scope))
            self.view.edit(model.index_of(scope))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as it was drawn; the splitter may say otherwise."""
        return QSize(220, 600)

    def _show_menu(self, line: Line | None, place: QPoint) -> None:
        menu = QMenu(self)
        if line is not None and line.scope is not None and line.kind in OWN:
            scope = line.scope
            menu.addAction(self.tr("Rename"), lambda: self.rename(scope))
            if line.kind is LineKind.SMART:
                menu.addAction(self.tr("Change the search"), lambda: self.edit_query_wanted.emit(line))
            menu.addAction(self.tr("Delete collection"), lambda: self.delete_wanted.emit(line))
            menu.addSeparator()
        if line is not None and line.scope is not None and line.scope.shelf == "trash" and line.count:
            menu.addAction(self.tr("Empty trash…"), self.empty_trash_wanted.emit)
            menu.addSeparator()
        menu.addAction(self.tr("New collection"), self.create_wanted.emit)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)
