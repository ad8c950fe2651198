"""Deleting can be undone, and each picture is in one place at any moment."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.records import ImageRecord
from desktop_app.core.library.shelf import Shelf
from desktop_app.core.library.trash import TRASH, Trash
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]


@pytest.fixture
def trash(catalogue: Catalogue) -> Trash:
    return Trash(catalogue.pictures, catalogue)


@pytest.fixture
def kept(catalogue: Catalogue, make_image: MakeImage) -> list[ImageRecord]:
    """Three pictures of one run."""
    run = make_image().run
    for index in range(3):
        Shelf(catalogue.pictures, catalogue).keep(make_image(run=run, index=index))
    return list(catalogue.images_of(run.run_id))


def pictures_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.png"))


def test_deleted_pictures_lie_in_the_trash(catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]) -> None:
    first, second, third = kept
    deletion = trash.delete([second.id, first.id, first.id, "unknown"])
    assert deletion.faults == ()
    assert [file.name for file in deletion.files] == [second.path.name, first.path.name]
    assert pictures_below(catalogue.pictures) == sorted([*deletion.files, third.path])
    assert [read_recipe(file).id for file in deletion.files] == [second.id, first.id]
    assert catalogue.images_of(first.run_id) == (third,)
    assert abs(datetime.now(UTC) - deletion.deleted) < timedelta(minutes=5)
    (listed,) = trash.listing()
    assert (listed.folder, set(listed.files)) == (deletion.folder, set(deletion.files))
    assert reconcile(catalogue, catalogue.pictures).unchanged == 1


def test_undoing_puts_everything_back(catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]) -> None:
    deletion = trash.delete([image.id for image in kept])
    assert catalogue.run(kept[0].run_id) is None
    rows, rest = trash.undo(deletion)
    assert rows == kept
    assert (rest.files, rest.faults) == ((), ())
    assert list(catalogue.images_of(kept[0].run_id)) == kept
    assert trash.listing() == []
    assert list((catalogue.pictures / TRASH).iterdir()) == []
    assert reconcile(catalogue, catalogue.pictures).unchanged == 3


def test_what_took_the_name_meanwhile_stays(catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]) -> None:
    image = kept[0]
    deletion = trash.delete([image.id])
    image.path.write_text("mine")
    (row,), rest = trash.undo(deletion)
    assert rest.files == ()
    assert image.path.read_text() == "mine"
    assert (row.id, row.path.parent) == (image.id, image.path.parent)
    assert read_recipe(row.path).id == image.id


def test_deletions_are_listed_newest_first(trash: Trash, kept: list[ImageRecord]) -> None:
    acts = [trash.delete([image.id]) for image in kept]
    assert [deletion.folder for deletion in trash.listing()] == [act.folder for act in reversed(acts)]
    trash.undo(acts[1])
    assert [deletion.folder for deletion in trash.listing()] == [acts[2].folder, acts[0].folder]


def test_a_picture_whose_file_is_gone_is_only_forgotten(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]
) -> None:
    kept[0].path.unlink()
    deletion = trash.delete([kept[0].id])
    assert (deletion.files, deletion.faults) == ((), ())
    assert catalogue.images([kept[0].id]) == []
    assert trash.listing() == []


def test_another_picture_under_its_name_is_not_deleted(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]
) -> None:
    first, second, _ = kept
    second.path.replace(first.path)
    assert trash.delete([first.id]).files == ()
    assert read_recipe(first.path).id == second.id


def test_a_damaged_picture_can_be_deleted_and_comes_back_as_it_was(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]
) -> None:
    kept[0].path.write_bytes(b"damaged")
    deletion = trash.delete([kept[0].id])
    assert len(deletion.files) == 1
    assert not kept[0].path.exists()
    rows, rest = trash.undo(deletion)
    assert (rows, rest.files) == ([], ())
    assert [fault.code for fault in rest.faults] == ["not_a_picture"]
    assert kept[0].path.read_bytes() == b"damaged"


def test_a_picture_outside_stays_where_it_is(
    catalogue: Catalogue, trash: Trash, make_image: MakeImage, tmp_path: Path
) -> None:
    image = make_image()
    path = image.save(tmp_path / "outside.png")
    catalogue.add_picture(image.recipe, path)
    (fault,) = trash.delete([image.id]).faults
    assert (fault.code, fault.parameters) == ("outside_pictures", {"file": str(path)})
    assert path.exists()
    assert len(catalogue.images([image.id])) == 1


def test_a_vanished_folder_is_told_and_nothing_forgotten(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord], tmp_path: Path
) -> None:
    catalogue.pictures.rename(tmp_path / "away")
    deletion = trash.delete([image.id for image in kept])
    assert [fault.code for fault in deletion.faults] == ["os_error"] * 3
    assert list(catalogue.images_of(kept[0].run_id)) == kept
    assert not catalogue.pictures.exists()


def test_a_file_that_cannot_be_moved_keeps_its_row(catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]) -> None:
    (catalogue.pictures / TRASH).parent.mkdir()
    (catalogue.pictures / TRASH).write_text("in the way")
    deletion = trash.delete([kept[0].id])
    assert [fault.code for fault in deletion.faults] == ["os_error"]
    assert kept[0].path.exists()
    assert catalogue.images([kept[0].id]) == [kept[0]]


def test_a_deletion_cut_short_is_finished_by_the_next_start(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(catalogue, "forget", die)
        trash.delete([kept[0].id])
    assert len(catalogue.images_of(kept[0].run_id)) == 3
    report = reconcile(catalogue, catalogue.pictures)
    assert (report.unchanged, report.forgotten, report.missing) == (2, 1, 0)
    assert catalogue.images([kept[0].id]) == []
    assert len(trash.listing()) == 1


def test_another_pictures_namesake_in_the_trash_forgets_nothing(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord], make_image: MakeImage
) -> None:
    first = kept[0]
    trash.delete([first.id])
    image = make_image()
    catalogue.add_picture(image.recipe, image.save(first.path))
    first.path.unlink()
    report = reconcile(catalogue, catalogue.pictures)
    assert (report.unchanged, report.forgotten, report.missing) == (2, 0, 1)
    assert catalogue.images([image.id])[0].missing


@pytest.mark.parametrize("taken", [False, True])
def test_putting_back_cut_short_counts_as_put_back(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord], taken: bool
) -> None:
    image = kept[0]
    (file,) = trash.delete([image.id]).files
    back = image.path
    if taken:
        image.path.write_text("mine")
        back = image.path.with_name(f"{image.path.stem}-4.png")
    os.link(file, back)
    assert trash.listing() == []
    assert not file.exists()
    assert read_recipe(back).id == image.id
    assert reconcile(catalogue, catalogue.pictures).added == 1


def test_a_second_name_elsewhere_leaves_the_trash_as_it_is(
    trash: Trash, kept: list[ImageRecord], tmp_path: Path
) -> None:
    deletion = trash.delete([kept[0].id])
    os.link(deletion.files[0], tmp_path / "backup.png")
    assert len(trash.listing()) == 1


def test_an_unknown_folder_in_the_trash_is_listed_too(
    catalogue: Catalogue, trash: Trash, kept: list[ImageRecord]
) -> None:
    folder = catalogue.pictures / TRASH / "by hand"
    folder.mkdir(parents=True)
    kept[0].path.rename(folder / "chair.png")
    (deletion,) = trash.listing()
    assert deletion.deleted.tzinfo is UTC
    (row,), _ = trash.undo(deletion)
    assert row.path == catalogue.pictures / "chair.png"


def test_drawing_deleting_undoing_and_looking_over_at_once(
    catalogue: Catalogue, trash: Trash, make_image: MakeImage
) -> None:
    faults: list[BaseException] = []
    drawn: list[str] = []
    shelf = Shelf(catalogue.pictures, catalogue)

    def repeatedly(act: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            try:
                for _ in range(40):
                    act()
            except BaseException as error:
                faults.append(error)

        return threading.Thread(target=run)

    def draw() -> None:
        drawn.append(shelf.keep(make_image()).id)

    def delete_and_undo() -> None:
        kept = trash.delete(drawn[-3:])
        assert kept.faults == ()
        trash.undo(trash.delete(drawn[-9:-6]))

    def look_over() -> None:
        report = reconcile(catalogue, catalogue.pictures)
        assert (report.foreign, report.unreadable) == (0, 0)

    threads = [repeatedly(act) for act in (draw, delete_and_undo, look_over, trash.listing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    deleted = [read_recipe(file).id for deletion in trash.listing() for file in deletion.files]
    shelved = [image.id for run in catalogue.recent_runs(99) for image in run.images if not image.missing]
    assert sorted(deleted + shelved) == sorted(drawn)
    report = reconcile(catalogue, catalogue.pictures)
    assert (report.unchanged, report.added, report.missing) == (len(shelved), 0, 0)
    assert catalogue.counts().missing == 0
