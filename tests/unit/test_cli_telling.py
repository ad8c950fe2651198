"""What is told before and after drawing: the reading, the contact sheet, the command that finishes."""

import argparse
import json
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.cli.console import Console
from desktop_app.cli.failures import CommandError
from desktop_app.cli.main import build_parser
from desktop_app.cli.reading import tell_reading
from desktop_app.cli.redraw import Comparison, compare
from desktop_app.cli.report import finish_command, json_line
from desktop_app.cli.sheet import GAP, contact_sheet, sheet_format, write_sheet
from desktop_app.core.prompts.reader import PromptReader
from model_runtime.errors import CorruptCheckpoint
from model_runtime.model_store.lookup import find_model
from model_runtime.model_store.words import read_known_words
from model_runtime.recipe.record import Recipe


def told(prompt: str, model: Path, capsys: pytest.CaptureFixture[str]) -> str:
    tell_reading(PromptReader(find_model(model)).read(prompt), Console())
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_text_and_tokens_are_told(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told("A RED boat!", tiny_model, capsys) == "the model reads: a red boat  (8 of 24 tokens)\n"


def test_a_long_prompt_says_what_is_cut(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = told("red " * 2500, tiny_model, capsys).splitlines()
    assert len(lines) == 2
    assert "(24 of 24 tokens)" in lines[0]
    assert lines[1].startswith("too long, not read (")
    assert max(map(len, lines)) < 600


@pytest.mark.parametrize("prompt", ["", "   ", "\x00"])
def test_nothing_to_read(prompt: str, tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "the model reads: nothing" in told(prompt, tiny_model, capsys)


def test_unknown_words_are_marked(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "words")
    words = ["a", "red", "Boat", "top", "hat"]
    (folder / "words.json").write_text(json.dumps({"objects": ["Boat", "top hat"], "known_words": words}))
    err = told("a red zebra, a boat in a top hat", folder, capsys)
    assert "a red [zebra?], a boat [in?] a top hat" in err
    assert "it does not know: zebra, in" in err


@pytest.mark.parametrize("words", [{}, {"known_words": []}, {"known_words": "red"}, {"known_words": [1]}])
def test_a_broken_word_list_is_refused_by_name(words: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    file.write_text(json.dumps(words))
    with pytest.raises(CorruptCheckpoint, match=r"words\.json the entry known_words"):
        read_known_words(file)


@pytest.mark.parametrize(("count", "grid"), [(1, (1, 1)), (2, (2, 1)), (3, (2, 2)), (9, (3, 3)), (10, (4, 3))])
def test_the_sheet_is_square_ish_and_in_reading_order(count: int, grid: tuple[int, int]) -> None:
    images = [Image.new("RGB", (16, 12), (shade, 0, 0)) for shade in range(count)]
    sheet = contact_sheet(images)
    columns, rows = grid
    assert sheet.size == (columns * (16 + GAP) + GAP, rows * (12 + GAP) + GAP)
    for shade in range(count):
        row, column = divmod(shade, columns)
        corner = (GAP + column * (16 + GAP), GAP + row * (12 + GAP))
        assert sheet.getpixel(corner) == (shade, 0, 0)
    assert sheet.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".PNG"])
def test_a_sheet_overwrites_nothing_and_says_what_it_is(
    ending: str, tmp_path: Path, make_recipe: Callable[..., Recipe]
) -> None:
    images = [Image.new("RGB", (16, 16), "red")] * 2
    first, second = (write_sheet(images, make_recipe(), tmp_path / f"grid{ending}") for _ in range(2))
    assert (first.name, second.name) == (f"grid{ending}", f"grid-2{ending}")
    assert b"trainedAlgorithmicMedia" in first.read_bytes()
    with Image.open(first) as sheet:
        assert sheet.size == contact_sheet(images).size


def test_a_sheet_of_no_known_kind() -> None:
    with pytest.raises(CommandError, match="png"):
        sheet_format(Path("grid"))


def test_the_command_that_finishes_finds_the_model_again() -> None:
    options = build_parser().parse_args(["draw", "a", "--data-dir", "my data", "--model", "./tiny"])
    words = shlex.split(finish_command([Path("a b.png"), Path("c.png")], options))
    assert words == [
        "armchair-cli",
        "finish",
        "--data-dir",
        "my data",
        "--model",
        "./tiny",
        "a b.png",
        "c.png",
    ]
    again = build_parser().parse_args(words[1:])
    assert again.files == [Path("a b.png"), Path("c.png")]


def test_a_plain_run_needs_no_options_to_finish() -> None:
    options = build_parser().parse_args(["draw", "a"])
    assert finish_command([Path("a.png")], options) == "armchair-cli finish a.png"
    redrawn = argparse.Namespace(model=None, out=None)
    assert finish_command([Path("a.png")], redrawn) == "armchair-cli finish a.png"


def test_comparing_tokens(make_recipe: Callable[..., Recipe]) -> None:
    tokens = make_recipe().tokens
    assert compare(tokens, tokens) == Comparison(16, 16, None)
    changed = tokens.copy()
    changed[[6, 9]] = 1
    assert compare(tokens, changed) == Comparison(14, 16, 6)
    assert compare(tokens[:4], changed) == Comparison(4, 4, None)


def test_json_is_ascii_and_takes_any_prompt() -> None:
    line = json_line({"prompt": "🦊\n\ud800", "file": Path("a.png")})
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line) == {"prompt": "🦊\n\ud800", "file": "a.png"}
