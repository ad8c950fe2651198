"""The trash as something to look through and search: a small catalogue of its own over the files that lie in it."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.imports import Import, all_imports, put_foreign
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.search.finder import Finder
from desktop_app.core.library.search.found import Found, PictureIds, Sort
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.core.library.search.query import Query
from desktop_app.core.library.trash import TRASH, Deletion, Trash, trashed_places

FOLDER = "trash"
"""Of the small catalogue, in the program's data folder: it has no journal, and must not find another's."""


class TrashShelf:
    """Searches what was deleted; may be used from any thread, off the window's. All methods raise LibraryError."""

    def __init__(self, catalogue: Catalogue, trash: Trash) -> None:
        self._library = catalogue
        self._trash = trash
        self._opened: tuple[Catalogue, Finder] | None = None
        self._opening = threading.Lock()
        self._refreshing = threading.Lock()

    def close(self) -> None:
        """Close its file, once nobody uses it any more."""
        with self._opening:
            if self._opened is not None:
                index, finder = self._opened
                finder.close()
                index.close()
                self._opened = None

    def search(self, query: str | Query = "", sort: Sort = Sort.NEWEST, *, collection: str | None = None) -> Found:
        """The deleted pictures that match, as they lie there now; collections know none of them."""
        self.refresh()
        return self._open()[1].search(query, sort, collection=collection)

    def rows(self, ids: Collection[int] | PictureIds) -> list[PictureRow]:
        """As `Finder.rows`; `path` is where the file lies in the trash."""
        return self._open()[1].rows(ids)

    def picture_ids(self, ids: Collection[int] | PictureIds) -> list[str]:
        """As `Finder.picture_ids`."""
        return self._open()[1].picture_ids(ids)

    def count(self) -> int:
        """How many files lie in the trash."""
        return sum(len(deletion.files) for deletion in self._trash.listing())

    def deletions_of(self, picture_ids: Sequence[str]) -> list[Deletion]:
        """The deletions of these pictures, each with no other file: what `Trash.undo` and `Trash.empty` take."""
        self.refresh()
        files = {path for _, path in self._open()[0].places(picture_ids)}
        chosen = [
            replace(deletion, files=tuple(file for file in deletion.files if file in files))
            for deletion in self._trash.listing()
        ]
        return [deletion for deletion in chosen if deletion.files]

    def _open(self) -> tuple[Catalogue, Finder]:
        """The small catalogue, opened when it is first asked for."""
        with self._opening:
            if self._opened is None:
                file = self._library.connections.file.parent / FOLDER / "catalogue.sqlite"
                try:
                    index = Catalogue.open(file, pictures=self._library.pictures / TRASH)
                except OSError as error:
                    reason = error.strerror or str(error)
                    raise LibraryError("catalogue_unavailable", file=str(file), reason=reason) from error
                self._opened = index, Finder(index)
            return self._opened

    def refresh(self) -> None:
        """Look at what lies there now."""
        index, _ = self._open()
        with self._refreshing:
            self._trash.listing()  # which finishes a putting back that was cut short
            reconcile(index, index.pictures)
            self._add_foreign(index)
            with index.connections.reading() as db:
                gone = [row[0] for row in db.execute("SELECT id FROM images WHERE missing")]
            if gone:
                index.forget(gone)

    def _add_foreign(self, index: Catalogue) -> None:
        """Pictures of other programs tell nothing of themselves; the library's journal does."""
        with self._library.connections.reading() as db:
            imports = all_imports(db)
        by_place: dict[str, list[tuple[str, Import]]] = {}
        for key, each in imports.items():
            by_place.setdefault(each.file, []).append((key, each))
        places = trashed_places(self._library.pictures, self._trash.listing())
        with index.connections.writing() as db:
            for place in by_place.keys() & places.keys():
                for path in places[place]:
                    for key, each in by_place[place]:
                        if path.stat().st_size == each.size:
                            put_foreign(db, key, replace(each, file=_below(path, index.pictures)))


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
