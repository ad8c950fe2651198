"""The side bar's lines: fixed ones, collections, smart collections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from desktop_app.presenters.library.search_presenter import Scope, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_app.core.library.search.finder import SideCounts

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
PICTURES = "application/x-armchair-pictures"
"""Rows of pictures, as text with commas: what the grid drags."""
LINE = "application/x-armchair-collection"


class LineKind(StrEnum):
    """What a line is."""

    SHELF = "shelf"
    COLLECTIONS = "collections"  # heads
    SMART_ONES = "smart_ones"
    COLLECTION = "collection"
    SMART = "smart"


class SideRole(IntEnum):
    """What a line tells beside its name (the display role)."""

    LINE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Line:
    """name: "" where the window has the words. count: None where there is none to show."""

    kind: LineKind
    scope: Scope | None = None
    name: str = ""
    count: int | None = None
    query: str = ""

    @property
    def is_head(self) -> bool:
        """Whether it only titles what comes below."""
        return self.scope is None


class SidebarModel(QAbstractListModel):
    """Names of collections are edited in place; pictures and collections are dropped on lines.

    renamed(id, name). pictures_dropped(Scope, rows: tuple of int). collection_moved(id, place): among its kind.
    """

    renamed = Signal(str, str)
    pictures_dropped = Signal(object, object)
    collection_moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = _lines(None, 0)

    @property
    def lines(self) -> Sequence[Line]:
        """All lines, heads too."""
        return tuple(self._lines)

    def show(self, counts: SideCounts, trash: int) -> None:
        """Show these; lines that stay keep their place for selection and editing."""
        lines = _lines(counts, trash)
        if [(line.kind, line.scope) for line in lines] == [(line.kind, line.scope) for line in self._lines]:
            self._lines = lines
            self.dataChanged.emit(self.index(0), self.index(len(lines) - 1))
        else:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()

    def index_of(self, scope: Scope) -> QModelIndex:
        """The line of a scope."""
        places = (place for place, line in enumerate(self._lines) if line.scope == scope)
        place = next(places, None)
        return QModelIndex() if place is None else self.index(place)

    def rowCount(self, parent: Index = NO_PARENT) -> int:  # noqa: N802
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A line, or its name."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == SideRole.LINE:
            return line
        return line.name if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole) else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Ask for another name."""
        line = self._lines[index.row()]
        name = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or line.scope is None or not name or name == line.name:
            return False
        self.renamed.emit(line.scope.id, name)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads are only read; collections can be renamed, moved and dropped on."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.NoItemFlags
        line = self._lines[index.row()]
        if line.is_head:
            return flag.ItemIsEnabled
        flags = flag.ItemIsEnabled | flag.ItemIsSelectable
        if line.kind in (LineKind.COLLECTION, LineKind.SMART):
            flags |= flag.ItemIsEditable | flag.ItemIsDragEnabled | flag.ItemIsDropEnabled
        elif line.scope is not None and line.scope.shelf is not Shelf.ALL:
            flags |= flag.ItemIsDropEnabled
        return flags

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Pictures are copied into collections; collections move."""
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """What can be dropped here."""
        return [PICTURES, LINE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """A collection on its way to another place."""
        mime = QMimeData()
        scope = self._lines[indexes[0].row()].scope if indexes else None
        if scope is not None:
            mime.setData(LINE, scope.id.encode())
        return mime

    def canDropMimeData(  # noqa: N802
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Pictures on favourites, the trash and collections of chosen pictures; collections among their kind."""
        place = parent.row() if parent.isValid() else row
        line = self._lines[place] if 0 <= place < len(self._lines) else None
        if data.hasFormat(PICTURES):
            shelves = (Shelf.FAVOURITES, Shelf.TRASH, Shelf.COLLECTION)
            return parent.isValid() and line is not None and line.scope is not None and line.scope.shelf in shelves
        moved = self._moved(data)
        return moved is not None and self._place_among(moved.kind, place) is not None

    def dropMimeData(  # noqa: N802
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Tell what was dropped where."""
        if not self.canDropMimeData(data, action, row, column, parent):
            return False
        place = parent.row() if parent.isValid() else row
        if data.hasFormat(PICTURES):
            rows = tuple(int(part) for part in bytes(data.data(PICTURES).data()).split(b",") if part)
            self.pictures_dropped.emit(self._lines[place].scope, rows)
            return True
        moved = self._moved(data)
        if moved is not None and moved.scope is not None:
            self.collection_moved.emit(moved.scope.id, self._place_among(moved.kind, place) or 0)
        return False  # nothing is removed here: the lines come anew

    def _moved(self, data: QMimeData) -> Line | None:
        key = bytes(data.data(LINE).data()).decode()
        return next((line for line in self._lines if key and line.scope is not None and line.scope.id == key), None)

    def _place_among(self, kind: LineKind, place: int) -> int | None:
        places = [one for one, line in enumerate(self._lines) if line.kind is kind]
        return place - places[0] if places and places[0] <= place <= places[-1] + 1 else None


def _lines(counts: SideCounts | None, trash: int) -> list[Line]:
    fixed = [
        Line(LineKind.SHELF, Scope(Shelf.ALL), count=counts.all if counts else None),
        Line(LineKind.SHELF, Scope(Shelf.FAVOURITES), count=counts.favourites if counts else None),
        Line(LineKind.SHELF, Scope(Shelf.TRASH), count=trash if counts else None),
    ]
    chosen = [
        Line(LineKind.COLLECTION, Scope(Shelf.COLLECTION, one.id), one.name, one.count)
        for one in (counts.collections if counts else ())
        if one.query is None
    ]
    smart = [
        Line(LineKind.SMART, Scope(Shelf.SMART, one.id), one.name, one.count, one.query)
        for one in (counts.collections if counts else ())
        if one.query is not None
    ]
    return [*fixed, Line(LineKind.COLLECTIONS), *chosen, *([Line(LineKind.SMART_ONES), *smart] if smart else [])]
