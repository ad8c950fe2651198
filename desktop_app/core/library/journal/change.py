"""An act that was written into the journal, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_app.core.faults import Fault
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.entry import Entry, is_valid

Saying = tuple[str, str, Any]
"""Id, field and value of an entry that is still to be dated."""


class Change(Protocol):
    """Something that was done. count: of the pictures it was about, 0 where about a collection itself.

    faults: why a part of it could not be done.
    """

    @property
    def count(self) -> int:
        """How many pictures."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was left undone."""

    def undo(self) -> Change:
        """Take it back; the answer's `undo` does it again. Raises LibraryError."""


@dataclass(frozen=True)
class Recorded:
    """Made by `recorded`. forth, back: what was said, and what takes it back. id: of a collection that was made."""

    _catalogue: Catalogue
    forth: tuple[Saying, ...]
    back: tuple[Saying, ...]
    count: int = 0
    id: str = ""
    faults: tuple[Fault, ...] = ()

    def undo(self) -> Recorded:
        """Say what was so before."""
        return recorded(self._catalogue, self.back, self.forth, count=self.count, id_=self.id)


def recorded(
    catalogue: Catalogue, forth: Sequence[Saying], back: Sequence[Saying], *, count: int = 0, id_: str = ""
) -> Recorded:
    """Write what is said into the journal; nothing where there is nothing to say.

    Raises LibraryError: not_arrangeable (field) where a value is too long or of no use, journal_unwritable,
    catalogue_unavailable.
    """
    entries = [Entry(*saying) for saying in forth]
    for entry in entries:
        if not is_valid(entry):
            raise LibraryError("not_arrangeable", field=entry.field)
    if entries:
        catalogue.record(entries)
    return Recorded(catalogue, tuple(forth), tuple(back), count, id_)
