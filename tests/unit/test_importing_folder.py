"""Taking folders in: what is copied, what is known again, what is told; sources are only read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from desktop_app.core.library.export.marks import exif_with_comment
from desktop_app.core.library.importing.foreign_file import read_foreign
from desktop_app.core.library.importing.import_folder import ImportMode, import_folder
from desktop_app.core.library.importing.refusal import ImportRefused
from desktop_app.core.library.importing.report import ImportedPicture
from model_runtime.recipe.foreign.recipe import ForeignRecipe, Program
from model_runtime.recipe.picture_file import read_recipe, write_picture
from model_runtime.recipe.record import Recipe

RecipeMaker = Callable[..., Recipe]
PARAMETERS = "a fox, “grün”\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 32x32"


def noise(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (32, 32, 3), np.uint8))


def with_text(path: Path, image: Image.Image, **texts: str) -> Path:
    chunks = PngInfo()
    for keyword, text in texts.items():
        chunks.add_itxt(keyword.replace("_dash_", "-"), text)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, format="PNG", pnginfo=chunks)
    return path


@pytest.fixture
def source(make_recipe: RecipeMaker, tmp_path: Path) -> Path:
    """Seven pictures of all kinds, and what is none."""
    folder = tmp_path / "source"
    write_picture(noise(1), make_recipe("an owl", seed=5), folder / "own.png")
    with_text(folder / "a1111" / "00001-42.png", noise(2), parameters=PARAMETERS)
    exif = exif_with_comment(PARAMETERS)
    noise(3).save(folder / "a1111" / "00002.jpg", exif=exif)
    noise(4).save(folder / "a1111" / "00003.webp", exif=exif, lossless=True)
    with_text(folder / "invoke" / "x.png", noise(5), invokeai_metadata='{"positive_prompt": "a fox", "seed": 42}')
    with_text(folder / "invoke" / "y.png", noise(6), sd_dash_metadata='{"image": {"prompt": "a fox", "seed": 42}}')
    noise(7).save(folder / "Ferien & Füchse.jpeg")
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden.png").write_bytes(b"x")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_copied_with_its_recipes(source: Path, tmp_path: Path) -> None:
    before = contents(source)
    taken: list[ImportedPicture] = []
    seen: list[tuple[int, int]] = []
    pictures = tmp_path / "pictures"
    report = import_folder(source, pictures, imported=taken.append, progress=lambda *at: seen.append(at))
    assert (report.total, report.looked_at, report.taken_in) == (7, 7, 7)
    assert (report.own, report.foreign, report.plain, report.others) == (1, 5, 1, 1)
    assert (report.duplicates, report.refused, report.cancelled) == (0, {}, False)
    assert seen == [(done, 7) for done in range(8)]
    assert contents(source) == before
    for one in taken:
        assert one.path.read_bytes() == one.original.read_bytes()
        assert one.path.is_relative_to(pictures)
        assert one.path.stat().st_mtime_ns == one.original.stat().st_mtime_ns
        assert one.path.parent.name == f"{one.created.astimezone():%Y-%m-%d}"
        recipe = one.picture.recipe
        if isinstance(recipe, ForeignRecipe):
            assert recipe.seed == 42
            assert recipe.prompt.startswith("a fox")
            assert recipe.program is (Program.A1111 if "a1111" in one.original.parts else Program.INVOKEAI)
    names = {one.original.name: one.path.name.split("-", 2)[2] for one in taken}
    assert names["own.png"] == "an-owl-5.png"
    assert names["Ferien & Füchse.jpeg"] == "ferien-fuchse.jpeg"
    assert names["00001-42.png"] == "00001-42.png"
    own = next(one for one in taken if one.original.name == "own.png")
    assert read_recipe(own.path) == own.picture.recipe


def test_referenced_pictures_stay_where_they_are(source: Path, tmp_path: Path) -> None:
    taken: list[ImportedPicture] = []
    report = import_folder(source, tmp_path / "pictures", mode=ImportMode.REFERENCE, imported=taken.append)
    assert report.taken_in == 7
    assert all(one.path == one.original for one in taken)
    assert not (tmp_path / "pictures").exists()


def test_the_same_picture_is_taken_in_once(source: Path, tmp_path: Path) -> None:
    noise(7).save(tmp_path / "again.png")
    with_text(source / "z" / "copy of fox.png", noise(2))  # the same pixels, other words
    with Image.open(source / "a1111" / "00003.webp") as image:
        image.save(source / "z" / "other format.png")
    first: list[ImportedPicture] = []
    report = import_folder(source, tmp_path / "pictures", imported=first.append)
    assert (report.taken_in, report.duplicates) == (7, 2)
    known = {one.picture.pixels_sha256 for one in first}
    again = import_folder(source, tmp_path / "pictures", known=lambda picture: picture.pixels_sha256 in known)
    assert (again.taken_in, again.duplicates) == (0, 9)
    assert len(contents(tmp_path / "pictures")) == 7


def test_digests_tell_pixels_from_files(tmp_path: Path) -> None:
    noise(1).save(tmp_path / "a.png")
    noise(1).save(tmp_path / "b.webp", lossless=True)
    noise(1).convert("RGBA").save(tmp_path / "c.png")
    noise(1).resize((16, 64)).save(tmp_path / "d.png")
    found = [read_foreign(tmp_path / name) for name in ("a.png", "b.webp", "c.png", "d.png")]
    assert len({picture.file_sha256 for picture in found}) == 4
    assert len({picture.pixels_sha256 for picture in found}) == 2


def test_a_wrong_ending_is_mended_in_the_copy(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    noise(1).save(tmp_path / "source" / "really a jpeg.png", format="JPEG")
    taken: list[ImportedPicture] = []
    import_folder(tmp_path / "source", tmp_path / "pictures", imported=taken.append)
    assert taken[0].picture.kind == "JPEG"
    assert taken[0].path.suffix == ".jpg"


def test_cancelling_keeps_what_is_in(source: Path, tmp_path: Path) -> None:
    taken: list[ImportedPicture] = []
    report = import_folder(source, tmp_path / "p", imported=taken.append, cancelled=lambda: len(taken) == 3)
    assert (report.taken_in, report.looked_at, report.cancelled) == (3, 3, True)
    assert len(contents(tmp_path / "p")) == 3


def test_the_library_is_not_taken_into_itself(source: Path, tmp_path: Path) -> None:
    import_folder(source, source / "Armchair")
    taken: list[ImportedPicture] = []
    again = import_folder(source, source / "Armchair", imported=taken.append)
    assert again.total == 7
    for inside in (source / "Armchair", next((source / "Armchair").iterdir())):
        with pytest.raises(ImportRefused) as caught:
            import_folder(inside, source / "Armchair")
        assert caught.value.code == "import_inside_pictures"
    with pytest.raises(FileNotFoundError):
        import_folder(tmp_path / "gone", tmp_path / "pictures")


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of Unix")
def test_links_and_pipes_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    noise(1).save(tmp_path / "secret.png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.png")
    started = time.monotonic()
    report = import_folder(folder, tmp_path / "pictures")
    assert time.monotonic() - started < 30
    assert (report.taken_in, report.refused) == (0, {"import_not_a_file": 1})


def test_a_file_that_changes_meanwhile_is_not_taken_in_half(source: Path, tmp_path: Path) -> None:
    def change(picture: object) -> bool:
        for path in source.rglob("*.jpeg"):
            path.write_bytes(path.read_bytes() + b"more")
        return False

    before = len(list(source.rglob("*.*")))
    report = import_folder(source, tmp_path / "pictures", known=change)
    assert report.refused == {"import_changed": 1}
    assert report.taken_in == 6
    assert len(list(source.rglob("*.*"))) == before
    assert [path for path in (tmp_path / "pictures").rglob("*") if path.name.startswith(".")] == []


def test_times_before_computers_are_the_first_date(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    noise(1).save(tmp_path / "source" / "a.png")
    os.utime(tmp_path / "source" / "a.png", (-(10**9), -(10**9)))
    taken: list[ImportedPicture] = []
    import_folder(tmp_path / "source", tmp_path / "pictures", imported=taken.append)
    assert taken[0].created.year == 1980
