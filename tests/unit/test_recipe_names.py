"""File names: short, safe everywhere, and telling."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.recipe.names import dated_folder, file_path, picture_name, slug, with_number

MOMENT = datetime(2026, 11, 21, 14, 15, 2)  # a local clock's reading


def test_the_documented_name() -> None:
    assert picture_name(MOMENT, "Avocado armchair", 7) == "20261121-141502-avocado-armchair-7.png"
    assert dated_folder(Path("Armchair"), MOMENT) == Path("Armchair") / "2026-11-21"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("", "picture"),
        ("   \n\t", "picture"),
        ("!?…", "picture"),
        ("\ud800\x00", "picture"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\con", "c-con"),
        ("con", "con"),
        ("Ein Schloß im Grünen", "ein-schloss-im-grunen"),
        ("the cat's chair", "the-cats-chair"),
        ("椅子", "yizi"),
        ("🪑", "chair"),
        ("a" * 100, "a" * 40),
        ("one two three four five six seven eight nine", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_slugs(prompt: str, expected: str) -> None:
    assert slug(prompt) == expected


@given(st.text())
def test_every_name_is_safe(prompt: str) -> None:
    name = picture_name(MOMENT, prompt, 2**53 - 1)
    assert re.fullmatch(r"20261121-141502-[a-z0-9]+(-[a-z0-9]+)*-9007199254740991\.png", name)
    assert len(name) < 90


def test_numbers_go_before_the_suffix() -> None:
    assert with_number(Path("a/b.c.png"), 1) == Path("a/b.c.png")
    assert with_number(Path("a/b.c.png"), 2) == Path("a/b.c-2.png")
    assert with_number(Path("a/b"), 3) == Path("a/b-3")


def test_folders_get_a_name_and_other_paths_are_taken_as_they_are(tmp_path: Path) -> None:
    created = datetime(2026, 11, 21, 14, 15, 2, tzinfo=UTC)
    name = picture_name(created.astimezone(), "chair", 7)
    assert file_path(tmp_path, created, "chair", 7) == tmp_path / name
    assert file_path(f"{tmp_path}{os.sep}new{os.sep}", created, "chair", 7) == tmp_path / "new" / name
    assert file_path(tmp_path / "own.png", created, "chair", 7) == tmp_path / "own.png"
