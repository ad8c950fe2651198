"""Opening the catalogue's file, whatever state it is found in."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from desktop_app.core.library.connections import BROKEN, Connection, connect, faults_of, primary_code, suspicion
from desktop_app.core.library.migrations import MIGRATIONS, Migration, migrate, utc_stamp

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file; it must never meet another file of the same name."""

_SIGNS = ("-wal", "-journal", "-suspect")
"""What lies beside a file that was not closed, or was found damaged while in use."""
LARGE = 32 * 2**20
"""Bytes from which on a file that was closed well is not read whole at every opening."""


def open_file(file: Path, steps: Sequence[Migration] = MIGRATIONS) -> tuple[Connection, Path | None]:
    """A connection for writing to the file at its newest version, made where there was none.

    The second value is where a damaged file was moved to: then the one opened is fresh and empty. Raises
    LibraryError; OSError where the folder cannot be made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with faults_of(file):
        try:
            return _open(file, steps), None
        except sqlite3.DatabaseError as error:
            if primary_code(error) not in BROKEN:
                raise
        broken = _move_aside(file)
        return _open(file, steps), broken


def _open(file: Path, steps: Sequence[Migration]) -> Connection:
    needs_check = not file.exists() or file.stat().st_size < LARGE or any(_path(file, mark).exists() for mark in _SIGNS)
    db = connect(file)
    try:
        if needs_check:
            _check(db)
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db, file, steps)
        _check_words(db)
        suspicion(file).unlink(missing_ok=True)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: Connection) -> None:
    """Raise where pages are damaged: better now, with the picture files at hand, than in the middle of a run."""
    found = [row[0] for row in db.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        error = sqlite3.DatabaseError("; ".join(found))
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _check_words(db: Connection) -> None:
    """Raise where the full-text index cannot even be asked; pages that are whole may hold nonsense for it."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'words'").fetchone():
        db.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchone()


def _move_aside(file: Path) -> Path:
    broken = file.with_name(f"{file.name}.broken-{utc_stamp()}")
    file.rename(broken)
    suspicion(file).unlink(missing_ok=True)
    for suffix in _BESIDE:
        beside = _path(file, suffix)
        if beside.exists():
            beside.rename(_path(broken, suffix))
    return broken


def _path(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)
