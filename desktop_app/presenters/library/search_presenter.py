"""Searching as one types: the last wish counts, and the window never waits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.library.search.found import Found, Sort
from desktop_app.presenters.library.ports import PictureSource
from desktop_app.presenters.ports import Background

PAUSE = 40
"""Milliseconds after a key until the search begins, so that fast typing searches once."""


class Shelf(StrEnum):
    """Which pictures are searched."""

    ALL = "all"
    FAVOURITES = "favourites"
    TRASH = "trash"
    COLLECTION = "collection"
    SMART = "smart"


@dataclass(frozen=True)
class Scope:
    """A shelf; id: of the collection where it is one."""

    shelf: Shelf = Shelf.ALL
    id: str = ""


EVERYTHING = Scope()


class SearchPresenter(QObject):
    """One search is on its way at most; what was asked meanwhile comes after it, the last wish alone.

    found(Found, PictureSource): what to show, and who reads its rows. text_changed(str): by someone else than the
    field. scope_changed(Scope). sort_changed(Sort). failed(Fault).
    """

    found = Signal(object, object)
    text_changed = Signal(str)
    scope_changed = Signal(object)
    sort_changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, library: PictureSource, trash: PictureSource, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._trash = trash
        self._background = background
        self.text = ""
        self.scope = EVERYTHING
        self.sort = Sort.NEWEST
        self._busy = False
        self._again = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE)
        self._timer.timeout.connect(self.search)

    def type(self, text: str) -> None:
        """The field's text; searched for after a pause."""
        if text != self.text:
            self.text = text
            self._timer.start()

    def set_text(self, text: str) -> None:
        """Search for another text at once, and have the field show it."""
        self.text = text
        self.text_changed.emit(text)
        self.search()

    def set_scope(self, scope: Scope) -> None:
        """Look at another shelf; what was searched there is another matter, so the text goes."""
        self.scope, self.text = scope, ""
        self.text_changed.emit("")
        self.scope_changed.emit(scope)
        self.set_sort(Sort.COLLECTION if scope.shelf is Shelf.COLLECTION else Sort.NEWEST)

    def set_sort(self, sort: Sort) -> None:
        """Show in another order."""
        self.sort = sort
        self.sort_changed.emit(sort)
        self.search()

    def search(self) -> None:
        """Search again now: pictures may have come or gone."""
        self._timer.stop()
        if self._busy:
            self._again = True
            return
        self._busy, self._again = True, False
        scope, sort = self.scope, self.sort
        source = self._trash if scope.shelf is Shelf.TRASH else self._library
        query = f"fav {self.text}" if scope.shelf is Shelf.FAVOURITES else self.text
        collection = scope.id or None
        self._background.run(
            lambda: source.search(query, sort, collection=collection),
            lambda answer: self._take(answer, source, scope),
            self._fail,
        )

    def _take(self, answer: Found, source: PictureSource, scope: Scope) -> None:
        self._busy = False
        if scope == self.scope:  # an older text's answer is better than none while the next is on its way
            self.found.emit(answer, source)
        self._go_on()

    def _fail(self, fault: Fault) -> None:
        self._busy = False
        self.failed.emit(fault)
        self._go_on()

    def _go_on(self) -> None:
        if self._again:
            self.search()
