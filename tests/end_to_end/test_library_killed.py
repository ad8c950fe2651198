"""Killed at any moment, the library has every picture that was announced, each in one place, what was said of them,
and its queue.
"""

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.core.jobs.job_store import JobStore
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import transaction
from desktop_app.core.library.journal.mirror import load
from desktop_app.core.library.migrations import MIGRATIONS
from desktop_app.core.library.opening import open_file
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.trash import TRASH, Trash
from model_runtime.recipe.exclusive import is_part
from model_runtime.recipe.picture_file import read_picture

if not hasattr(os, "fork"):
    pytest.skip("the lives are forked", allow_module_level=True)

LIVES = 4
"""Times one library is killed while it works."""
KILLS = int(os.environ.get("ARMCHAIR_KILLS", "30"))
"""In all; `make torture` asks for more."""
FIELDS = ("rating", "favourite", "note")
LONGEST = 0.6
"""Seconds of the longest life; most of the acts take a hundredth."""


class Victims:
    """The program that gives birth, and what its children say until they are killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("library_victim.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._text = ""

    def live(self, mode: str, folder: Path, seed: int, seconds: float, last_words: str = "") -> list[list[str]]:
        """What a child said before it was killed, after so many seconds or at its `last_words`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{mode} {folder} {seed}\n".encode())
        self._process.stdin.flush()
        # Parent and child write to the same pipe: the child may be heard before its birth is told.
        while "born " not in self._text:
            self._read(None)
        child = int(self._text.partition("born ")[2].split()[0])
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not (last_words and last_words in self._text):
            self._read(left)
        os.kill(child, signal.SIGKILL)
        while "died " not in self._text:
            self._read(None)
        lines, self._text = [line.split() for line in self._text.splitlines()], ""
        (died,) = [line[1] for line in lines if line[0] == "died"]
        assert int(died) == -signal.SIGKILL or (last_words and int(died) == 0)
        return [line for line in lines if line[0] not in ("born", "died")]

    def end(self) -> None:
        self._process.communicate()

    def _read(self, seconds: float | None) -> None:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if select.select([pipe], [], [], seconds)[0]:
            more = os.read(pipe, 1 << 16)
            assert more, "the victims' mother died"
            self._text += more.decode()


@pytest.fixture(scope="module")
def victims() -> Iterator[Victims]:
    mother = Victims()
    yield mother
    mother.end()


@dataclass
class Expected:
    """What must be, by what was said: where each picture is, None = either place, and the possible queues."""

    in_trash: dict[str, bool | None] = field(default_factory=dict)
    marks: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    queue: list[str] = field(default_factory=list)
    next_queue: list[str] | None = None

    def hear(self, lines: list[list[str]]) -> None:
        for act, *ids in lines:
            if act == "queue":
                self.queue, self.next_queue = ids, None
            elif act == "queueing":
                self.next_queue = ids
            elif act in ("marking", "marked"):
                key, name, value = ids
                before = self.marks.get((key, name), {"0"}) if act == "marking" else set()
                anything = set("012345") if value == "?" else {value}
                self.marks[key, name] = before | anything
            elif act == "kept":
                # A picture may be deleted by one thread before the other has said that it was kept.
                self.in_trash.setdefault(ids[0], False)
            else:
                self.in_trash |= dict.fromkeys(ids, {"deleted": True, "restored": False}.get(act))

    def settle(self, in_trash: dict[str, bool], marks: dict[tuple[str, str], str], queue: list[str]) -> None:
        """What was found is what must be from now on."""
        self.in_trash, self.queue, self.next_queue = dict(in_trash), queue, None
        self.marks = {key: {value} for key, value in marks.items()}


def found_pictures(pictures: Path) -> dict[str, bool]:
    """Picture id → whether it is in the trash; every visible file must be whole, and no picture be there twice."""
    trash = pictures / TRASH
    said = ("journal.jsonl", "journal.jsonl.lock")
    files = [path for path in pictures.rglob("*") if path.is_file() and not is_part(path) and path.name not in said]
    ids = [read_picture(path).recipe.id for path in files]
    assert len(set(ids)) == len(ids)
    return {key: path.is_relative_to(trash) for key, path in zip(ids, files, strict=True)}


