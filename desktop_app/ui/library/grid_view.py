"""The grid: a view that lays out and paints only what is in sight, however many pictures there are."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessibleInterface, QFocusEvent, QFont, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame

from desktop_app.core.library.search.found import PictureIds
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.library.grid_model import GridModel
from desktop_app.presenters.recent.thumbnail_file import Thumbnail
from desktop_app.ui.library.cell_painter import QUIET, CellLook, CellPainter
from desktop_app.ui.library.grid_accessibility import announce, install
from desktop_app.ui.library.grid_choice import GridChoice
from desktop_app.ui.library.grid_geometry import GAP, GridGeometry
from desktop_app.ui.library.grid_heads import HeadPainter, head_height
from desktop_app.ui.theme.theme import Theme

Index = QModelIndex | QPersistentModelIndex
MARGIN = 20
SIZES = (96, 256)
SETTLING = 120
"""Milliseconds without a change of size after which thumbnails of the new one are asked for."""


class GridView(QAbstractItemView):
    """Shows a GridModel; keyboard and pointer are GridKeys' and GridPointer's affair.

    in_sight_changed(first, last): places; the model's rows and the thumbnails of these are needed now.
    cell_size_changed(side, radius): device pixels that thumbnails should have.
    choice_changed(): other pictures are selected, or another is current.
    """

    in_sight_changed = Signal(int, int)
    cell_size_changed = Signal(int, float)
    choice_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.interface: QAccessibleInterface | None = None
        self._theme = theme
        self._cells = CellPainter(theme)
        self._heads = HeadPainter(theme)
        self._thumbnail: Callable[[PictureRow], Thumbnail] | None = None
        self._size = 160
        self._geometry = self._arranged()
        self._in_sight = (0, -1)
        self._told: tuple[int, float] = (0, 0.0)
        self.hovered: int | None = None
        self.band: QRect | None = None
        """The rubber band, in the viewport's coordinates."""
        self.choice: GridChoice | None = None
        self._settling = QTimer(self, singleShot=True, interval=SETTLING)
        self._settling.timeout.connect(self._tell_cell_size)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Pictures"))
        self.setAccessibleDescription(
            self.tr("Enter opens, Space selects, F is for favourites, 0 to 5 rate, Delete moves to the trash.")
        )
        theme.changed.connect(self.viewport().update)

    # What to show ----------------------------------------------------------------------------------------------

    def show_grid(self, model: GridModel, thumbnail: Callable[[PictureRow], Thumbnail]) -> None:
        """Show a model's pictures with these thumbnails; called once."""
        self._thumbnail = thumbnail
        self.choice = GridChoice(model)
        self.setModel(model)
        self.choice.follow(self.selectionModel())
        model.modelAboutToBeReset.connect(self._before_reset)
        model.found_changed.connect(self._show_found)
        self.selectionModel().selectionChanged.connect(lambda *_: self._choice_moved())
        self.selectionModel().currentChanged.connect(lambda *_: self._current_moved())

    @property
    def pictures(self) -> GridModel | None:
        """The model, as what it is."""
        model = self.model()
        return model if isinstance(model, GridModel) else None

    @property
    def count(self) -> int:
        """How many pictures there are."""
        return self._geometry.total

    @property
    def geometry_of_grid(self) -> GridGeometry:
        """Where everything lies."""
        return self._geometry

    def set_size(self, size: int) -> None:
        """Show pictures about this large, SIZES at most; what is at the top stays there."""
        if size != self._size:
            self._size = size
            self._rearrange()
            self._settling.start()

    def selected_ids(self) -> PictureIds | None:
        """The pictures that acts are for, in the order shown."""
        return None if self.choice is None else self.choice.ids()

    def thumbnail_arrived(self, picture: int) -> None:
        """Paint a picture that came, if it is in sight."""
        model = self.pictures
        if model is None:
            return
        first, last = self._in_sight
        ids = model.found.ids[first : last + 1]
        for place in (ids == picture).nonzero()[0]:
            self.viewport().update(self._cell(first + int(place)))

    def cell(self, place: int) -> QRect:
        """A picture's square in the viewport's coordinates."""
        return self._geometry.rect(place).translated(0, -self.verticalOffset())

    def place_at(self, point: QPoint) -> int | None:
        """The picture at a point of the viewport."""
        return self._geometry.place_at(point + QPoint(0, self.verticalOffset()))

    def hover(self, place: int | None) -> None:
        """The pointer is on a picture, or on none."""
        for one in {self.hovered, place} - {None}:
            self.viewport().update(self._cell(one))  # type: ignore[arg-type]
        self.hovered = place

    def _cell(self, place: int) -> QRect:
        return self.cell(place).adjusted(-GAP // 2, -GAP // 2, GAP // 2, GAP // 2)

    def _arranged(self) -> GridGeometry:
        model = self.pictures
        found = model.found if model is not None else None
        return GridGeometry(
            total=0 if found is None else len(found.ids),
            days=() if found is None else found.days,
            width=self.viewport().width(),
            size=self._size,
            margin=MARGIN,
            head=head_height(self.fontMetrics()),
        )

    def _rearrange(self) -> None:
        """Lay out anew; the picture at the top of the viewport stays there."""
        old, top = self._geometry, self.verticalOffset()
        span = old.in_sight(top, top + 1) or old.in_sight(top, top + old.side + old.head)
        self._geometry = self._arranged()
        self.updateGeometries()
        if span is not None and top > old.head and span[0] < self._geometry.total:
            shift = old.rect(span[0]).top() - top
            self.verticalScrollBar().setValue(self._geometry.rect(span[0]).top() - shift)
        self._look_around()

    def _before_reset(self) -> None:
        if self.choice is not None:
            self.choice.remember()

    def _show_found(self) -> None:
        """Other pictures: those chosen before stay chosen where they are among them."""
        self.hovered = None
        self._geometry = self._arranged()
        self.updateGeometries()
        if self.choice is not None and not self.choice.restore():
            self.verticalScrollBar().setValue(0)
        self._look_around()
        self._choice_moved()

    def _choice_moved(self) -> None:
        self.viewport().update()
        self.choice_changed.emit()

    def _current_moved(self) -> None:
        self._choice_moved()
        if self.choice is not None and self.choice.current is not None:
            announce(self, self.choice.current)

    def _look_around(self) -> None:
        top = self.verticalOffset()
        self._in_sight = self._geometry.in_sight(top, top + self.viewport().height()) or (0, -1)
        self.in_sight_changed.emit(*self._in_sight)
        self.viewport().update()

    def _tell_cell_size(self) -> None:
        ratio = self.devicePixelRatioF()
        told = (round(self._geometry.side * ratio), 8 * ratio)
        if told != self._told:
            self._told = told
            self.cell_size_changed.emit(*told)
            self.in_sight_changed.emit(*self._in_sight)

    # Painting --------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the pictures and heads that the event touches."""
        area, offset = event.rect(), self.verticalOffset()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, self._theme.color("background"))
        touched = area.adjusted(-GAP // 2, offset - GAP // 2, GAP // 2, offset + GAP // 2)
        for first, last in self._geometry.spans_in(touched):
            for place in range(first, last + 1):
                self._paint_cell(painter, place)
        if self._geometry.head:
            for section in self._geometry.sections_in(touched.top(), touched.bottom()):
                self._heads.paint(painter, self._geometry, section, offset)
        if self.band is not None:
            painter.setPen(self._theme.color("accent"))
            painter.setBrush(self._theme.color("accent", 0.15))
            painter.drawRoundedRect(self.band, 4, 4)
        painter.end()

    def _paint_cell(self, painter: QPainter, place: int) -> None:
        model, choice = self.pictures, self.choice
        if model is None or choice is None or self._thumbnail is None:
            return
        row = model.row(place)
        thumbnail = None if row is None else self._thumbnail(row)
        selected, current = choice.contains(place), place == choice.current
        look = QUIET
        if selected or current or place == self.hovered:
            look = CellLook(
                selected=selected,
                several=choice.count > 1,
                focused=current and self.hasFocus(),
                hovered=place == self.hovered,
            )
        self._cells.paint(painter, self.cell(place), row, thumbnail, look)

    # What a view must answer -----------------------------------------------------------------------------------

    def visualRect(self, index: Index) -> QRect:  # noqa: N802
        """A picture's square in the viewport."""
        return self.cell(index.row()) if index.isValid() and index.row() < self._geometry.total else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802
        """The picture at a point of the viewport."""
        place = self.place_at(point)
        return QModelIndex() if place is None or self.model() is None else self.model().index(place, 0)

    def scrollTo(  # noqa: N802
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a picture into sight, with its day's head where it is the first below it."""
        if not index.isValid() or index.row() >= self._geometry.total:
            return
        rect, bar, height = self._geometry.rect(index.row()), self.verticalScrollBar(), self.viewport().height()
        top, bottom = rect.top() - self._geometry.head - GAP, rect.bottom() + GAP
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(rect.center().y() - height // 2)
        elif hint == QAbstractItemView.ScrollHint.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif hint == QAbstractItemView.ScrollHint.PositionAtBottom or bottom > bar.value() + height:
            bar.setValue(bottom - height)

    def horizontalOffset(self) -> int:  # noqa: N802
        """It never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:  # noqa: N802
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, _index: Index) -> bool:  # noqa: N802
        """No picture is."""
        return False

    def moveCursor(  # noqa: N802
        self, _action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Where the keyboard is; GridKeys moves it."""
        return self.currentIndex()

    def setSelection(self, _rect: QRect, _command: object) -> None:  # noqa: N802
        """GridChoice selects."""

    def visualRegionForSelection(self, _selection: object) -> QRegion:  # noqa: N802
        """What to paint again when the selection changed."""
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:  # noqa: N802
        """Have the scroll bar fit."""
        super().updateGeometries()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._geometry.height - height))
        bar.setPageStep(max(1, height - self._geometry.side // 2))
        bar.setSingleStep(max(20, (self._geometry.side + GAP) // 3))

    # Qt's events -----------------------------------------------------------------------------------------------

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:  # noqa: N802
        """Show another part."""
        self._look_around()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fill the new width."""
        super().resizeEvent(event)
        self._rearrange()
        self._settling.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the font that the window came to have."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_font(self.font())

    def event(self, event: QEvent) -> bool:
        """Follow the screen's density."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.DevicePixelRatioChange):
            self._take_font(self.font())
            self._settling.start(0)
        return super().event(event)

    def _take_font(self, font: QFont) -> None:
        self._cells.set_font(font)
        self._heads.set_font(font)
        self._rearrange()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Coming with the keyboard there is always a current picture, or its ring could not be seen."""
        super().focusInEvent(event)
        if self.choice is not None and self.choice.current is None and self._geometry.total:
            self.choice.go_to(max(0, self._in_sight[0]))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """The ring goes with the focus."""
        super().focusOutEvent(event)
        self.viewport().update()


install(GridView)
