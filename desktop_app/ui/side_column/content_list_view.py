"""A list that is as tall as its rows, so that several of them scroll as one."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy

Index = QModelIndex | QPersistentModelIndex


class ContentListView(QListView):
    """All rows have one height; the scroll area around it does the scrolling.

    reveal_wanted(QRect): in this widget's coordinates, what the keyboard went to.
    menu_wanted(QModelIndex, QPoint): a context menu for a row, at a place on the screen.
    """

    reveal_wanted = Signal(QRect)
    menu_wanted = Signal(QModelIndex, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)  # rows show their buttons below the pointer
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.viewport().setAutoFillBackground(False)

    def show_model(self, model: QAbstractItemModel) -> None:
        """Show a model's rows and keep as tall as they are; called once."""
        self.setModel(model)
        for changed in (model.rowsInserted, model.rowsRemoved, model.modelReset, model.layoutChanged):
            changed.connect(self._fit_height)
        self._fit_height()

    def row_height(self) -> int:
        """Pixels from one row's top to the next one's; 0 where there are none."""
        return max(0, self.sizeHintForRow(0))

    def sizeHint(self) -> QSize:  # noqa: N802
        """All rows; the width is the layout's affair."""
        return QSize(0, self.row_height() * self.model().rowCount())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same: nothing is cut."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Rows may be taller where the column is wider."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self._fit_height()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Rows follow the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.scheduleDelayedItemsLayout()
            self._fit_height()

    def scrollTo(  # noqa: N802
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Ask whoever scrolls to bring a row into view."""
        if self.hasFocus():
            self.reveal_wanted.emit(self.visualRect(index))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to the scroll area around."""
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Coming with the keyboard there is always a current row, or its ring could not be seen."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        elif self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Ask for the menu of the row below the pointer, or of the current one where a key asked."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit(index, self.viewport().mapToGlobal(place))

    def _fit_height(self) -> None:
        self.updateGeometry()
