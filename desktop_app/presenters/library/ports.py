"""What the library page needs of the core. Everything here is called off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the window is painted before SQLite is needed
    from desktop_app.core.library.search.finder import SideCounts
    from desktop_app.core.library.search.found import Found, PictureIds, Sort
    from desktop_app.core.library.search.picture_row import PictureRow


class RowSource(Protocol):
    """Reads pictures by the rows that a search found."""

    def rows(self, ids: PictureIds) -> Sequence[PictureRow]:
        """Those of the pictures that are known, in any order."""


class PictureSource(RowSource, Protocol):
    """Searches pictures: those of the library, or those in the trash."""

    def search(self, query: str, sort: Sort, *, collection: str | None = None) -> Found:
        """The pictures that match, in order; `collection`: only those of the one with this id."""

    def picture_ids(self, ids: PictureIds) -> Sequence[str]:
        """The pictures' own ids, which acts want."""


class LibrarySource(PictureSource, Protocol):
    """The library's side of it, which counts too."""

    def counts(self) -> SideCounts:
        """How many pictures stand behind each line of the side bar."""


class Change(Protocol):
    """Something that was arranged."""

    @property
    def count(self) -> int:
        """How many pictures it was about; 0 where about a collection itself."""

    def undo(self) -> Change:
        """Take it back; the answer's `undo` does it again."""


class Arranging(Protocol):
    """Everything a person says of pictures and collections; pictures by their own ids."""

    def set_favourite(self, pictures: Sequence[str], favourite: bool) -> Change:
        """Make them favourites, or not."""

    def set_rating(self, pictures: Sequence[str], rating: int) -> Change:
        """Give them 0 to 5 stars."""

    def add_to_collection(self, collection: str, pictures: Sequence[str]) -> Change:
        """Put them into a collection, behind those that are there."""

    def remove_from_collection(self, collection: str, pictures: Sequence[str]) -> Change:
        """Take them out of a collection."""

    def create_collection(self, name: str, query: str | None = None) -> Change:
        """Begin a collection behind the others; with a query a smart one."""

    def rename_collection(self, collection: str, name: str) -> Change:
        """Call it otherwise."""

    def set_query(self, collection: str, query: str) -> Change:
        """Have a smart collection search for something else."""

    def move_collection(self, collection: str, place: int) -> Change:
        """Put it at a place among those of its kind."""

    def delete_collection(self, collection: str) -> Change:
        """Forget a collection; its pictures stay."""

    def delete(self, pictures: Sequence[str]) -> Change:
        """Move pictures to the trash."""

    def restore(self, pictures: Sequence[str]) -> Change:
        """Bring pictures back from the trash."""

    def trash_count(self) -> int:
        """How many pictures are in the trash."""

    def empty_trash(self) -> int:
        """Give what is in the trash to the system's; says how many pictures went. There is no way back."""
