"""Everything a person says of pictures and collections, each act with the way back.

An act is written into the journal before the catalogue shows it, so that neither a crash nor the loss of the
catalogue takes it back. Methods raise LibraryError, and then nothing was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.faults import Fault
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.collection_acts import CollectionActs
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.foreign import bring_back_referenced
from desktop_app.core.library.imports import OWN
from desktop_app.core.library.journal.change import Change, Saying, recorded
from desktop_app.core.library.journal.mirror import load
from desktop_app.core.library.journal.state import UNMARKED, Mark
from desktop_app.core.library.trash import Deletion, Trash
from desktop_app.core.library.trash_shelf import TrashShelf


class Arranging(CollectionActs):
    """Acts on one library; pictures by their own ids, those that are not known are left out.

    throw_away: what becomes of a file when the trash is emptied; the system's own trash where there is one at hand.
    For threads of their own: each act waits for the disk.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        trash: Trash,
        shelf: TrashShelf,
        throw_away: Callable[[Path], object] = Path.unlink,
    ) -> None:
        super().__init__(catalogue)
        self._trash = trash
        self._shelf = shelf
        self._throw_away = throw_away

    def set_favourite(self, pictures: Sequence[str], favourite: bool) -> Change:
        """Make them favourites, or not."""
        return self._mark(pictures, "favourite", lambda mark: favourite)

    def set_rating(self, pictures: Sequence[str], rating: int) -> Change:
        """Give them 0 (none) to 5 stars."""
        return self._mark(pictures, "rating", lambda mark: rating)

    def set_note(self, pictures: Sequence[str], note: str) -> Change:
        """Write the same note on all of them; "" = none."""
        return self._mark(pictures, "note", lambda mark: note)

    def set_tags(self, pictures: Sequence[str], tags: Iterable[str]) -> Change:
        """Give them these tags and no others."""
        wanted = _clean(tags)
        return self._mark(pictures, "tags", lambda mark: wanted)

    def add_tags(self, pictures: Sequence[str], tags: Iterable[str]) -> Change:
        """Give them these tags behind those that each has."""
        wanted = _clean(tags)
        return self._mark(pictures, "tags", lambda mark: list(dict.fromkeys([*mark.tags, *wanted])))

    def remove_tags(self, pictures: Sequence[str], tags: Iterable[str]) -> Change:
        """Take these tags away."""
        unwanted = set(_clean(tags))
        return self._mark(pictures, "tags", lambda mark: [tag for tag in mark.tags if tag not in unwanted])

    def delete(self, pictures: Sequence[str]) -> Change:
        """Move pictures to the trash; one that is only referenced leaves the library, and its file stays.

        What could not be moved is told by `faults`; where nothing could, the first of them is raised.
        """
        return Deleting(self, *self._delete(pictures)).checked()

    def restore(self, pictures: Sequence[str]) -> Change:
        """Bring pictures back from the trash, to where they lay."""
        return Restoring(self, *self._restore(self._shelf.deletions_of(pictures), ())).checked()

    def trash_count(self) -> int:
        """How many pictures are in the trash."""
        return self._shelf.count()

    def empty_trash(self, pictures: Sequence[str] | None = None) -> int:
        """Give up what is in the trash, or only these; how many files went. There is no way back.

        Raises LibraryError where nothing could be given up.
        """
        found = self._trash.listing() if pictures is None else self._shelf.deletions_of(pictures)
        return self._give_up(found)

    def empty_old(self, deletions: Sequence[Deletion]) -> int:
        """Give up deletions, those that `Trash.expired` says."""
        return self._give_up(deletions)

    def _give_up(self, found: Sequence[Deletion]) -> int:
        gone, faults = self._trash.empty(found, self._throw_away)
        if faults and not gone:
            raise LibraryError(faults[0].code, **faults[0].parameters)
        return gone

    def _mark(self, pictures: Sequence[str], field: str, value: Callable[[Mark], Any]) -> Change:
        self._catalogue.follow_journal()
        known = [key for key, _ in self._catalogue.places(pictures)]
        with self._catalogue.connections.reading() as db:
            marks = load(db, known).marks
        forth: list[Saying] = []
        back: list[Saying] = []
        for key in known:
            before = getattr(marks.get(key, UNMARKED), field)
            before = list(before) if field == "tags" else before
            after = value(marks.get(key, UNMARKED))
            if after != before:
                forth.append((key, field, after))
                back.append((key, field, before))
        return recorded(self._catalogue, forth, back, count=len(known))

    def _delete(self, pictures: Sequence[str]) -> tuple[Deletion, Change, tuple[str, ...]]:
        with self._catalogue.connections.reading() as db:
            imports = load(db, pictures).imports
        outside = {key: value for key, value in imports.items() if Path(value["file"]).is_absolute()}
        forgotten = recorded(
            self._catalogue,
            [(key, "imported", None) for key in outside],
            [(key, "imported", value) for key, value in outside.items()],
            count=len(outside),
        )
        own = [key for key in outside if outside[key]["source"] == OWN]
        self._catalogue.forget(own)
        deletion = self._trash.delete([key for key in pictures if key not in outside])
        return deletion, forgotten, (*deletion.image_ids, *outside)

    def _restore(
        self, deletions: Sequence[Deletion], outside: Sequence[Change]
    ) -> tuple[tuple[str, ...], tuple[Fault, ...]]:
        ids: list[str] = []
        faults: list[Fault] = []
        for change in outside:
            change.undo()
            bring_back_referenced(self._catalogue)
        for deletion in deletions:
            back, left = self._trash.put_back(deletion)
            ids += back
            faults += left.faults
        return tuple(ids), tuple(faults)


@dataclass(frozen=True)
class Deleting:
    """Pictures were deleted."""

    _acts: Arranging
    _deletion: Deletion
    _forgotten: Change
    pictures: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many pictures went."""
        return len(self.pictures)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why some did not."""
        return self._deletion.faults

    def undo(self) -> Change:
        """Bring them back."""
        outside = (self._forgotten,) if self._forgotten.count else ()
        ids, faults = self._acts._restore([self._deletion] if self._deletion.files else [], outside)
        gone = set(self.pictures) - set(self._deletion.image_ids)
        return Restoring(self._acts, (*ids, *gone), faults).checked()

    def checked(self) -> Deleting:
        """Itself, unless nothing could be done at all."""
        _check(self.count, self.faults)
        return self


@dataclass(frozen=True)
class Restoring:
    """Pictures were brought back from the trash."""

    _acts: Arranging
    pictures: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def count(self) -> int:
        """How many pictures are back."""
        return len(self.pictures)

    def undo(self) -> Change:
        """Delete them again."""
        return self._acts.delete(self.pictures)

    def checked(self) -> Restoring:
        """Itself, unless nothing could be done at all."""
        _check(self.count, self.faults)
        return self


def _check(count: int, faults: tuple[Fault, ...]) -> None:
    if faults and not count:
        raise LibraryError(faults[0].code, **faults[0].parameters)


def _clean(tags: Iterable[str]) -> list[str]:
    """Tags on one line each, without what surrounds them, each once."""
    return list(dict.fromkeys(clean for tag in tags if (clean := " ".join(tag.split()))))
