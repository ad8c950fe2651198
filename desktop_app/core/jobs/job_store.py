"""The waiting queue on the disk: it survives a restart and a crash.

A job is written before it waits and deleted when it has ended. Private jobs never come here: they live and end
with the program.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job
from desktop_app.core.jobs.request_json import job_from_json, job_to_json
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import connect
from desktop_app.core.library.records import moment

_INSERT = "INSERT OR IGNORE INTO jobs (id, position, created, payload, state) VALUES (?, ?, ?, ?, ?)"
"""A job that is there already stays as it is; damaged rows of a damaged file stay out."""


@dataclass(frozen=True, kw_only=True)
class RestoredQueue:
    """jobs: in order. faults: one for each that could not be read, its text in `details`."""

    jobs: tuple[Job, ...]
    faults: tuple[Fault, ...] = ()


class JobStore:
    """The jobs table of a catalogue; raises LibraryError where the disk fails. Unknown ids are ignored."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._connections = catalogue.connections
        self._moved_aside = catalogue.moved_aside

    def restore(self) -> RestoredQueue:
        """What waited when the program ended; called once, at the start, before anything runs.

        A job that was running then waits again, before all others, as a whole: the pictures it had kept are in
        the library. One that cannot be read leaves the queue, unless a newer program wrote it. Where the catalogue
        was damaged, what can still be read of its jobs comes along.
        """
        jobs: list[Job] = []
        faults: list[Fault] = []
        bad: list[str] = []
        with self._connections.writing() as db:
            db.executemany(_INSERT, _saved_from(self._moved_aside))
            rows = db.execute("SELECT id, payload FROM jobs ORDER BY state = 'waiting', position").fetchall()
            for key, payload in rows:
                job = job_from_json(payload)
                if isinstance(job, Job):
                    jobs.append(job)
                    continue
                faults.append(job)
                if job.code != "newer_job":
                    bad.append(key)
            db.execute("DELETE FROM jobs WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(bad),))
            db.execute("UPDATE jobs SET state = 'waiting'")
            _number(db, [key for key, _ in rows])
        return RestoredQueue(jobs=tuple(jobs), faults=tuple(faults))

    def waiting(self) -> list[str]:
        """The ids of the waiting jobs in order."""
        with self._connections.reading() as db:
            return [row[0] for row in db.execute("SELECT id FROM jobs WHERE state = 'waiting' ORDER BY position")]

    def add(self, job: Job) -> None:
        """Put a job at the end, once; a private one is not written at all."""
        if job.private:
            return
        with self._connections.writing() as db:
            (end,) = db.execute("SELECT coalesce(max(position) + 1, 0) FROM jobs").fetchone()
            db.execute(_INSERT, (job.id, end, moment(job.created), job_to_json(job), "waiting"))

    def remove(self, job_id: str) -> None:
        """Take a job out: it has ended, or nobody wants it any more."""
        with self._connections.writing() as db:
            db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def mark_running(self, job_id: str) -> None:
        """Note that the engine has the job; it stays here until `remove`."""
        with self._connections.writing() as db:
            db.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (job_id,))

    def arrange(self, job_ids: Sequence[str]) -> None:
        """Put jobs in this order; those not named come after, as they were."""
        with self._connections.writing() as db:
            known = _order(db)
            named = [key for key in dict.fromkeys(job_ids) if key in known]
            _number(db, named + [key for key in known if key not in named])

    def move(self, job_id: str, *, before: str | None) -> None:
        """Put a job before another, or at the end where `before` is None or not known."""
        with self._connections.writing() as db:
            order = _order(db)
            if job_id not in order or before == job_id:
                return
            order.remove(job_id)
            order.insert(order.index(before) if before in order else len(order), job_id)
            _number(db, order)


def _saved_from(damaged: Path | None) -> list[tuple[object, ...]]:
    """The rows of jobs in a damaged catalogue, as far as they can be read; damage elsewhere leaves them whole."""
    if damaged is None:
        return []
    query = "SELECT id, position, created, payload, state FROM jobs"
    with suppress(sqlite3.Error, UnicodeDecodeError), closing(connect(damaged)) as db:
        return [tuple(row) for row in db.execute(query)]
    return []


def _order(db: Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT id FROM jobs ORDER BY position")]


def _number(db: Connection, job_ids: Sequence[str]) -> None:
    """Count the jobs from 0; a queue is short enough to number all of them."""
    db.executemany("UPDATE jobs SET position = ? WHERE id = ?", list(enumerate(job_ids)))
