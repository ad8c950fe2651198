"""Files are the truth: the catalogue follows them, whatever other programs did."""

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desktop_app.core.library import rebuild
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.rebuild_report import RebuildReport
from desktop_app.core.library.shelf import Shelf
from model_runtime.recipe.picture_file import read_recipe, save_picture
from model_runtime.recipe.record import Parent
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]
Keep = Callable[..., Path]


@pytest.fixture
def keep(catalogue: Catalogue, make_image: MakeImage) -> Keep:
    """Keep a picture made with these fields and return its path."""

    def keep_one(prompt: str = "chair", parent: Parent | None = None, **changes: Any) -> Path:
        return Shelf(catalogue.pictures, catalogue).keep(make_image(prompt, **changes), parent).path

    return keep_one


def all_rows(catalogue: Catalogue) -> dict[str, list[dict[str, object]]]:
    """Every column but the rows' own numbers, which differ from catalogue to catalogue."""
    with catalogue.connections.reading() as db:
        runs, images = db.execute("SELECT * FROM runs ORDER BY id"), db.execute("SELECT * FROM images ORDER BY id")
        return {
            "runs": [dict(row) for row in runs],
            "images": [{key: row[key] for key in row.keys() if key != "row"} for row in images],  # noqa: SIM118
        }


def check(catalogue: Catalogue, **expected: Any) -> None:
    assert reconcile(catalogue, catalogue.pictures) == RebuildReport(**expected)


def test_from_nothing_it_becomes_what_it_was(catalogue: Catalogue, keep: Keep, make_image: MakeImage) -> None:
    run = make_image("ein \ud800 halber 🪑").run
    for index in range(3):
        keep(run=run, index=index, seed=2**53 - 1 - index)
    keep("unfinished", done=5, parent=Parent(kind="rewind", id="a" * 64))
    keep("nothing known", log_probs=make_image(done=0).log_probs, clip_score=0.25)
    keep("same moment", created=make_image().created)
    before = all_rows(catalogue)
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    check(fresh, added=6)
    assert all_rows(fresh) == before
    assert {row["created"] for row in before["images"]} == {
        image.created.isoformat(timespec="microseconds") for run in fresh.recent_runs(9) for image in run.images
    }
    check(fresh, unchanged=6)
    fresh.close()


def test_deleting_leaves_what_a_rebuild_would_find(catalogue: Catalogue, keep: Keep, make_image: MakeImage) -> None:
    run = make_image().run
    first, *_ = [keep(run=run, index=index) for index in range(3)]
    (image,) = [image for image in catalogue.images_of(run.run_id) if image.path == first]
    catalogue.forget([image.id])
    first.unlink()
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    check(fresh, added=2)
    assert all_rows(fresh) == all_rows(catalogue)
    fresh.close()


def test_a_missing_file_is_marked_and_found_again(catalogue: Catalogue, keep: Keep, tmp_path: Path) -> None:
    path = keep()
    keep()
    away = shutil.move(path, tmp_path / "away.png")
    check(catalogue, unchanged=1, missing=1)
    assert catalogue.counts().missing == 1
    check(catalogue, unchanged=1)
    shutil.move(away, path)
    check(catalogue, unchanged=1, found_again=1)
    assert catalogue.counts().missing == 0


def test_a_moved_file_takes_its_row_along(catalogue: Catalogue, keep: Keep) -> None:
    path = keep()
    target = catalogue.pictures / "best" / "of" / "chairs.png"
    target.parent.mkdir(parents=True)
    path.rename(target)
    check(catalogue, moved=1)
    ((image,),) = [run.images for run in catalogue.recent_runs(9)]
    assert (image.path, image.missing) == (target, False)


def test_files_that_changed_names_with_each_other_are_told_apart(catalogue: Catalogue, keep: Keep) -> None:
    first, second = keep("one"), keep("another one")
    ids = {image.path: image.id for run in catalogue.recent_runs(9) for image in run.images}
    spare = first.with_name("spare")
    first.rename(spare)
    second.rename(first)
    spare.rename(second)
    check(catalogue, moved=2)
    assert {image.path: image.id for run in catalogue.recent_runs(9) for image in run.images} == {
        first: ids[second],
        second: ids[first],
    }
    check(catalogue, unchanged=2)


def test_a_copy_is_no_second_picture(catalogue: Catalogue, keep: Keep) -> None:
    path = keep()
    shutil.copy(path, path.with_name(f"{path.stem}-copy.png"))
    shutil.copy(path, path.with_name(f"{path.stem} (1).png"))
    check(catalogue, unchanged=1, duplicates=2)
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    check(fresh, added=1, duplicates=2)
    assert all_rows(fresh) == all_rows(catalogue)
    fresh.close()


def test_a_file_written_anew_by_another_program_is_read_again(catalogue: Catalogue, keep: Keep) -> None:
    path = keep()
    os.utime(path, ns=(1, 1))
    check(catalogue, changed=1)
    check(catalogue, unchanged=1)
    path.write_bytes(path.read_bytes()[:100])
    check(catalogue, foreign=1, missing=1)
    assert catalogue.counts().missing == 1


