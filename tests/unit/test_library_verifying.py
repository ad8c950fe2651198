"""Verifying finds each kind of damage, and only that; the command line tells it."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.cli.main import main
from desktop_app.core.library.library import Library, open_library
from desktop_app.core.library.search.found import Sort
from desktop_app.core.library.verifying import verify
from desktop_app.core.paths import AppPaths
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]
Cli = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def library(tmp_path: Path, make_image: MakeImage) -> Iterator[Library]:
    """Three pictures, as `--data-dir` has them."""
    paths = AppPaths.choose(data_dir=tmp_path / "data")
    opened = open_library(paths.catalogue_file, paths.pictures)
    for seed in range(3):
        opened.shelf.keep(make_image(f"=chair {seed}", seed=seed))
    yield opened
    opened.close()


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    """`armchair-cli library …` on that library: exit code, lines on stdout, stderr."""

    def run(*words: object) -> tuple[int, list[str], str]:
        code = main(["library", *(str(word) for word in words), "--data-dir", str(tmp_path / "data")])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out.splitlines(), err

    return run


def paths_of(library: Library) -> list[Path]:
    return [row.path for row in library.finder.rows(library.finder.search("", Sort.OLDEST).ids)]


def test_a_good_library_is_well(library: Library) -> None:
    library.arranging.delete(library.finder.picture_ids(library.finder.search("seed:2").ids))
    report = verify(library.catalogue, codebook_of=lambda model: 16)
    assert report.is_well
    assert (report.looked_at, report.good, report.decodable, report.trashed) == (2, 2, 2, 1)


def test_each_damage_is_told(library: Library, make_image: MakeImage) -> None:
    gone, torn, kept = paths_of(library)
    gone.unlink()
    torn.write_bytes(torn.read_bytes()[:-60])
    make_image("unlisted").save(kept.with_name("unlisted.png"))
    library.shelf.keep(make_image("wild", tokens=np.full(16, 5000)))
    with library.catalogue.connections.writing() as db:
        db.execute("UPDATE images SET seed = 77 WHERE seed = 2")
    library.arranging.set_rating(library.finder.picture_ids(library.finder.search("seed:77").ids), 1)
    with library.catalogue.journal.beside.file.open("ab") as file:
        file.write(b"nonsense\n")
    report = verify(library.catalogue, codebook_of=lambda model: 4000)
    assert report.counts == {
        "picture_missing": 1,
        "not_a_picture": 1,
        "row_differs": 1,
        "tokens_out_of_range": 1,
        "picture_not_listed": 1,
        "journal_damaged": 1,
    }
    assert (report.looked_at, report.good) == (4, 0)
    told: dict[str, Any] = {fault.code: fault.parameters for fault in report.faults}
    assert told["picture_missing"] == {"file": str(gone)}
    assert told["row_differs"] == {"file": str(kept), "field": "seed"}
    assert (told["tokens_out_of_range"]["found"], told["tokens_out_of_range"]["allowed"]) == (5000, 3999)


def test_words_that_are_not_those_of_the_rows_are_told(library: Library) -> None:
    with library.catalogue.connections.writing() as db:
        db.execute("INSERT INTO words (rowid, prompt) VALUES (1, 'stray')")
    assert verify(library.catalogue).counts == {"index_damaged": 1}


def test_the_command_searches(library: Library, cli: Cli) -> None:
    first, second, third = paths_of(library)
    assert cli("search", "chair")[:2] == (0, [str(third), str(second), str(first)])
    assert cli("search", "chair", "--sort", "oldest", "--limit", 1)[1] == [str(first)]
    code, lines, err = cli("search", "seed:1", "--json")
    assert (code, [json.loads(line)["prompt"] for line in lines]) == (0, ["=chair 1"])
    assert "1 found" in err
    assert cli("search", "nothing like it")[1] == []


def test_the_command_exports_a_table(library: Library, cli: Cli, tmp_path: Path) -> None:
    for ending in ("csv", "json"):
        code, lines, _ = cli("export-list", "--sort", "oldest", "--out", tmp_path / f"list.{ending}")
        assert (code, lines) == (0, [str(tmp_path / f"list.{ending}")])
    with (tmp_path / "list.csv").open(newline="", encoding="utf-8") as file:
        assert [row["prompt"] for row in csv.DictReader(file)] == ["'=chair 0", "'=chair 1", "'=chair 2"]
    assert [row["seed"] for row in json.loads((tmp_path / "list.json").read_text())] == [0, 1, 2]
    code, _, err = cli("export-list", "--out", tmp_path / "list.txt")
    assert (code, ".csv" in err) == (2, True)


def test_the_command_verifies_rebuilds_and_says_what_it_found(library: Library, cli: Cli) -> None:
    library.arranging.create_collection("smart", "seed:1")
    code, lines, _ = cli("verify")
    assert (code, lines[0]) == (0, "3 of 3 pictures are well; 0 in the trash")
    assert json.loads(cli("verify", "--json")[1][0])["good"] == 3
    path = paths_of(library)[0]
    path.unlink()
    code, lines, _ = cli("verify")
    assert (code, lines[0]) == (1, f"{path}: is not there.")
    assert json.loads(cli("rebuild", "--json")[1][0])["added"] == 2
    assert cli("collections")[1] == ["      1  smart  (seed:1)"]


def test_the_command_backs_up_restores_and_empties(library: Library, cli: Cli, tmp_path: Path) -> None:
    library.arranging.delete(library.finder.picture_ids(library.finder.search("seed:2").ids))
    code, lines, _ = cli("backup", tmp_path / "all.zip")
    assert (code, lines[0].split()) == (0, ["path", str(tmp_path / "all.zip")])
    assert cli("check-backup", tmp_path / "all.zip")[0] == 0
    assert cli("empty-trash", "--days", 1, "--json")[1] == ['{"deleted": 0}']
    assert cli("empty-trash", "--json")[1] == ['{"deleted": 1}']
    paths_of(library)[0].unlink()
    assert json.loads(cli("restore", tmp_path / "all.zip", "--json")[1][0])["restored"] == 2
    assert cli("verify")[0] == 0
    (tmp_path / "all.zip").write_bytes(b"none")
    code, _, err = cli("restore", tmp_path / "all.zip")
    assert (code, "not a whole backup" in err) == (1, True)
