"""SQLite connections for several threads: one that writes, one a thread that reads.

In WAL mode readers see the last committed state and never wait for the writer, so the window's thread can
list pictures while the generation thread adds one.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from desktop_app.core.library.errors import LibraryError

BUSY_SECONDS = 10.0
"""How long a statement waits for another process that is writing."""

BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""Primary result codes that say the file itself is damaged."""

_SURROUNDINGS = BROKEN | {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOLFS,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
}


class Connection(sqlite3.Connection):
    """Closes itself when its thread is gone and nobody holds it."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # it never opened
            self.close()


def connect(file: Path) -> Connection:
    """A connection set up as all are here: no implicit transactions, foreign keys enforced.

    Commits survive the program's death at once and a power cut once SQLite has flushed its log; what a power cut
    takes is in the picture files, so no commit makes the window wait for the disk.
    Text comes back as it was bound with `text`, lone surrogates (of prompts and file names) too.
    """
    db = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection)
    db.row_factory = sqlite3.Row
    db.text_factory = lambda raw: raw.decode("utf-8", "surrogatepass")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


def text(value: str) -> bytes:
    """Any str for a parameter that the statement casts to TEXT; sqlite3 itself refuses lone surrogates."""
    return value.encode("utf-8", "surrogatepass")


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 where the module raised by itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def suspicion(file: Path) -> Path:
    """The mark beside a file that was found damaged while it was in use."""
    return file.with_name(f"{file.name}-suspect")


@contextmanager
def faults_of(file: Path) -> Iterator[None]:
    """Turn what the disk does to `file` into LibraryError; mistakes in our own SQL stay what they are."""
    try:
        yield
    except sqlite3.Error as error:
        if primary_code(error) not in _SURROUNDINGS:
            raise
        if primary_code(error) in BROKEN:
            with suppress(OSError):  # the next opening looks at every page
                suspicion(file).touch()
        raise LibraryError("catalogue_unavailable", file=str(file), reason=str(error)) from error


@contextmanager
def transaction(db: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """All or nothing of the statements inside."""
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back by itself
            db.execute("ROLLBACK")
        raise


class Connections:
    """The connections to one file, to be used from any thread; the contexts below do not nest in a thread."""

    def __init__(self, file: Path, writer: Connection) -> None:
        self.file = file
        self._writer = writer
        self._writing = threading.Lock()
        self._of_thread = threading.local()
        self._readers: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._opening = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """This thread's own connection, held to one state of the file; raises LibraryError."""
        with faults_of(self.file):
            db = self._reader()
            with transaction(db, "BEGIN"):
                yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The one writing connection in a transaction, committed at the end; raises LibraryError."""
        with self._writing, faults_of(self.file), transaction(self._writer):
            yield self._writer

    def close(self) -> None:
        """Close all of them, once no thread is inside one of the contexts above."""
        with self._writing, self._opening:
            for reader in list(self._readers):
                reader.close()
            self._writer.close()

    def _reader(self) -> Connection:
        db: Connection | None = getattr(self._of_thread, "connection", None)
        if db is None:
            db = connect(self.file)
            with self._opening:
                self._readers.add(db)
            self._of_thread.connection = db
        return db