def test_a_file_that_another_picture_replaced_is_that_picture(
    catalogue: Catalogue, keep: Keep, make_image: MakeImage
) -> None:
    path = keep()
    (old,) = catalogue.recent_runs(1)[0].images
    path.unlink()
    image = make_image()
    image.save(path)
    check(catalogue, added=1, missing=1)
    check(catalogue, unchanged=1)
    assert [(row.path, row.missing) for row in catalogue.images([old.id, image.id])] == [(path, True), (path, False)]


def test_strangers_files_are_counted_and_left_alone(catalogue: Catalogue, keep: Keep, tmp_path: Path) -> None:
    path = keep()
    folder = path.parent
    Image.new("RGB", (8, 8)).save(folder / "plain.png")
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("mine")
    (folder / "renamed.png").write_text("no picture")
    (folder / "link.png").symlink_to(path)
    (folder / "round").symlink_to(catalogue.pictures)
    os.mkfifo(folder / "pipe.png")
    (folder / "folder.png").mkdir()
    (folder / os.fsdecode(b"\xff\xfe.png")).write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    (catalogue.pictures / ".hidden").mkdir()
    shutil.copy(path, catalogue.pictures / ".hidden" / "hidden.png")
    shutil.copy(path, folder / ".hidden.png")
    before = sorted(catalogue.pictures.rglob("*"))
    check(catalogue, unchanged=1, foreign=8)
    assert sorted(catalogue.pictures.rglob("*")) == before


def test_a_picture_in_a_name_that_is_no_unicode_is_found(catalogue: Catalogue, make_image: MakeImage) -> None:
    image = make_image()
    path = save_picture(image.image, image.recipe, catalogue.pictures / os.fsdecode(b"chair\xff.png"))
    check(catalogue, added=1)
    assert [record.path for record in catalogue.images([image.id])] == [path]
    check(catalogue, unchanged=1)


def test_old_leftovers_of_writing_are_removed(catalogue: Catalogue, keep: Keep) -> None:
    folder = keep().parent
    old, young, other = folder / ".0a.part", folder / ".0b.part", folder / "mine.part"
    for path in (old, young, other):
        path.write_bytes(b"half")
    hours_ago = time.time() - 2 * 3600
    for path in (old, other):
        os.utime(path, (hours_ago, hours_ago))
    check(catalogue, unchanged=1, foreign=1, parts_removed=1)
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


def test_a_vanished_folder_marks_all_and_comes_back(catalogue: Catalogue, keep: Keep, tmp_path: Path) -> None:
    keep()
    keep()
    catalogue.pictures.rename(tmp_path / "away")
    check(catalogue, missing=2, folder_gone=True)
    assert catalogue.counts().images == 2
    (tmp_path / "away").rename(catalogue.pictures)
    check(catalogue, found_again=2)


def test_a_new_library_has_nothing_to_do(catalogue: Catalogue) -> None:
    check(catalogue, folder_gone=True)


def test_it_tells_how_far_it_is_and_can_be_stopped(
    catalogue: Catalogue, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 2)
    for _ in range(5):
        keep()
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    seen: list[tuple[int, int]] = []
    report = reconcile(
        fresh,
        fresh.pictures,
        progress=lambda done, total: seen.append((done, total)),
        cancelled=lambda: (4, 5) in seen,
    )
    assert seen == [(0, 5), (2, 5), (4, 5)]
    assert report == RebuildReport(added=4, cancelled=True)
    assert fresh.counts().images == 4
    check(fresh, unchanged=4, added=1)
    fresh.close()


def test_a_picture_deleted_while_it_is_read_gets_no_row(
    catalogue: Catalogue, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = make_image()
    path = image.save(catalogue.pictures / "a.png")
    read = rebuild.read_recipe

    def read_and_delete(file: Path) -> Any:
        recipe = read(file)
        path.unlink()
        return recipe

    monkeypatch.setattr(rebuild, "read_recipe", read_and_delete)
    check(catalogue)
    assert catalogue.counts().images == 0


def refuse(error: OSError) -> Callable[[object], Any]:
    def raise_error(_: object) -> Any:
        raise error

    return raise_error


def test_a_disk_that_does_not_answer_changes_no_row(
    catalogue: Catalogue, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep()
    os.utime(path, ns=(1, 1))
    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "read_recipe", refuse(OSError(errno.EIO, "does not answer")))
        check(catalogue, unreadable=1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse(PermissionError(errno.EACCES, "not for you")))
        check(catalogue, unreadable=1)
    assert catalogue.counts().missing == 0
    check(catalogue, changed=1)


def test_a_file_deleted_while_it_is_looked_at_is_missing(
    catalogue: Catalogue, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep()
    os.utime(path, ns=(1, 1))

    def delete_and_read(file: str) -> Any:
        path.unlink()
        return read_recipe(file)

    monkeypatch.setattr(rebuild, "read_recipe", delete_and_read)
    check(catalogue, missing=1)
