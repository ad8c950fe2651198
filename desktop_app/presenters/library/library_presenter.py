"""The library page's presenters, joined."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.library.search.found import Found, PictureIds
from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.arranging_presenter import ArrangingPresenter
from desktop_app.presenters.library.grid_presenter import GridPresenter
from desktop_app.presenters.library.ports import Arranging, LibrarySource, PictureSource
from desktop_app.presenters.library.search_presenter import EVERYTHING, Scope, SearchPresenter, Shelf
from desktop_app.presenters.library.sidebar_model import SidebarModel
from desktop_app.presenters.ports import Background

if TYPE_CHECKING:
    from desktop_app.core.library.search.finder import SideCounts

CALM = 200
"""Milliseconds in which news of new pictures is gathered."""


class PageState(StrEnum):
    """What the middle of the page shows."""

    OPENING = "opening"
    PICTURES = "pictures"
    EMPTY = "empty"  # there is no picture at all
    EMPTY_SHELF = "empty_shelf"  # none on this shelf
    NOTHING_FOUND = "nothing_found"
    REBUILDING = "rebuilding"
    FOLDER_GONE = "folder_gone"


@dataclass(frozen=True)
class Chosen:
    """Pictures that something is asked of, and who reads their rows."""

    ids: PictureIds
    source: PictureSource


class LibraryPresenter(QObject):
    """asked(PictureAct, Chosen, value): acts that others do: opening, drawing, exporting, tags.

    state_changed(PageState). total_changed(int): pictures found. progress_changed(done, total): of a rebuild.
    failed(Fault).
    """

    asked = Signal(object, object, object)
    state_changed = Signal(object)
    total_changed = Signal(int)
    progress_changed = Signal(int, int)
    failed = Signal(object)

    def __init__(
        self,
        library: LibrarySource,
        trash: PictureSource,
        arranging: Arranging,
        background: Background,
        pictures: Background,
        cache: Path,
        parent: QObject | None = None,
    ) -> None:
        """`pictures` reads thumbnails; a pool of its own keeps searches quick."""
        super().__init__(parent)
        self._library = library
        self._arranging_core = arranging
        self._background = background
        self._source: PictureSource = library
        self._held: PageState | None = None
        self._found_state = PageState.OPENING
        self.state = PageState.OPENING
        self.grid = GridPresenter(library, background, pictures, cache, self)
        self.search = SearchPresenter(library, trash, background, self)
        self.arranging = ArrangingPresenter(arranging, background, self)
        self.sidebar = SidebarModel()
        self.sidebar.setParent(self)
        self._news = QTimer(self, singleShot=True, interval=CALM)
        self._news.timeout.connect(self.refresh)
        self._join()

    def _join(self) -> None:
        self.search.found.connect(self._show)
        self.arranging.changed.connect(self.refresh)
        for part in (self.grid, self.search, self.arranging):
            part.failed.connect(self._tell)
        side, arranging = self.sidebar, self.arranging
        side.renamed.connect(arranging.rename_collection)
        side.collection_moved.connect(arranging.move_collection)
        side.pictures_dropped.connect(self._take_dropped)

    def refresh(self) -> None:
        """Pictures came, went or changed: count, search and read again; what is shown stays until then."""
        self._background.run(self._count, lambda answer: self._show_counts(*answer), self._tell)
        self.search.search()

    def picture_came(self) -> None:
        """A picture was kept; many may come at once, so the page follows in a moment."""
        self._news.start()

    def hold(self, state: PageState | None) -> None:
        """Show REBUILDING or FOLDER_GONE whatever is found; None = what is found."""
        self._held = state
        self._choose_state()

    def show_progress(self, done: int, total: int) -> None:
        """How far a rebuild is."""
        self.progress_changed.emit(done, total)

    def act(self, act: PictureAct, ids: PictureIds, value: Any = None) -> None:
        """Do something with pictures of the shelf that is shown, or have it done."""
        if not len(ids):
            return
        arranging, source = self.arranging, self._source
        in_trash = self.search.scope.shelf is Shelf.TRASH
        match act:
            case PictureAct.FAVOURITE if not in_trash:
                arranging.set_favourite(source, ids, value)
            case PictureAct.RATE if not in_trash:
                arranging.set_rating(source, ids, int(value))
            case PictureAct.DELETE if not in_trash:
                arranging.delete(source, ids)
            case PictureAct.RESTORE if in_trash:
                arranging.restore(source, ids)
            case PictureAct.ADD_TO_COLLECTION if value and not in_trash:
                arranging.add_to_collection(source, ids, str(value))
            case PictureAct.REMOVE_FROM_COLLECTION if self.search.scope.shelf is Shelf.COLLECTION:
                arranging.remove_from_collection(source, ids, self.search.scope.id)
            case PictureAct.FAVOURITE | PictureAct.RATE | PictureAct.DELETE | PictureAct.RESTORE:
                return
            case _:
                self.asked.emit(act, Chosen(ids, source), value)

    def save_search(self, name: str) -> None:
        """Keep what is searched for as a smart collection."""
        text = f"fav {self.search.text}" if self.search.scope.shelf is Shelf.FAVOURITES else self.search.text
        if text.strip():
            self.arranging.create_collection(name, text.strip())

    def _take_dropped(self, scope: Scope, rows: tuple[int, ...]) -> None:
        ids = np.array(rows, np.int64)
        if scope.shelf is Shelf.FAVOURITES:
            self.act(PictureAct.FAVOURITE, ids, True)
        elif scope.shelf is Shelf.TRASH:
            self.act(PictureAct.DELETE, ids)
        else:
            self.act(PictureAct.ADD_TO_COLLECTION, ids, scope.id)

    def _count(self) -> tuple[SideCounts, int]:
        return self._library.counts(), self._arranging_core.trash_count()

    def _show_counts(self, counts: SideCounts, trash: int) -> None:
        self.sidebar.show(counts, trash)
        if not self.sidebar.index_of(self.search.scope).isValid():
            self.search.set_scope(EVERYTHING)  # the collection that was shown is gone
        self._choose_state()

    def _show(self, found: Found, source: PictureSource) -> None:
        model = self.grid.model
        same = source is self._source and np.array_equal(found.ids, model.found.ids) and found.days == model.found.days
        self._source = source
        if same:
            self.grid.refresh()
        else:
            model.show_found(found, source)
        self.total_changed.emit(len(found))
        self._choose_state(found)

    def _choose_state(self, found: Found | None = None) -> None:
        if found is not None:
            if len(found):
                state = PageState.PICTURES
            elif self.search.text.strip():
                state = PageState.NOTHING_FOUND
            elif self.search.scope == EVERYTHING:
                state = PageState.EMPTY
            else:
                state = PageState.EMPTY_SHELF
            self._found_state = state
        self.state = self._held or self._found_state
        self.state_changed.emit(self.state)

    def _tell(self, fault: Fault) -> None:
        self.failed.emit(fault)
