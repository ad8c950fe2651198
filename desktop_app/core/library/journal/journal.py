"""The journal of one library: beside the pictures, or in the data folder while those cannot be written.

Where both hold entries, the time of each decides what comes after what.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge
from pathlib import Path

from desktop_app.core.disk_faults import kind_of
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.journal.journal_file import LARGE, JournalFile, Reading
from desktop_app.core.library.journal.state import State

FOLDER = ".armchair"
NAME = "journal.jsonl"
_ELSEWHERE = frozenset({"read_only", "not_allowed", "missing"})
"""What the disk with the pictures may say so that entries go to the data folder instead."""


class Journal:
    """Of the pictures folder; `data` is a folder of the program's own. May be used from any thread."""

    def __init__(self, pictures: Path, data: Path, *, large: int = LARGE) -> None:
        self._pictures = pictures
        self.beside = JournalFile(pictures / FOLDER / NAME, large=large)
        self.apart = JournalFile(data / NAME, large=large)

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries behind all others; when this returns they are on the disk.

        Raises LibraryError journal_unwritable (file, reason), with nothing written.
        """
        if not entries:
            return
        try:
            try:
                self._pictures.stat()  # where the folder itself is gone, it must not be made anew by this
                self.beside.append(entries)
            except OSError as error:
                if kind_of(error) not in _ELSEWHERE:
                    raise
                self.apart.append(entries)
        except OSError as error:
            raise _unwritable(error, self.beside.file) from error

    def compact(self) -> tuple[Reading, Reading] | None:
        """Write the journal beside the pictures anew where it has grown large; see `JournalFile.compact`.

        Not while there are entries in the data folder too: among the new ones' times they would lose their place.
        """
        try:
            if self.apart.read().entries:
                return None
            return self.beside.compact(shortened)
        except OSError as error:
            raise _unwritable(error, self.beside.file) from error

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Put these entries in the place of all there is beside the pictures."""
        try:
            self.beside.rewrite(entries)
        except OSError as error:
            raise _unwritable(error, self.beside.file) from error

    def join(self, others: Sequence[Entry]) -> None:
        """Add what another journal of the same library says, the later act of each counting."""
        try:
            mine = (self.beside.read(), self.apart.read())
            other = Reading(tuple(others), "", 0)
            self.beside.rewrite(list(in_order(*mine, other)))
            self.apart.file.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(error, self.beside.file) from error


def shortened(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Fewer entries that add up to the same."""
    state = State()
    state.apply(entries)
    return state.entries()


def in_order(*readings: Reading) -> Iterable[Entry]:
    """The entries of several files by time; those of one file stay in their order whatever their times say."""
    return merge(*(reading.entries for reading in readings), key=lambda entry: entry.utc)


def _unwritable(error: OSError, file: Path) -> LibraryError:
    return LibraryError("journal_unwritable", file=str(error.filename or file), reason=error.strerror or str(error))
