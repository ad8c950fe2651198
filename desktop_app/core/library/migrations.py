"""How the catalogue's file came to be what it is: named steps, each in one transaction.

`user_version` counts the steps done; the table `migrations` tells when and by which program. A step that has
been released is never edited: what changes is a new step at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from desktop_app.core.library.connections import transaction
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.search_migration import add_search_marks_and_foreign_pictures
from model_runtime.recipe.record import program_version

Migration = Callable[[sqlite3.Connection], None]

STAMP = "%Y%m%dT%H%M%S.%fZ"
"""How a moment in UTC is spelled in a file's name."""


def create_runs_images_jobs(db: sqlite3.Connection) -> None:
    """Version 1. Everything in runs and images can be read from the picture files again; jobs cannot."""
    db.execute("CREATE TABLE migrations (version INTEGER PRIMARY KEY, name TEXT, applied TEXT, program TEXT)")
    db.execute(
        """
        CREATE TABLE runs (
            id TEXT NOT NULL PRIMARY KEY,
            created TEXT NOT NULL,         -- of its earliest picture; UTC, ISO 8601, microseconds
            prompt TEXT NOT NULL,
            model_id TEXT NOT NULL,
            model_revision TEXT NOT NULL,  -- '' = unknown
            model_sha256 TEXT NOT NULL,
            temperature REAL NOT NULL,
            top_k INTEGER,                 -- NULL = off
            top_p REAL,
            condition_scale REAL NOT NULL,
            precision TEXT NOT NULL,
            device TEXT NOT NULL,
            image_count INTEGER NOT NULL   -- of its pictures in this catalogue
        )
        """
    )
    db.execute(
        """
        CREATE TABLE images (
            id TEXT NOT NULL PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES runs (id),
            position INTEGER NOT NULL,     -- place in the request, from 0
            seed INTEGER NOT NULL,
            created TEXT NOT NULL,
            file TEXT NOT NULL,            -- below the pictures folder, with '/'; absolute where outside
            file_size INTEGER NOT NULL,
            file_mtime_ns INTEGER NOT NULL,
            image_length INTEGER NOT NULL,
            tokens_done INTEGER NOT NULL,
            likelihood_gain REAL,          -- NULL = not known
            clip_score REAL,
            parent_kind TEXT,
            parent_id TEXT,
            missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1))
        )
        """
    )
    db.execute(
        """
        CREATE TABLE jobs (
            id TEXT NOT NULL PRIMARY KEY,
            position INTEGER NOT NULL,
            created TEXT NOT NULL,
            payload TEXT NOT NULL,         -- the job as JSON
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running'))
        )
        """
    )
    db.execute("CREATE INDEX runs_by_age ON runs (created, id)")
    db.execute("CREATE INDEX images_by_run ON images (run_id, position)")
    db.execute("CREATE INDEX images_by_file ON images (file)")


MIGRATIONS: tuple[Migration, ...] = (create_runs_images_jobs, add_search_marks_and_foreign_pictures)


def migrate(db: sqlite3.Connection, file: Path, steps: Sequence[Migration] = MIGRATIONS) -> Path | None:
    """Bring an open catalogue to the newest version; returns the copy made of the older one, None if new or current.

    Raises LibraryError newer_catalogue, and whatever a step raises, with the file left at the step before.
    """
    found = version_of(db)
    if found > len(steps):
        raise LibraryError("newer_catalogue", file=str(file), found=found, known=len(steps))
    copy = _back_up(db, file, found) if 0 < found < len(steps) else None
    for number, step in enumerate(steps, start=1):
        with transaction(db):
            # Asked again inside: another process may have done it meanwhile.
            if version_of(db) < number:
                step(db)
                _record(db, number, step.__name__)
    return copy


def version_of(db: sqlite3.Connection) -> int:
    """How many steps the file has behind it."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def utc_stamp() -> str:
    """This moment for a file name: `20261121T141502.123456Z`."""
    return f"{datetime.now(UTC):{STAMP}}"


def _record(db: sqlite3.Connection, number: int, name: str) -> None:
    applied = datetime.now(UTC).isoformat(timespec="microseconds")
    db.execute("INSERT INTO migrations VALUES (?, ?, ?, ?)", (number, name, applied, program_version()))
    db.execute(f"PRAGMA user_version = {number:d}")


def _back_up(db: sqlite3.Connection, file: Path, version: int) -> Path:
    copy = file.with_name(f"{file.name}.version-{version}-{utc_stamp()}")
    part = copy.with_name(f".{copy.name}.part")
    try:
        with closing(sqlite3.connect(part)) as target:
            db.backup(target)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    return copy
