"""Arranging, and taking it back: one act after the other, in the background."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.library.search.found import PictureIds
from desktop_app.presenters.library.ports import Arranging, Change, PictureSource
from desktop_app.presenters.ports import Background

DEPTH = 200
"""Acts that can be taken back."""
Act = Callable[[], Change]


class ArrangingPresenter(QObject):
    """Acts wait for the one before them, so that undoing always takes back the last.

    done(code, count): an act is done; the codes are the acts' names. changed(): something is otherwise now.
    undo_changed(can_undo, can_redo). failed(Fault).
    """

    done = Signal(str, int)
    changed = Signal()
    undo_changed = Signal(bool, bool)
    failed = Signal(object)

    def __init__(self, arranging: Arranging, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arranging = arranging
        self._background = background
        self._undo: list[Change] = []
        self._redo: list[Change] = []
        self._waiting: list[tuple[Act, Callable[[Change], None]]] = []
        self._busy = False

    def set_favourite(self, source: PictureSource, ids: PictureIds, favourite: bool | None = None) -> None:
        """Make pictures favourites or not; None: all become favourites, or none where all are."""

        def act() -> Change:
            wanted = favourite
            if wanted is None:
                wanted = not all(row.favourite for row in source.rows(ids))
            return self._arranging.set_favourite(source.picture_ids(ids), wanted)

        self._do("favourite", act)

    def set_rating(self, source: PictureSource, ids: PictureIds, rating: int) -> None:
        """Give pictures 0 to 5 stars."""
        self._do("rate", lambda: self._arranging.set_rating(source.picture_ids(ids), rating))

    def delete(self, source: PictureSource, ids: PictureIds) -> None:
        """Move pictures to the trash."""
        self._do("delete", lambda: self._arranging.delete(source.picture_ids(ids)))

    def restore(self, source: PictureSource, ids: PictureIds) -> None:
        """Bring pictures back from the trash."""
        self._do("restore", lambda: self._arranging.restore(source.picture_ids(ids)))

    def add_to_collection(self, source: PictureSource, ids: PictureIds, collection: str) -> None:
        """Put pictures into a collection."""
        self._do("collect", lambda: self._arranging.add_to_collection(collection, source.picture_ids(ids)))

    def remove_from_collection(self, source: PictureSource, ids: PictureIds, collection: str) -> None:
        """Take pictures out of a collection."""
        self._do("uncollect", lambda: self._arranging.remove_from_collection(collection, source.picture_ids(ids)))

    def create_collection(self, name: str, query: str | None = None) -> None:
        """Begin a collection, a smart one where there is a query."""
        self._do("create_collection", lambda: self._arranging.create_collection(name, query))

    def rename_collection(self, collection: str, name: str) -> None:
        """Call a collection otherwise."""
        self._do("rename_collection", lambda: self._arranging.rename_collection(collection, name))

    def set_query(self, collection: str, query: str) -> None:
        """Have a smart collection search for something else."""
        self._do("change_collection", lambda: self._arranging.set_query(collection, query))

    def move_collection(self, collection: str, place: int) -> None:
        """Put a collection at another place."""
        self._do("move_collection", lambda: self._arranging.move_collection(collection, place))

    def delete_collection(self, collection: str) -> None:
        """Forget a collection."""
        self._do("delete_collection", lambda: self._arranging.delete_collection(collection))

    def empty_trash(self) -> None:
        """Give up what is in the trash; nothing of it can be taken back afterwards."""

        def emptied(count: int) -> None:
            self.done.emit("empty_trash", count)
            self.changed.emit()

        self._background.run(self._arranging.empty_trash, emptied, self._tell)

    def undo(self) -> None:
        """Take back the last act that was not taken back."""
        self._turn(self._undo, self._redo, "undo")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._turn(self._redo, self._undo, "redo")

    @property
    def can_undo(self) -> bool:
        """Whether there is an act to take back."""
        return bool(self._undo)

    def _do(self, code: str, act: Act) -> None:
        def took(change: Change) -> None:
            self._undo.append(change)
            del self._undo[:-DEPTH]
            self._redo.clear()
            self._say(code, change)

        self._queue(act, took)

    def _turn(self, source: list[Change], other: list[Change], code: str) -> None:
        def act() -> Change:
            return source[-1].undo()

        def took(change: Change) -> None:
            source.pop()
            other.append(change)
            self._say(code, change)

        if source or self._waiting or self._busy:
            self._queue(act, took)

    def _say(self, code: str, change: Change) -> None:
        self.undo_changed.emit(bool(self._undo), bool(self._redo))
        self.done.emit(code, change.count)
        self.changed.emit()

    def _queue(self, act: Act, took: Callable[[Change], None]) -> None:
        self._waiting.append((act, took))
        self._go_on()

    def _go_on(self) -> None:
        if self._busy or not self._waiting:
            return
        act, took = self._waiting.pop(0)
        self._busy = True

        def landed(change: Change) -> None:
            self._busy = False
            took(change)
            self._go_on()

        def crashed(fault: Fault) -> None:
            self._busy = False
            self._tell(fault)
            self._go_on()

        self._background.run(act, landed, crashed)

    def _tell(self, fault: Fault) -> None:
        self.failed.emit(fault)
