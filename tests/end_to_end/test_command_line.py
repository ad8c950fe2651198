"""The program as a person starts it: a process of its own, a real tiny model, real files and signals."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.picture_file import read_picture, read_recipe
from model_runtime.request import GenerationRequest

COUNT = 4
"""Pictures in the runs that are interrupted: one batch of the tiny model."""

INTERRUPTED_AT = """
import os, signal, sys
from desktop_app.cli import main as program
from desktop_app.cli.progress import ProgressLine
from model_runtime.events import Progress

signals, at = [int(number) for number in sys.argv[1].split(",")], int(sys.argv[2])
show = ProgressLine.show

def show_and_interrupt(self, event):
    show(self, event)
    if isinstance(event, Progress) and event.done >= at:
        while signals:
            os.kill(os.getpid(), signals.pop(0))

ProgressLine.show = show_and_interrupt
sys.exit(program.main(sys.argv[3:]))
"""
"""The program, which gets signals when so many tokens are drawn: a person's Ctrl-C, without its chance."""

Cli = Callable[..., subprocess.CompletedProcess[str]]


def start(command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    # One thread: the tiny model gains nothing from more.
    surroundings = {
        **os.environ,
        "PYTHONWARNINGS": "error",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "80",
        **environment,
    }
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        env=surroundings,
        check=False,
    )


@pytest.fixture
def folders(tiny_model: Path, tmp_path: Path) -> list[str]:
    return ["--data-dir", str(tmp_path / "data"), "--models-dir", str(tiny_model.parent)]


@pytest.fixture
def cli(folders: list[str]) -> Cli:
    def call(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = ["-m", "desktop_app.cli", *folders, *(str(word) for word in words)]
        done = start(command, **environment)
        assert "Traceback" not in done.stderr
        return done

    return call


@pytest.fixture
def interrupted(folders: list[str]) -> Cli:
    def call(signals: Sequence[int], at: int, *words: object) -> subprocess.CompletedProcess[str]:
        numbers = ",".join(str(int(number)) for number in signals)
        # A shell may have started the tests in the background, where SIGINT is ignored.
        unignored = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        done = start(["-c", unignored + INTERRUPTED_AT, numbers, str(at), *folders, *(str(word) for word in words)])
        assert "Traceback" not in done.stderr
        return done

    return call


def test_from_words_to_pictures_and_back(cli: Cli, tmp_path: Path) -> None:
    prompt = "a red boat 🦊 سفينة"
    first = cli("draw", prompt, "-n", 3, "--seed", 11, "--model", "tiny", "--sheet", tmp_path / "grid.png")
    assert first.returncode == 0, first.stderr
    *paths, sheet = first.stdout.splitlines()
    assert sheet == str(tmp_path / "grid.png")
    recipes = [read_recipe(path) for path in paths]
    assert [recipe.seed for recipe in recipes] == [11, 12, 13]
    assert {recipe.run.prompt for recipe in recipes} == {prompt}
    assert "the model reads: " in first.stderr
    assert "100 %" in first.stderr

    second = cli("draw", prompt, "-n", 3, "--seed", 11, "--model", "tiny", "--json", "--quiet")
    assert second.stderr == ""
    again = [read_picture(path) for path in json.loads(second.stdout)["files"]]
    for path, recipe, picture in zip(paths, recipes, again, strict=True):
        assert np.array_equal(picture.recipe.tokens, recipe.tokens)
        assert picture.image.tobytes() == read_picture(path).image.tobytes()

    redrawn = cli("redraw", paths[2])
    assert redrawn.stdout.startswith("all 16 of 16 tokens are equal\n")


POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that gets a signal from outside")


@POSIX
def test_an_interrupted_run_is_finished_later_to_the_same_tokens(
    interrupted: Cli, tiny_pipeline: DalleMiniPipeline, tmp_path: Path
) -> None:
    words = ("draw", "a red boat", "-n", COUNT, "--seed", 40, "--model", "tiny", "--out", tmp_path / "out")
    stopped = interrupted([signal.SIGINT], COUNT * 9, *words)
    assert stopped.returncode == 130, stopped.stderr
    assert stopped.stdout == ""
    assert f"{COUNT} pictures are saved unfinished" in stopped.stderr
    halves = [read_recipe(path) for path in (tmp_path / "out").iterdir()]
    assert [recipe.tokens_done for recipe in halves] == [8] * COUNT

    # What is told is what works: the very words of the message, with this interpreter's program.
    command = shlex.split(stopped.stderr.splitlines()[-1])
    assert command[:2] == ["armchair-cli", "finish"]
    finished = start(["-m", "desktop_app.cli", *command[1:]])
    assert finished.returncode == 0, finished.stderr
    done = {recipe.seed: recipe for recipe in map(read_recipe, finished.stdout.splitlines())}
    request = GenerationRequest(prompt="a red boat", image_count=COUNT, seed=40)
    for image in tiny_pipeline.generate(request).images:
        assert np.array_equal(done.pop(image.seed).tokens, image.tokens)
    assert not done


@POSIX
def test_to_be_terminated_is_to_be_interrupted(interrupted: Cli, tmp_path: Path) -> None:
    words = ("draw", "a fox", "-n", COUNT, "--model", "tiny", "--out", tmp_path / "out", "--json")
    stopped = interrupted([signal.SIGTERM], COUNT * 5, *words)
    assert stopped.returncode == 130, stopped.stderr
    answer = json.loads(stopped.stdout)
    assert sorted(answer["unfinished"]) == sorted(map(str, (tmp_path / "out").iterdir()))
    assert {read_recipe(path).tokens_done for path in answer["unfinished"]} == {4}


@POSIX
def test_a_second_interrupt_drops_what_is_unfinished(interrupted: Cli, tmp_path: Path) -> None:
    signals = [signal.SIGINT, signal.SIGINT]
    words = ("draw", "a red boat", "a fox", "-n", COUNT, "--model", "tiny", "--out", tmp_path / "out")
    done = interrupted(signals, COUNT * 9, *words)
    assert done.returncode == 130
    assert list((tmp_path / "out").iterdir()) == []
    assert "no picture is left unfinished" in done.stderr
    assert "prompt 2" not in done.stderr


@POSIX
def test_an_interrupt_from_outside_leaves_only_whole_files(folders: list[str], tmp_path: Path) -> None:
    words = ["draw", "a red boat", "-n", "64", "--model", "tiny", "--out", str(tmp_path / "out"), *folders]
    program = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    program += "from desktop_app.cli.main import main; sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate()
    assert process.returncode == 130, err
    assert "Traceback" not in err
    recipes = {path: read_recipe(path) for path in (tmp_path / "out").iterdir()}
    finished = [str(path) for path, recipe in recipes.items() if recipe.finished]
    assert sorted(finished) == sorted([first, *rest.splitlines()])
    assert len(finished) < 64


def test_a_prompt_of_ten_thousand_characters_from_stdin_in_an_ascii_terminal(folders: list[str]) -> None:
    prompt = "žluťoučký 🦊 " * 800
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "desktop_app.cli",
            "draw",
            "--prompts",
            "-",
            "-n",
            "1",
            "--model",
            "tiny",
            *folders,
        ],
        input=f"# a comment\n\n{prompt}\n".encode(),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "dumb"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.isascii()
    assert b"too long, not read" in done.stderr
    assert read_recipe(done.stdout.decode().strip()).run.prompt == prompt.strip()


