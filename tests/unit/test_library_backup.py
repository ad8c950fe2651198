"""Moving, backing up, restoring and pointing to folders again: nothing is overwritten, nothing lost."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.core.library.backup.read_backup import check_backup, restore_backup
from desktop_app.core.library.backup.write_backup import write_backup
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.copying import Stopped, digest, files_below
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.importing.import_folder import ImportMode, import_folder
from desktop_app.core.library.library import Library, open_library
from desktop_app.core.library.moving.move_library import move_library, remove_moved
from desktop_app.core.library.moving.relocate import relocate
from desktop_app.core.library.rebuild import rebuild, reconcile
from desktop_app.core.library.search.found import Sort
from desktop_app.core.library.taking_in import TakingIn
from model_runtime.recipe.record import Recipe
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]


@pytest.fixture
def library(tmp_path: Path, make_image: MakeImage) -> Iterator[Library]:
    """Three pictures and one in the trash, with stars and a collection."""
    opened = open_library(tmp_path / "data" / "catalogue.sqlite", tmp_path / "pictures")
    for seed in range(4):
        opened.shelf.keep(make_image(f"chair {seed}", seed=seed))
    keys = opened.finder.picture_ids(opened.finder.search("", Sort.OLDEST).ids)
    opened.arranging.set_rating(keys[:2], 5)
    opened.arranging.add_to_collection(opened.arranging.create_collection("best").id, keys)
    opened.arranging.delete(keys[3:])
    yield opened
    opened.close()


def said(library: Library) -> list[tuple[str, int, tuple[str, ...]]]:
    found = library.finder.search("", Sort.OLDEST)
    return [(row.prompt, row.rating, row.tags) for row in library.finder.rows(found.ids)]


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(folder).as_posix(): (digest(path), path.stat().st_mtime_ns) for path in files_below(folder)
    }


def test_a_backup_brings_back_everything(library: Library, tmp_path: Path) -> None:
    report = write_backup(library.catalogue, tmp_path / "all.zip")
    before = snapshot(library.catalogue.pictures)
    assert (report.path, report.files, report.outside) == (tmp_path / "all.zip", 5, 0)
    assert len(check_backup(report.path).files) == 5
    other = open_library(tmp_path / "other" / "catalogue.sqlite", tmp_path / "elsewhere")
    restored = restore_backup(report.path, other.catalogue.pictures, other.catalogue.journal)
    assert (restored.restored, restored.there, restored.beside) == (4, 0, 0)
    reconcile(other.catalogue, other.catalogue.pictures)
    assert said(other) == said(library)
    assert [each.name for each in other.finder.counts().collections] == ["best"]
    assert other.arranging.trash_count() == 1
    after = snapshot(other.catalogue.pictures)
    journal = ".armchair/journal.jsonl"
    assert {name: after[name] for name in before if name != journal} == {
        name: value for name, value in before.items() if name != journal
    }
    again = restore_backup(report.path, other.catalogue.pictures, other.catalogue.journal)
    assert (again.restored, again.there) == (0, 4)
    other.close()


def test_restoring_overwrites_nothing_and_joins_what_was_said(library: Library, tmp_path: Path) -> None:
    report = write_backup(library.catalogue, tmp_path / "all.zip")
    rows = library.finder.rows(library.finder.search("", Sort.OLDEST).ids)
    library.arranging.set_rating([rows[0].picture_id], 1)
    rows[1].path.write_bytes(b"mine now")
    rows[2].path.unlink()
    restored = restore_backup(report.path, library.catalogue.pictures, library.catalogue.journal)
    assert (restored.restored, restored.there, restored.beside) == (2, 2, 1)
    assert rows[1].path.read_bytes() == b"mine now"
    reconcile(library.catalogue, library.catalogue.pictures)
    assert said(library) == [("chair 0", 1, ()), ("chair 1", 5, ()), ("chair 2", 0, ())]


def test_a_damaged_backup_is_refused_before_anything_is_written(library: Library, tmp_path: Path) -> None:
    path = write_backup(library.catalogue, tmp_path / "all.zip").path
    whole = path.read_bytes()
    place = whole.index(b"IDAT")
    for damage in (whole[:-30], whole[:200], b"", whole[: place + 9] + b"\0\1\2\3" + whole[place + 13 :]):
        path.write_bytes(damage)
        with pytest.raises(LibraryError) as caught:
            restore_backup(path, tmp_path / "elsewhere", library.catalogue.journal)
        assert caught.value.code == "bad_backup"
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", ["library/../../evil.png", "/etc/evil", "library\\..\\evil", "C:/evil", "other/evil"])
def test_a_backup_cannot_write_elsewhere(library: Library, tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.zip"
    kept = {"sha256": "ab" * 32, "size": 4, "mtime_ns": 0}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, b"evil")
        archive.writestr("manifest.json", json.dumps({"version": 1, "created": "", "files": {name: kept}}))
    with pytest.raises(LibraryError) as caught:
        restore_backup(path, tmp_path / "a" / "b", library.catalogue.journal)
    assert caught.value.code == "bad_backup"
    assert not list(tmp_path.rglob("evil"))


def test_a_newer_backup_is_refused(library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.writestr("manifest.json", json.dumps({"version": 9, "created": "", "files": {}}))
    with pytest.raises(LibraryError) as caught:
        check_backup(tmp_path / "new.zip")
    assert caught.value.code == "newer_backup"


def test_a_backup_that_is_stopped_leaves_nothing(library: Library, tmp_path: Path) -> None:
    for after in range(8):
        asked = iter([False] * after + [True] * 9)
        with pytest.raises(Stopped):
            write_backup(library.catalogue, tmp_path / "some" / "all.zip", cancelled=lambda asked=asked: next(asked))
        assert list((tmp_path / "some").iterdir()) == []


def test_moving_takes_everything_along(library: Library, tmp_path: Path) -> None:
    old, new = library.catalogue.pictures, tmp_path / "new" / "place"
    before, words = snapshot(old), said(library)
    seen: list[dict[str, tuple[str, int]]] = []
    report = move_library(old, new, lambda: seen.append(snapshot(new)))
    assert (report.files, report.left, seen) == (len(before), (), [before])
    assert snapshot(new) == before
    assert not old.exists()
    moved = Catalogue.open(library.catalogue.connections.file, pictures=new)
    assert reconcile(moved, new).unchanged == 3
    assert said(library) == words
    moved.close()


def test_a_move_that_was_stopped_goes_on(library: Library, tmp_path: Path) -> None:
    old, new = library.catalogue.pictures, tmp_path / "new"
    before = snapshot(old)
    for after in range(len(before)):
        asked = iter([False] * after + [True] * 9)
        with pytest.raises(Stopped):
            move_library(old, new, pytest.fail, cancelled=lambda asked=asked: next(asked))
        assert snapshot(old) == before
    library.arranging.set_rating([library.finder.picture_ids(library.finder.search("").ids)[0]], 3)
    move_library(old, new, lambda: None)
    assert snapshot(new).keys() == before.keys()
    assert not old.exists()


def test_what_changes_while_it_moves_stays(library: Library, tmp_path: Path, make_image: MakeImage) -> None:
    old, new = library.catalogue.pictures, tmp_path / "new"
    late = make_image("late")
    changed = next(old.rglob("*.png"))

    def switch() -> None:
        late.save(old / "late.png")
        changed.write_bytes(b"changed")

    report = move_library(old, new, switch)
    assert set(report.left) == {old / "late.png", changed}
    assert changed.read_bytes() == b"changed"
    shutil.copy(old / "late.png", new / "late.png")
    assert remove_moved(old, new) == (changed,)


def test_moving_refuses_what_could_lose_something(library: Library, tmp_path: Path) -> None:
    old = library.catalogue.pictures
    used = tmp_path / "used"
    used.mkdir()
    (used / "mine.txt").write_text("mine")
    for new, code in ((old / "inside", "move_into_itself"), (tmp_path, "move_into_itself"), (used, "move_target_used")):
        with pytest.raises(LibraryError) as caught:
            move_library(old, new, pytest.fail)
        assert caught.value.code == code
    assert (used / "mine.txt").read_text() == "mine"


def test_a_folder_that_was_moved_is_pointed_to_again(library: Library, tmp_path: Path) -> None:
    pictures = library.catalogue.pictures
    (day,) = [folder for folder in pictures.iterdir() if folder.name[0] != "."]
    away = tmp_path / "away" / "chairs"
    away.parent.mkdir()
    day.rename(away)
    assert reconcile(library.catalogue, pictures).missing == 3
    next(away.glob("*-1.png")).unlink()
    found = relocate(library.catalogue, day, away)
    assert (found.found, found.not_found) == (2, 1)
    rows = library.finder.rows(library.finder.search("", Sort.OLDEST).ids)
    assert [row.missing for row in rows] == [False, True, False]
    assert rows[0].path.parent == away
    assert reconcile(library.catalogue, pictures).missing == 0
    rebuild(library.catalogue)
    assert [row.path.parent for row in library.finder.rows(library.finder.search("").ids)] == [away, away]


@pytest.mark.parametrize("mode", list(ImportMode))
def test_pictures_of_other_programs_are_taken_in_once(
    library: Library, tmp_path: Path, make_image: MakeImage, make_recipe: Callable[..., Recipe], mode: ImportMode
) -> None:
    source = tmp_path / "others"
    source.mkdir()
    Image.effect_noise((20, 20), 40).convert("RGB").save(source / "noise.png")
    Image.effect_noise((20, 20), 40).convert("RGB").save(source / "photo.jpg")
    shutil.copy(source / "noise.png", source / "the same.png")
    make_image("brought along").save(source / "ours.png")
    taking = TakingIn(library.catalogue)

    def take() -> int:
        report = import_folder(
            source, library.catalogue.pictures, mode=mode, known=taking.is_known, imported=taking.take_in
        )
        assert report.faults == []
        return report.taken_in

    assert (take(), take()) == (3, 0)
    reconcile(library.catalogue, library.catalogue.pictures)
    found = library.finder.search("source:plain")
    assert (len(found), len(library.finder.search("brought")), len(library.finder.search(""))) == (2, 1, 6)
    before = said(library)
    assert rebuild(library.catalogue).missing == 0
    assert said(library) == before
    (row,) = library.finder.rows(library.finder.search("brought").ids)
    assert row.path.is_relative_to(source) == (mode is ImportMode.REFERENCE)
