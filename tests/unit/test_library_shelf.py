"""A picture is kept once its file is on the disk, whatever becomes of its row."""

import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.core.faults import Fault
from desktop_app.core.library import shelf as shelf_module
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.rebuild import reconcile
from desktop_app.core.library.shelf import Shelf
from model_runtime.recipe.picture_file import read_picture, read_recipe
from model_runtime.recipe.record import Parent
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a mebibyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted only by root on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def test_a_kept_picture_has_its_file_and_its_row(catalogue: Catalogue, make_image: MakeImage) -> None:
    image = make_image("a chair", done=9)
    kept = Shelf(catalogue.pictures, catalogue).keep(image, Parent(kind="finish", id=image.run.run_id))
    assert (kept.id, kept.run_id, kept.finished) == (image.id, image.run.run_id, False)
    local = image.created.astimezone()
    assert kept.path.parent == catalogue.pictures / f"{local:%Y-%m-%d}"
    assert kept.path.name == f"{local:%Y%m%d-%H%M%S}-a-chair-7.png"
    assert read_recipe(kept.path).parent == Parent(kind="finish", id=image.run.run_id)
    (record,) = catalogue.images_of(image.run.run_id)
    assert (record.path, record.tokens_done, record.parent) == (kept.path, 9, Parent(kind="finish", id=kept.run_id))


def test_pictures_kept_at_once_lose_nothing(catalogue: Catalogue, make_image: MakeImage) -> None:
    shelf = Shelf(catalogue.pictures, catalogue)
    image = make_image()
    images = [make_image(created=image.created) for _ in range(8)]
    threads = [threading.Thread(target=shelf.keep, args=(one,)) for one in images]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = catalogue.images([one.id for one in images])
    assert [read_recipe(record.path).id for record in records] == [one.id for one in images]


def test_a_row_that_cannot_be_written_does_not_lose_the_picture(
    catalogue: Catalogue, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.core.library.connections.BUSY_SECONDS", 0.05)
    heard: list[Fault] = []
    other = Catalogue.open(catalogue.connections.file, pictures=catalogue.pictures)
    shelf = Shelf(catalogue.pictures, other, row_failed=heard.append)
    image = make_image()
    with catalogue.connections.writing():
        kept = shelf.keep(image)
    other.close()
    assert kept.path.exists()
    assert [fault.code for fault in heard] == ["catalogue_unavailable"]
    assert catalogue.counts().images == 0
    assert reconcile(catalogue, catalogue.pictures).added == 1
    assert [record.path for record in catalogue.images([image.id])] == [kept.path]


def test_a_folder_that_cannot_be_made_is_told(catalogue: Catalogue, make_image: MakeImage) -> None:
    catalogue.pictures.write_text("in the way")
    shelf = Shelf(catalogue.pictures, catalogue)
    fault = shelf.probe()
    assert fault is not None
    assert fault.code == "pictures_unwritable"
    assert fault.parameters["file"] == str(catalogue.pictures)
    with pytest.raises(OSError, match="pictures"):
        shelf.keep(make_image())
    assert catalogue.counts().images == 0


def test_a_full_disk_leaves_whole_pictures_only(
    catalogue: Catalogue, make_image: MakeImage, small_disk: Path, tmp_path: Path
) -> None:
    pictures = small_disk / "pictures"
    full = Catalogue.open(tmp_path / "full.sqlite", pictures=pictures)
    shelf = Shelf(pictures, full)
    low = shelf.probe()
    assert low is not None
    assert low.code == "pictures_disk_low"
    noise = make_image().image.resize((128, 128))
    noise.frombytes(os.urandom(128 * 128 * 3))
    kept = []
    with pytest.raises(OSError, match="No space") as caught:
        while True:
            kept.append(shelf.keep(make_image(image=noise)))
    assert caught.value.errno == errno.ENOSPC
    files = [path for path in pictures.rglob("*") if path.is_file()]
    assert sorted(files) == sorted(picture.path for picture in kept)
    assert len(kept) > 3
    for path in files:
        read_picture(path)
    assert full.counts().images == len(kept)
    full.close()


def test_a_catalogue_on_a_full_disk_is_told_and_recovers(
    make_image: MakeImage, small_disk: Path, tmp_path: Path
) -> None:
    heard: list[Fault] = []
    catalogue = Catalogue.open(small_disk / "catalogue.sqlite", pictures=tmp_path / "pictures")
    shelf = Shelf(catalogue.pictures, catalogue, row_failed=heard.append)
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    ids = []
    while not heard:
        ids.append(shelf.keep(make_image("x" * 9000)).id)
    assert heard[0].code == "catalogue_unavailable"
    ballast.unlink()
    report = reconcile(catalogue, catalogue.pictures)
    assert (report.added, report.missing) == (1, 0)
    assert [image.id for image in catalogue.images(ids)] == ids
    catalogue.close()


def test_a_read_only_disk_is_told(catalogue: Catalogue, make_image: MakeImage, small_disk: Path) -> None:
    read_only(small_disk)
    shelf = Shelf(small_disk, catalogue)
    fault = shelf.probe()
    assert fault is not None
    assert (fault.code, fault.parameters["reason"]) == ("pictures_unwritable", os.strerror(errno.EROFS))
    with pytest.raises(OSError, match="Read-only"):
        shelf.keep(make_image())


def test_probing_finds_nothing_wrong_and_leaves_nothing(
    catalogue: Catalogue, make_image: MakeImage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_module, "LOW_SPACE", 1)
    assert Shelf(catalogue.pictures, catalogue).probe() is None
    assert list(catalogue.pictures.iterdir()) == []


def test_a_vanished_folder_is_told_before_it_is_made_anew(
    catalogue: Catalogue, make_image: MakeImage, tmp_path: Path
) -> None:
    shelf = Shelf(catalogue.pictures, catalogue)
    shelf.keep(make_image())
    catalogue.pictures.rename(tmp_path / "away")
    fault = shelf.probe()
    assert fault is not None
    assert (fault.code, fault.parameters) == ("pictures_folder_gone", {"file": str(catalogue.pictures)})
    assert not catalogue.pictures.exists()
    assert shelf.keep(make_image()).path.exists()