def test_a_reader_that_leaves_early_stops_nothing(folders: list[str], tmp_path: Path) -> None:
    words = ["draw", "a boat", "-n", "2", "--model", "tiny", "--out", str(tmp_path / "out"), *folders]
    with subprocess.Popen(
        [sys.executable, "-m", "desktop_app.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0, err
    assert b"Exception ignored" not in err
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_truncated_model_is_one_sentence(cli: Cli, tiny_model: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(tiny_model, tmp_path / "damaged")
    weights = damaged / "dalle_bart" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    done = cli("draw", "a boat", "--model", damaged, "--quiet")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("armchair-cli: ")
    assert done.stderr.count("\n") == 1
    assert "model.safetensors" in done.stderr


def loaded(words: Sequence[str], folders: Sequence[str]) -> tuple[int, set[str]]:
    """The exit code of a command line, and the top-level packages that it loaded."""
    program = (
        "import sys\nfrom desktop_app.cli.main import main\ncode = main(sys.argv[1:])\n"
        "print(code, *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = start(["-c", program, *folders, *words])
    code, *names = done.stderr.splitlines()[-1].split()
    return int(code), set(names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--help"], 0),
        (["draw", "--help"], 0),
        (["draw", "a boat", "--seed", "-4"], 2),
        (["draw", "a boat", "--model", "nothing like that"], 1),
        (["models"], 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_needs_no_model_loads_no_torch(words: list[str], expected: int, folders: list[str]) -> None:
    code, names = loaded(words, folders)
    assert code == expected
    assert names.isdisjoint({"torch", "transformers", "PySide6"})


def test_info_loads_no_torch(folders: list[str], tmp_path: Path, tiny_pipeline: DalleMiniPipeline) -> None:
    request = GenerationRequest(prompt="a boat", seed=1)
    picture = tiny_pipeline.generate(request).images[0].save(tmp_path / "boat.png")
    code, names = loaded(["info", str(picture)], folders)
    assert code == 0
    assert names.isdisjoint({"torch", "transformers", "PySide6"})


def test_doctor_lives_with_a_broken_torch(folders: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "torch"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise OSError('libc10.so: cannot open shared object file')")
    path = os.pathsep.join([str(broken.parent), str(Path.cwd())])
    done = start(["-m", "desktop_app.cli", *folders, "doctor"], PYTHONPATH=path)
    assert done.returncode == 1
    assert "torch cannot be loaded: OSError: libc10.so" in done.stdout
    assert "Traceback" not in done.stderr
    drawing = start(["-m", "desktop_app.cli", *folders, "draw", "a boat", "--model", "tiny"], PYTHONPATH=path)
    assert drawing.returncode == 1
    assert "the engine cannot be loaded: libc10.so" in drawing.stderr
    assert "Traceback" not in drawing.stderr