def said_of_pictures(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """(picture id, field) → value, of those that are not as they were in the beginning."""
    with catalogue.connections.reading() as db:
        state = load(db)
    found = {(key, name): getattr(mark, name) for key, mark in state.marks.items() for name in FIELDS}
    members = {(key, "member"): 1 for each in list(state.collections.values())[:1] for key in each.pictures}
    return {key: str(int(value)) for key, value in (found | members).items() if int(value or 0)}


def examine(folder: Path, expected: Expected) -> None:
    """Start again after a death and compare everything with what was said."""
    pictures = folder / "pictures"
    catalogue = Catalogue.open(folder / "catalogue.sqlite", pictures=pictures)
    assert catalogue.moved_aside is None
    catalogue.follow_journal()
    marks = said_of_pictures(catalogue)
    for place, allowed in expected.marks.items():
        assert marks.get(place, "0") in allowed, "what was said is lost"
    assert marks.keys() <= expected.marks.keys()
    Trash(pictures, catalogue).listing()
    in_trash = found_pictures(pictures)
    for key, place in expected.in_trash.items():
        assert key in in_trash, "a picture is lost"
        assert place in (None, in_trash[key])
    report = reconcile(catalogue, pictures)
    assert (report.missing, report.foreign, report.duplicates, report.unreadable, report.bad_lines) == (0, 0, 0, 0, 0)
    shelved = [key for key, away in in_trash.items() if not away]
    assert catalogue.counts().images == len(shelved) == len(catalogue.images(shelved))
    assert reconcile(catalogue, pictures).unchanged == len(shelved)
    assert all_rows(catalogue) == rows_rebuilt(folder)
    queue = [job.id for job in JobStore(catalogue).restore().jobs]
    assert queue in (expected.queue, expected.next_queue)
    expected.settle(in_trash, marks, queue)
    catalogue.close()


def all_rows(catalogue: Catalogue) -> list[tuple[object, ...]]:
    """Of every table that can be made again; all but the number by which one catalogue file finds its own row."""
    found: list[tuple[object, ...]] = []
    with catalogue.connections.reading() as db:
        for table in ("runs", "images", "marks", "collections", "collection_pictures"):
            rows = db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3")  # noqa: S608
            kept = [place for place, column in enumerate(rows.description) if column[0] != "row"]
            found += sorted(tuple(row[place] for place in kept) for row in rows)
    return found


def rows_rebuilt(folder: Path) -> list[tuple[object, ...]]:
    fresh = Catalogue.open(folder / "fresh.sqlite", pictures=folder / "pictures")
    reconcile(fresh, fresh.pictures)
    rows = all_rows(fresh)
    fresh.close()
    for path in folder.glob("fresh.sqlite*"):
        path.unlink()
    return rows


@pytest.mark.parametrize("seed", range(-(-KILLS // (LIVES + 1))))
def test_killed_while_it_works(victims: Victims, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    expected = Expected()
    for _ in range(LIVES):
        # Some die young: while the catalogue is being made or opened.
        seconds = LONGEST * rng.random() ** 2
        expected.hear(victims.live("work", tmp_path, rng.randrange(2**32), seconds))
        examine(tmp_path, expected)
    expected.hear(victims.live("work", tmp_path, seed, 60, last_words="marked"))
    examine(tmp_path, expected)
    assert expected.in_trash


def fill(file: Path, make_rows: int) -> None:
    """A catalogue of version 1 with so many rows of pictures."""
    db, _ = open_file(file, MIGRATIONS[:1])
    run = ("r", "", "x", "m", "", "", 1.0, None, None, 1.0, "float32", "cpu", make_rows)
    with transaction(db):
        db.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", run)
        db.executemany(
            "INSERT INTO images VALUES (?, 'r', 0, ?, '', '', 0, 0, 1, 1, NULL, NULL, NULL, NULL, 0)",
            [(str(number), number) for number in range(make_rows)],
        )
    db.close()


@pytest.mark.parametrize("seed", range(6))
def test_killed_while_it_migrates(victims: Victims, tmp_path: Path, seed: int) -> None:
    rows = 20_000
    file = tmp_path / "catalogue.sqlite"
    fill(file, rows)
    seconds = 0.3 * random.Random(seed).random()
    said = victims.live("migrate", tmp_path, seed, seconds, last_words="migrated")
    with closing(sqlite3.connect(file)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (total,) = db.execute("SELECT sum(seed) FROM images").fetchone()
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert version == 2 or not said
    before = rows * (rows - 1) // 2
    assert total == before
    assert ("marks" in tables) == (version == 2)
    for copy in tmp_path.glob("catalogue.sqlite.version-1-*"):
        with closing(sqlite3.connect(copy)) as db:
            assert db.execute("SELECT sum(seed) FROM images").fetchone() == (before,)


@pytest.mark.parametrize("seed", range(max(2, KILLS // 50)))
def test_killed_while_it_moves(victims: Victims, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    said = victims.live("work", tmp_path, seed, 60, last_words="marked")
    pictures, journal = tmp_path / "pictures", Path(".armchair", "journal.jsonl")
    everything = found_pictures(pictures)
    acts = (pictures / journal).read_bytes()
    assert said
    assert everything
    (tmp_path / "where").write_text(str(pictures))
    for _ in range(LIVES):
        victims.live("move", tmp_path, rng.randrange(2**32), 0.3 * rng.random())
        place = Path((tmp_path / "where").read_text())
        assert found_pictures(place) == everything
        assert (place / journal).read_bytes() == acts
    assert victims.live("move", tmp_path, seed, 60, last_words="moved")
