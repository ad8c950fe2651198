"""Full, read-only, vanished and damaged: what is wrong is told, and nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_app.core.library.backup.write_backup import write_backup
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.journal.journal_file import JournalFile
from desktop_app.core.library.library import Library, open_library
from desktop_app.core.library.migrations import MIGRATIONS
from desktop_app.core.library.moving.move_library import move_library
from desktop_app.core.library.opening import open_file
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.search.found import Sort
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]


@pytest.fixture
def library(tmp_path: Path, make_image: MakeImage) -> Iterator[Library]:
    """Three pictures, the first with four stars."""
    opened = open_library(tmp_path / "data" / "catalogue.sqlite", tmp_path / "pictures")
    for seed in range(3):
        opened.shelf.keep(make_image(f"chair {seed}", seed=seed))
    opened.arranging.set_rating(ids(opened)[:1], 4)
    yield opened
    opened.close()


def ids(library: Library) -> list[str]:
    return library.finder.picture_ids(library.finder.search("", Sort.OLDEST).ids)


def ratings(library: Library) -> list[int]:
    return [row.rating for row in library.finder.rows(library.finder.search("", Sort.OLDEST).ids)]


def rebuilt_ratings(library: Library) -> list[int]:
    """From files and journal alone."""
    file = library.catalogue.connections.file
    for path in file.parent.glob("fresh.sqlite*"):
        path.unlink()
    fresh = Catalogue.open(file.with_name("fresh.sqlite"), pictures=library.catalogue.pictures)
    reconcile(fresh, fresh.pictures)
    with fresh.connections.reading() as db:
        found = [row[0] for row in db.execute("SELECT rating FROM images ORDER BY created, id")]
    fresh.close()
    return found


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own that can be filled; skipped where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    file = folder / "filler"
    with file.open("wb", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue
    return file


def test_a_full_disk_is_told_and_what_was_said_stays(tmp_path: Path, make_image: MakeImage) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        library = open_library(tmp_path / "data" / "catalogue.sqlite", disk / "pictures")
        for seed in range(3):
            library.shelf.keep(make_image(f"chair {seed}", seed=seed))
        library.arranging.set_rating(ids(library), 2)
        before = library.catalogue.journal.beside.file.read_bytes()
        filler = fill(disk)
        with pytest.raises(LibraryError) as caught:
            library.arranging.set_note(ids(library), "x" * 10_000)
        assert caught.value.code == "journal_unwritable"
        with pytest.raises(OSError, match="No space"):
            library.shelf.keep(make_image("no room"))
        with pytest.raises(OSError, match="No space"):
            write_backup(library.catalogue, disk / "all.zip")
        assert ratings(library) == rebuilt_ratings(library) == [2, 2, 2]
        assert library.catalogue.journal.beside.file.read_bytes().startswith(before)
        filler.unlink()
        library.arranging.set_rating(ids(library)[:1], 5)
        assert ratings(library) == rebuilt_ratings(library) == [5, 2, 2]
        library.close()


def test_moving_onto_a_disk_without_room_is_refused_at_once(library: Library, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        fill(disk).rename(disk / "not in the way")
        (disk / "new").mkdir()
        with pytest.raises(LibraryError) as caught:
            move_library(library.catalogue.pictures, disk / "new" / "library", pytest.fail)
        assert caught.value.code == "move_no_room"
    assert ratings(library) == [4, 0, 0]


def test_on_a_read_only_disk_it_is_written_apart(tmp_path: Path, make_image: MakeImage) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        library = open_library(tmp_path / "data" / "catalogue.sqlite", disk / "pictures")
        library.shelf.keep(make_image("chair"))
        library.arranging.set_rating(ids(library), 1)
        remount = ["mount", "-o", "remount,{}", str(disk)]
        subprocess.run([word.format("ro") for word in remount], check=True)
        library.arranging.set_rating(ids(library), 3)
        assert ratings(library) == rebuilt_ratings(library) == [3]
        with pytest.raises(LibraryError) as caught:
            library.arranging.delete(ids(library))
        assert (caught.value.code, caught.value.parameters["kind"]) == ("os_error", "read_only")
        assert library.catalogue.counts().images == 1
        subprocess.run([word.format("rw") for word in remount], check=True)
        library.arranging.set_favourite(ids(library), True)
        assert ratings(library) == rebuilt_ratings(library) == [3]
        library.close()


def test_a_vanished_folder_keeps_everything_known(library: Library, tmp_path: Path) -> None:
    pictures = library.catalogue.pictures
    pictures.rename(tmp_path / "away")
    report = reconcile(library.catalogue, pictures)
    assert (report.folder_gone, report.missing) == (True, 3)
    library.arranging.set_rating(ids(library)[1:2], 2)
    assert ratings(library) == [4, 2, 0]
    with pytest.raises(LibraryError):
        library.arranging.delete(ids(library))
    assert not pictures.exists()
    (tmp_path / "away").rename(pictures)
    assert reconcile(library.catalogue, pictures).found_again == 3
    assert ratings(library) == rebuilt_ratings(library) == [4, 2, 0]


def test_a_corrupt_catalogue_is_made_again_with_all_that_was_said(library: Library) -> None:
    file, pictures = library.catalogue.connections.file, library.catalogue.pictures
    library.arranging.create_collection("best")
    library.close()
    for path in file.parent.glob(f"{file.name}-*"):
        path.unlink()
    data = file.read_bytes()
    file.write_bytes(data[:4096] + os.urandom(len(data) - 4096))
    again = open_library(file, pictures)
    assert [fault.code for fault in again.faults] == ["corrupt_catalogue"]
    reconcile(again.catalogue, pictures)
    assert ratings(again) == [4, 0, 0]
    assert [each.name for each in again.finder.counts().collections] == ["best"]
    again.close()


def test_a_damaged_word_index_is_found_when_it_is_opened(library: Library) -> None:
    file, pictures = library.catalogue.connections.file, library.catalogue.pictures
    library.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("DELETE FROM words_data")
        db.commit()
    again = open_library(file, pictures)
    reconcile(again.catalogue, pictures)
    assert len(again.finder.search("chair")) == 3
    again.close()


def test_a_newer_catalogue_is_left_alone_and_a_temporary_one_knows_what_was_said(library: Library) -> None:
    file, pictures = library.catalogue.connections.file, library.catalogue.pictures
    library.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    again = open_library(file, pictures)
    assert (again.is_temporary, [fault.code for fault in again.faults]) == (True, ["newer_catalogue"])
    reconcile(again.catalogue, pictures)
    assert ratings(again) == [4, 0, 0]
    again.arranging.set_rating(ids(again)[:1], 5)
    again.close()
    assert file.read_bytes() == before
    with closing(sqlite3.connect(file)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    third = open_library(file, pictures)
    reconcile(third.catalogue, pictures)
    assert ratings(third) == [5, 0, 0]
    third.close()


def test_an_older_catalogue_is_migrated_with_all_its_rows(tmp_path: Path, library: Library) -> None:
    file = tmp_path / "old" / "catalogue.sqlite"
    db, _ = open_file(file, MIGRATIONS[:1])
    db.execute("ATTACH ? AS new", (str(library.catalogue.connections.file),))
    db.execute("INSERT INTO runs SELECT * FROM new.runs")
    columns = [row[1] for row in db.execute("PRAGMA main.table_info(images)")]
    db.execute(f"INSERT INTO main.images SELECT {', '.join(columns)} FROM new.images")  # noqa: S608
    db.close()
    old = open_library(file, library.catalogue.pictures)
    assert [row.seed for row in old.finder.rows(old.finder.search("chair", Sort.OLDEST).ids)] == [0, 1, 2]
    report = reconcile(old.catalogue, old.catalogue.pictures)
    assert (report.unchanged, report.added, report.changed) == (3, 0, 0)
    assert ratings(old) == [4, 0, 0]
    query = "SELECT * FROM images ORDER BY id"
    with old.catalogue.connections.reading() as ours, library.catalogue.connections.reading() as theirs:
        assert [tuple(row)[1:] for row in ours.execute(query)] == [tuple(row)[1:] for row in theirs.execute(query)]
    old.close()


def test_a_torn_journal_loses_its_last_line_alone(library: Library) -> None:
    journal = library.catalogue.journal.beside.file
    library.arranging.set_rating(ids(library)[1:2], 1)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    assert rebuilt_ratings(library) == [4, 0, 0]
    library.arranging.set_rating(ids(library)[2:], 3)
    assert rebuilt_ratings(library) == [4, 0, 3]


APPEND_UNTIL_FULL = """
import sys
from pathlib import Path
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.journal.journal_file import JournalFile
file = JournalFile(Path(sys.argv[1]))
try:
    for number in range(10**6):
        file.append([Entry("a", "note", f"{number} " + "x" * 5000)])
        print(number, flush=True)
except OSError:
    pass
"""


def test_what_was_announced_before_the_disk_was_full_is_there(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        command = [sys.executable, "-c", APPEND_UNTIL_FULL, str(disk / "journal.jsonl")]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        reading = JournalFile(disk / "journal.jsonl").read()
        assert [entry.value.split()[0] for entry in reading.entries] == said
        assert reading.bad_lines == 0
        assert isinstance(reading.entries[0], Entry)
