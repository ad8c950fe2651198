"""The commands with a real, tiny model, in this process."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_app.cli.main import main
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.picture_file import read_picture, read_recipe, write_picture
from model_runtime.recipe.record import Recipe
from model_runtime.request import GenerationRequest

CliRun = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def run(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRun:
    """Runs a command line with the tiny model installed: exit code, lines on stdout, stderr."""

    def call(*words: object) -> tuple[int, list[str], str]:
        folders = ["--data-dir", tmp_path / "data", "--models-dir", tiny_model.parent]
        # In front, where no "--" of the words can turn them into prompts.
        code = main([str(word) for word in (*folders, *words)])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out.splitlines(), err

    return call


@pytest.fixture
def picture(tiny_pipeline: DalleMiniPipeline, tmp_path: Path) -> Path:
    """A finished picture of the tiny model."""
    return tiny_pipeline.generate(GenerationRequest(prompt="a red boat", seed=7)).images[0].save(tmp_path / "p.png")


@pytest.fixture
def unfinished(picture: Path) -> Path:
    """The same, as it was after two rows."""
    image, recipe = read_picture(picture)
    kept = {"log_probs": None, "log_probs_unconditional": None}
    half = dataclasses.replace(recipe, tokens=recipe.tokens[:8], **kept)
    return write_picture(image, half, picture.with_name("half.png"))


def test_draw_saves_pictures_by_date_and_prints_their_paths(run: CliRun, tmp_path: Path) -> None:
    code, paths, err = run("draw", "a red boat", "-n", 3, "--seed", 5, "--model", "tiny")
    assert code == 0
    assert [read_recipe(path).seed for path in paths] == [5, 6, 7]
    assert all(Path(path).parent.parent == tmp_path / "data" / "pictures" for path in paths)
    assert "the model reads: a red boat" in err
    assert "seeds 5 to 7" in err


def test_draw_into_a_folder_with_a_sheet(run: CliRun, tmp_path: Path) -> None:
    out, sheet = tmp_path / "new" / "folder", tmp_path / "grid.png"
    words = ("draw", "a boat", "-n", 2, "--model", "tiny", "--out", out, "--sheet", sheet, "--quiet")
    code, lines, err = run(*words)
    assert (code, err) == (0, "")
    assert lines[-1] == str(sheet)
    assert sorted(out.iterdir()) == sorted(Path(line) for line in lines[:-1])
    with Image.open(sheet) as image:
        assert image.size == (2 * 16 + 12, 16 + 8)
    assert run(*words)[1][-1] == str(tmp_path / "grid-2.png")


def test_draw_in_json_says_everything(run: CliRun) -> None:
    code, lines, _ = run("draw", "a boat", "-n", 3, "--seed", 1, "--rank", "likelihood", "--model", "tiny", "--json")
    assert code == 0
    (line,) = lines
    answer = json.loads(line)
    assert answer["seeds"] == [1, 2, 3]
    assert [read_recipe(file).seed for file in answer["files"]] == [1, 2, 3]
    assert sorted(answer["ranking"]) == [0, 1, 2]
    gains = [read_recipe(answer["files"][place]).likelihood_gain for place in answer["ranking"]]
    assert gains == sorted(gains, key=lambda gain: -(gain or 0))
    assert answer["request"]["sampling"]["condition_scale"] == 3.0
    assert answer["seconds"] >= 0
    assert answer["unfinished"] == []


def test_only_the_best_are_kept(run: CliRun, tmp_path: Path) -> None:
    code, paths, err = run("draw", "a boat", "-n", 4, "--keep", 1, "--model", "tiny", "--out", tmp_path / "best")
    assert code == 0
    assert [str(path) for path in (tmp_path / "best").iterdir()] == paths
    assert "the best of 4" in err


def test_one_failed_prompt_does_not_block_the_next(run: CliRun, tmp_path: Path) -> None:
    file = tmp_path / "prompts.txt"
    file.write_text(f"a boat\n{'x' * 100_001}\na fox\n")
    code, lines, err = run("draw", "--prompts", file, "-n", 1, "--model", "tiny", "--json")
    assert code == 2
    answers = [json.loads(line) for line in lines]
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert "prompt 2 of 3: the prompt has 100001" in err


@pytest.mark.parametrize(
    "prompt",
    ["", "🦊" * 50, "سفينة حمراء", "a\x1b[31m\x00boat\r\n", "x" * 10_000, "\udcff", "<pad></s>", "--help"],
)
def test_any_prompt_is_drawn_and_read_back(prompt: str, run: CliRun) -> None:
    code, paths, err = run("draw", "-n", 1, "--model", "tiny", "--", prompt)
    assert code == 0, err
    assert "\x1b" not in err
    (path,) = paths
    assert read_recipe(path).run.prompt == prompt
    assert run("info", path)[0] == 0


def test_info_shows_the_whole_recipe(run: CliRun, picture: Path) -> None:
    code, lines, _ = run("info", picture, "--tokens")
    text = "\n".join(lines)
    recipe = read_recipe(picture)
    assert code == 0
    for part in ("a red boat", "temperature 1, top-k 32, condition scale 3", "tiny, revision 1", recipe.id):
        assert part in text
    assert lines[-4].split() == [str(token) for token in recipe.tokens[:4]]


def test_info_in_json_is_the_recipe_and_files_that_fail_do_not_block(
    run: CliRun, picture: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:300])
    plain = tmp_path / "plain.png"
    Image.new("RGB", (4, 4)).save(plain)
    code, lines, err = run("info", tmp_path / "no.png", broken, plain, tmp_path, picture, "--json")
    assert code == 1
    (line,) = lines
    assert json.loads(line)["seed"] == 7
    assert err.count("armchair-cli: ") == err.count("\n") == 4
    assert "holds no Armchair recipe" in err


def test_redraw_finds_all_tokens_equal_and_records_the_parent(run: CliRun, picture: Path) -> None:
    code, lines, _ = run("redraw", picture)
    assert (code, lines[0]) == (0, "all 16 of 16 tokens are equal")
    again = read_recipe(lines[1])
    assert again.parent is not None
    assert (again.parent.kind, again.parent.id) == ("redraw", read_recipe(picture).id)


def test_redraw_tells_the_first_difference(run: CliRun, picture: Path, tmp_path: Path) -> None:
    image, recipe = read_picture(picture)
    tokens = recipe.tokens.copy()
    tokens[6] = (tokens[6] + 1) % 64
    forged = write_picture(image, dataclasses.replace(recipe, tokens=tokens), tmp_path / "forged.png")
    code, lines, _ = run("redraw", forged, "--dry-run")
    assert code == 0
    assert lines == [
        "15 of 16 tokens are equal; the first difference is in row 2, column 3: "
        f"{tokens[6]} was drawn before, {recipe.tokens[6]} now"
    ]
    answer = json.loads(run("redraw", forged, "--dry-run", "--json")[1][0])
    assert answer["tokens"] == {"equal": 15, "of": 16, "first_difference": {"row": 2, "column": 3}}
    assert answer["files"] == [None]
    assert not (tmp_path / "data").exists()


def test_fixed_tokens_are_drawn_again(run: CliRun, tiny_pipeline: DalleMiniPipeline, tmp_path: Path) -> None:
    fixed = np.full(16, -1, np.int32)
    fixed[[0, 1, 9]] = 5
    request = GenerationRequest(prompt="a fox", seed=3, fixed_tokens=fixed)
    path = tiny_pipeline.generate(request).images[0].save(tmp_path / "fixed.png")
    assert run("redraw", path, "--dry-run")[1] == ["all 16 of 16 tokens are equal"]
    assert any("3 tokens were given" in line for line in run("info", path)[1])


def test_finish_draws_what_would_have_been(run: CliRun, picture: Path, unfinished: Path) -> None:
    code, (path,), err = run("finish", unfinished)
    assert code == 0
    assert "8 of 16 tokens are there" in err
    whole, before = read_recipe(path), read_recipe(unfinished)
    assert whole.finished
    assert np.array_equal(whole.tokens, read_recipe(picture).tokens)
    assert whole.parent is not None
    assert (whole.parent.kind, whole.parent.id) == ("finish", before.id)
    assert not before.finished


def test_finish_says_what_is_finished_and_goes_on(run: CliRun, picture: Path, unfinished: Path) -> None:
    code, lines, err = run("finish", picture, picture.with_name("no.png"), unfinished)
    assert code == 1
    assert len(lines) == 1
    assert f"{picture} is finished already." in err
    answer = json.loads(run("finish", picture, "--json")[1][0])
    assert answer["finished_already"] is True


def test_decode_compares_pixels(run: CliRun, picture: Path, unfinished: Path, tmp_path: Path) -> None:
    assert run("decode", picture)[:2] == (0, ["every pixel is equal"])
    image, recipe = read_picture(picture)
    brighter = write_picture(image.point(lambda value: min(value + 9, 255)), recipe, tmp_path / "bright.png")
    assert run("decode", brighter)[1] == ["the largest difference is 9 of 255"]
    resized = write_picture(image.resize((8, 8)), recipe, tmp_path / "small.png")
    assert "in the file" in run("decode", resized)[1][0]
    code, lines, _ = run("decode", unfinished, "--out", tmp_path / "decoded")
    assert code == 0
    decoded = read_picture(lines[1])
    assert decoded.recipe.parent is not None
    assert decoded.recipe.parent.kind == "decode"
    assert np.all(np.asarray(decoded.image)[8:] == 128)


def test_a_picture_of_another_model(run: CliRun, make_recipe: Callable[..., Recipe], tmp_path: Path) -> None:
    image = Image.new("RGB", (16, 16))
    other = write_picture(image, make_recipe(), tmp_path / "other.png")
    assert "was not drawn by starter: its 16 tokens do not fit" in run("redraw", other)[2]
    for command in ("redraw", "decode"):
        code, _, err = run(command, other, "--model", "tiny", "--quiet")
        assert code == 1
        assert "was not drawn by tiny" in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["info", "redraw", "finish", "decode"])
def test_files_that_are_no_pictures(command: str, run: CliRun, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    code, lines, err = run(command, text)
    assert (code, lines) == (1, [])
    assert err.count("\n") == 1
    assert "not a PNG" in err


def test_folders_that_cannot_be_written(run: CliRun, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, _, err = run("draw", "a boat", "--model", "tiny", "--out", tmp_path / "file" / "folder")
    assert code == 1
    assert err.startswith(f"armchair-cli: cannot write into {tmp_path / 'file' / 'folder'}: ")
    code, paths, err = run("draw", "a boat", "-n", 1, "--model", "tiny", "--sheet", tmp_path / "file" / "grid.png")
    assert code == 1
    assert "cannot write" in err
    assert Path(paths[0]).is_file()


def test_a_disk_that_fills_up_while_drawing(run: CliRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object, **__: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("model_runtime.result.save_picture", full)
    code, _, err = run("draw", "a boat", "--model", "tiny", "--out", tmp_path / "full", "--quiet")
    assert code == 1
    assert err == f"armchair-cli: cannot save a picture in {tmp_path / 'full'}: No space left on device.\n"


def test_models_lists_what_is_installed(run: CliRun, tiny_model: Path) -> None:
    code, lines, _ = run("models")
    assert code == 0
    assert any("tiny" in line and "MB" in line and str(tiny_model) in line for line in lines)
    models = json.loads(run("models", "--json")[1][0])["models"]
    assert {"tiny"} <= {model["id"] for model in models}


def test_models_with_a_damaged_description(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "models" / "bad").mkdir(parents=True)
    (tmp_path / "models" / "bad" / "model.json").write_text("{")
    assert main(["models", "--data-dir", str(tmp_path)]) == 0
    assert "cannot be read" in capsys.readouterr().out


def test_doctor_reports(run: CliRun) -> None:
    code, lines, _ = run("doctor", "--json")
    report = json.loads(lines[0])
    assert code == (1 if report["problems"] else 0)
    assert report["engine"]["device"]
    assert {folder["name"] for folder in report["folders"]} >= {"pictures", "models", "logs"}
    text = "\n".join(run("doctor")[1])
    assert "precision" in text
    assert "torch" in text
