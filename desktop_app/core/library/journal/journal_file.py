"""The journal as a file: entries appended under a lock, read from any place on, written anew when it has grown.

The first line names the file's generation; when it is written anew, the generation is another, so that a reader
knows to begin again. Killed at any moment the file is whole but for its last line, which then counts as not written.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop_app.core.library.journal.entry import MAX_LINE, Entry, read_entry
from desktop_app.core.library.journal.locking import locked

LARGE = 2**20
"""Bytes from which on it is worth while to write the file anew."""


@dataclass(frozen=True)
class Reading:
    """entries: those from the asked place on, in order. generation: "" = there is nothing yet. end: where to go on.

    bad_lines: lines that were left out: torn ones, of a newer program, or nonsense.
    """

    entries: tuple[Entry, ...]
    generation: str
    end: int
    bad_lines: int = 0


NOTHING = Reading((), "", 0)


class JournalFile:
    """One file; may be used from any thread and by several processes at once. Its methods raise OSError."""

    def __init__(self, file: Path, *, large: int = LARGE) -> None:
        self.file = file
        self._large = large

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries behind all others; when this returns they are on the disk."""
        lines = b"".join(entry.line() for entry in entries)
        with self._locked(), self.file.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = b"" if size else _header(0)
            if size:
                file.seek(size - 1)
                # After a torn line the new one begins afresh instead of being torn with it.
                start = b"" if file.read(1) == b"\n" else b"\n"
            _write(file, start + lines)
        if size == 0:
            _flush_folder(self.file.parent)

    def read(self, generation: str = "", place: int = 0) -> Reading:
        """The entries behind `place` where the generation is still this one, else all of them."""
        try:
            file = self.file.open("rb")
        except FileNotFoundError:
            return NOTHING
        with file:
            first = file.readline(MAX_LINE)
            if not first.endswith(b"\n"):
                return NOTHING
            found = hashlib.sha256(first).hexdigest()[:32]
            size = file.seek(0, os.SEEK_END)
            start = place if found == generation and len(first) <= place <= size else len(first)
            file.seek(start)
            return _read_lines(file, found, start, size)

    def compact(self, shorten: Callable[[Iterable[Entry]], Iterable[Entry]]) -> tuple[Reading, Reading] | None:
        """Where the file is large and has doubled since, write anew what `shorten` makes of its entries.

        Returns what was there and what is there now, None where nothing was done.
        """
        if not self._has_grown():
            return None
        with self._locked():
            if not self._has_grown():  # another process was first
                return None
            before = self.read()
            self._replace(shorten(before.entries))
            return before, self.read()

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Put these entries in the place of all there is."""
        with self._locked():
            self._replace(entries)

    def _has_grown(self) -> bool:
        try:
            size = self.file.stat().st_size
            if size < self._large:
                return False
            with self.file.open("rb") as file:
                header = json.loads(file.readline(1000))
            before = header.get("compacted", 0) if isinstance(header, dict) else 0
        except (FileNotFoundError, ValueError):  # a torn header: it shall get a new one
            return self.file.exists()
        return not isinstance(before, int) or size >= 2 * before

    def _replace(self, entries: Iterable[Entry]) -> None:
        for old in self.file.parent.glob(f".{self.file.name}.*.part"):  # of one that was killed: we hold the lock
            old.unlink(missing_ok=True)
        lines = b"".join(entry.line() for entry in entries)
        part = self.file.with_name(f".{self.file.name}.{uuid.uuid4().hex}.part")
        try:
            with part.open("xb") as file:
                _write(file, _header(len(lines)) + lines)
            part.replace(self.file)
        finally:
            part.unlink(missing_ok=True)
        _flush_folder(self.file.parent)

    def _locked(self) -> AbstractContextManager[None]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        return locked(self.file.with_name(f"{self.file.name}.lock"))


def _header(compacted: int) -> bytes:
    return json.dumps({"journal": uuid.uuid4().hex, "version": 1, "compacted": compacted}).encode() + b"\n"


def _read_lines(file: BinaryIO, generation: str, start: int, size: int) -> Reading:
    entries: list[Entry] = []
    bad = 0
    while start < size and (line := file.readline(MAX_LINE)):
        if not line.endswith(b"\n"):
            if len(line) < MAX_LINE:
                break  # torn, or another is writing it now
            bad += 1
        else:
            entry = read_entry(line)
            if entry is not None:
                entries.append(entry)
            elif line.strip() and not _is_header(line):
                bad += 1
        start += len(line)
    return Reading(tuple(entries), generation, start, bad)


def _is_header(line: bytes) -> bool:
    return line.startswith(b'{"journal"')


def _write(file: BinaryIO, data: bytes) -> None:
    file.write(data)
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows opens no folders, and does this by itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
