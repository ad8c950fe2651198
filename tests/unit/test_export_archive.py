"""A selection as a ZIP: every name once and safe, the files as they were, the manifest true."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from desktop_app.core.library.export.archive import MANIFEST, write_archive
from desktop_app.core.library.export.errors import ExportCancelled, ExportError
from desktop_app.core.library.export.names import UniqueNames, safe_stem
from desktop_app.core.library.export.picture import from_recipe
from model_runtime.recipe.picture_file import read_recipe, write_picture
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import from_json

RecipeMaker = Callable[..., Recipe]


def test_the_files_come_out_as_they_went_in(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipes = [make_recipe(prompt) for prompt in ("a fox", "</script>\nfox", "狐 🦊")]
    pictures = []
    for number, recipe in enumerate(recipes):
        path = write_picture(Image.new("RGB", (16, 16), "green"), recipe, tmp_path / f"day {number}" / "fox.png")
        pictures.append(from_recipe(path, recipe, title=f"No {number}"))
    seen: list[tuple[int, int]] = []
    done = write_archive(pictures, tmp_path / "out.zip", progress=lambda *step: seen.append(step))
    assert (done.count, done.faults) == (3, ())
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    with zipfile.ZipFile(done.path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["fox.png", "fox-2.png", "fox-3.png", MANIFEST]
        assert {info.compress_type for info in archive.infolist()[:3]} == {zipfile.ZIP_STORED}
        manifest = json.loads(archive.read(MANIFEST))
        archive.extractall(tmp_path / "unpacked")
    for recipe, entry, picture in zip(recipes, manifest["pictures"], pictures, strict=True):
        assert (entry["prompt"], entry["title"]) == (recipe.run.prompt, picture.title)
        assert from_json(json.dumps(entry["recipe"])) == recipe
        assert (tmp_path / "unpacked" / entry["file"]).read_bytes() == picture.path.read_bytes()
        assert read_recipe(tmp_path / "unpacked" / entry["file"]) == recipe
    assert str(tmp_path) not in json.dumps(manifest)


def test_what_cannot_be_read_is_left_out_and_told(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe()
    good = from_recipe(write_picture(Image.new("RGB", (16, 16)), recipe, tmp_path / "a.png"), recipe)
    (tmp_path / "b.png").write_bytes(b"no picture")
    bad = [from_recipe(tmp_path / name, None) for name in ("b.png", "gone.png")]
    done = write_archive([*bad, good], tmp_path / "out.zip")
    assert done.count == 1
    assert [fault.code for fault in done.faults] == ["import_not_a_picture", "os_error"]
    with pytest.raises(ExportError) as caught:
        write_archive(bad, tmp_path / "none.zip")
    assert caught.value.code == "nothing_to_export"
    assert not (tmp_path / "none.zip").exists()


def test_a_cancelled_archive_leaves_nothing(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe()
    picture = from_recipe(write_picture(Image.new("RGB", (16, 16)), recipe, tmp_path / "a.png"), recipe)
    answers = iter([False, False, True])
    with pytest.raises(ExportCancelled) as caught:
        write_archive([picture] * 5, tmp_path / "out" / "a.zip", cancelled=lambda: next(answers))
    assert caught.value.parameters == {"done": 2}
    assert list((tmp_path / "out").iterdir()) == []


@given(
    st.text(max_size=300) | st.sampled_from(["..", "../../etc/passwd", "C:\\a", "CON", "nul.txt", "a\u202egnp.exe", ""])
)
def test_no_name_leaves_its_folder(name: str) -> None:
    stem = safe_stem(name)
    for path in (PurePosixPath(f"{stem}.png"), PureWindowsPath(f"{stem}.png")):
        assert path.name == f"{stem}.png"
        assert not path.is_absolute()
    assert stem.strip(". ") == stem != ""
    assert len(f"{stem}.png".encode()) <= 255
    assert not PureWindowsPath(f"{stem}.png").is_reserved()


@given(st.lists(st.sampled_from(["Fox", "fox", "FOX", "fo\u0301x", "f\u00f3x", "fox-2", "ﬁx", "fix"]), max_size=20))
def test_names_are_unique_on_every_file_system(stems: list[str]) -> None:
    names = UniqueNames()
    given_names = [names.claim(stem, ".png") for stem in stems]
    assert len({name.casefold() for name in given_names}) == len(stems)
