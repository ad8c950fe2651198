"""Opening the catalogue whatever state it is in: new, older, newer, damaged, in use by another process."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import connect
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.migrations import MIGRATIONS, Migration, migrate, version_of
from desktop_app.core.library.opening import open_file
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.shelf import Shelf
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]


def add_stars(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE images ADD COLUMN stars INTEGER NOT NULL DEFAULT 0")


def fail_half_way(db: sqlite3.Connection) -> None:
    db.execute("DROP TABLE jobs")
    db.execute("no SQL at all")


def steps(*more: Migration) -> tuple[Migration, ...]:
    return (*MIGRATIONS, *more)


def siblings(file: Path, mark: str) -> list[Path]:
    return sorted(path for path in file.parent.iterdir() if mark in path.name)


@pytest.fixture
def filled(catalogue: Catalogue, make_image: MakeImage) -> Path:
    """The file of a closed catalogue of two pictures."""
    shelf = Shelf(catalogue.pictures, catalogue)
    shelf.keep(make_image())
    shelf.keep(make_image())
    catalogue.close()
    return catalogue.connections.file


def test_a_new_file_is_at_the_newest_version(catalogue: Catalogue) -> None:
    assert catalogue.moved_aside is None
    with catalogue.connections.reading() as db:
        assert version_of(db) == len(MIGRATIONS)
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 1
        assert [row["name"] for row in db.execute("SELECT * FROM migrations")] == [
            "create_runs_images_jobs",
            "add_search_marks_and_foreign_pictures",
        ]
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert db.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000


def test_a_row_without_its_run_is_refused(catalogue: Catalogue) -> None:
    def insert() -> None:
        with catalogue.connections.writing() as db:
            db.execute(
                """
                INSERT INTO images (
                    id, source, run_id, position, created, second, file, file_size, file_mtime_ns, image_length,
                    tokens_done, prompt, model_id
                ) VALUES ('a', 'armchair', 'none', 0, '', 0, '', 0, 0, 1, 1, '', '')
                """
            )

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        insert()


def test_an_older_file_is_copied_and_migrated(filled: Path) -> None:
    db, moved_aside = open_file(filled, steps(add_stars))
    with closing(db):
        assert moved_aside is None
        assert [row["stars"] for row in db.execute("SELECT * FROM images")] == [0, 0]
        assert [row["name"] for row in db.execute("SELECT name FROM migrations")][2:] == ["add_stars"]
    (copy,) = siblings(filled, ".version-2-")
    with closing(sqlite3.connect(copy)) as old:
        assert version_of(old) == 2
        assert old.execute("SELECT count(*) FROM images").fetchone() == (2,)
    db, _ = open_file(filled, steps(add_stars))
    db.close()
    assert siblings(filled, ".version-2-") == [copy]


def test_a_step_that_fails_leaves_the_version_before_it(filled: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        open_file(filled, steps(add_stars, fail_half_way))
    with closing(connect(filled)) as db:
        assert version_of(db) == 3
        assert db.execute("SELECT count(*) FROM jobs").fetchone()[0] == 0
        assert [row["name"] for row in db.execute("SELECT name FROM migrations")][2:] == ["add_stars"]
    assert len(siblings(filled, ".version-2-")) == 1


def test_two_that_migrate_at_once_do_each_step_once(filled: Path) -> None:
    with closing(connect(filled)) as first, closing(connect(filled)) as second:

        def while_another_migrates(db: sqlite3.Connection) -> None:
            add_stars(db)

        assert version_of(second) == 2
        migrate(first, filled, steps(while_another_migrates))
        migrate(second, filled, steps(while_another_migrates))
        assert version_of(second) == 3


def test_a_newer_file_is_refused_and_left_alone(filled: Path) -> None:
    open_file(filled, steps(add_stars))[0].close()
    before = filled.read_bytes()
    with pytest.raises(LibraryError) as caught:
        Catalogue.open(filled, pictures=filled.parent)
    assert caught.value.code == "newer_catalogue"
    assert caught.value.parameters == {"file": str(filled), "found": 3, "known": 2}
    assert filled.read_bytes() == before
    assert siblings(filled, ".broken-") == []


def no_database(data: bytes) -> bytes:
    return b"no database at all" * 500


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def zeros_inside(data: bytes) -> bytes:
    return data[:4096] + bytes(len(data) - 4096)


@pytest.mark.parametrize("damage", [no_database, cut_short, zeros_inside])
def test_a_damaged_file_is_moved_aside_and_rebuilt(
    filled: Path, catalogue: Catalogue, damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(filled.read_bytes())
    filled.write_bytes(damaged)
    fresh = Catalogue.open(filled, pictures=catalogue.pictures)
    assert fresh.moved_aside is not None
    assert fresh.moved_aside.name.startswith(f"{filled.name}.broken-")
    assert fresh.moved_aside.read_bytes() == damaged
    assert fresh.counts().images == 0
    assert reconcile(fresh, fresh.pictures).added == 2
    fresh.close()
    again = Catalogue.open(filled, pictures=catalogue.pictures)
    assert (again.moved_aside, again.counts().images) == (None, 2)
    again.close()


def test_a_stray_log_of_another_file_does_no_harm(filled: Path, catalogue: Catalogue) -> None:
    filled.write_bytes(b"nothing of use")
    wal = filled.with_name(filled.name + "-wal")
    wal.write_bytes(b"a log of a file that is gone" * 100)
    fresh = Catalogue.open(filled, pictures=catalogue.pictures)
    assert fresh.moved_aside is not None
    assert reconcile(fresh, fresh.pictures).added == 2
    fresh.close()


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").mkdir()
    with pytest.raises(LibraryError) as caught:
        Catalogue.open(tmp_path / "catalogue.sqlite", pictures=tmp_path)
    assert caught.value.code == "catalogue_unavailable"
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        Catalogue.open(tmp_path / "file" / "catalogue.sqlite", pictures=tmp_path)


ADD_FIFTY = """
import sys
from pathlib import Path
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.shelf import Shelf
from model_runtime.recipe.picture_file import read_picture
import dataclasses
import numpy as np
from model_runtime.recipe.record import new_id
from model_runtime.result import GeneratedImage

catalogue = Catalogue.open(Path(sys.argv[1]), pictures=Path(sys.argv[2]))
image, recipe = read_picture(sys.argv[3])
unknown = np.full(recipe.image_length, np.nan)
for number in range(50):
    run = dataclasses.replace(recipe.run, run_id=new_id()) if number % 2 else recipe.run
    Shelf(catalogue.pictures, catalogue).keep(GeneratedImage(
        run=run, index=number, seed=number, image=image, tokens=recipe.tokens, tokens_done=recipe.tokens_done,
        log_probs=unknown, log_probs_unconditional=unknown,
    ))
catalogue.close()
"""


def test_two_processes_write_at_once(tmp_path: Path, make_image: MakeImage) -> None:
    file, pictures = tmp_path / "data" / "catalogue.sqlite", tmp_path / "pictures"
    sample = make_image().save(tmp_path / "sample.png")
    command = [sys.executable, "-c", ADD_FIFTY, str(file), str(pictures), str(sample)]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _, complaints = process.communicate()
        assert (process.returncode, complaints) == (0, "")
    catalogue = Catalogue.open(file, pictures=pictures)
    assert catalogue.counts().images == 100
    assert catalogue.counts().runs == 51
    assert len(catalogue.images_of(make_image().run.run_id)) == 0
    report = reconcile(catalogue, pictures)
    assert (report.unchanged, report.added) == (100, 0)
    catalogue.close()
