"""The benchmark's own scripts run, on tiny sizes and without min-dalle; nothing is timed here."""

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

SCRIPTS = Path(__file__).resolve().parent


def _script(name: str) -> ModuleType:
    """Import one of the scripts, which are no package and find one another as siblings."""
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))
    return importlib.import_module(name)


sizes, weights, worker, report = map(_script, ("sizes", "weights", "worker", "report"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(weights.prepare(sizes.TINY, tmp_path_factory.mktemp("bench")))


def test_our_side_answers_every_command(folder: Path, tmp_path: Path) -> None:
    length, grid = sizes.TINY.image_length, sizes.TINY.resolution
    kept = tmp_path / "check.npz"
    logits = np.zeros((2, 2, sizes.TINY.image_vocab + 1), np.float32)
    np.savez(kept, text=[0, 5, 2], logits=logits, inputs=[63, 1], pixels=np.zeros((grid, grid, 3), np.float32))
    with worker.Worker(Path(sys.executable), SCRIPTS / "our_side.py", str(folder / "ours")) as side:
        assert side.ask("load")["threads"] == 1
        for start in (0, 10, length - 4):
            assert len(side.ask("tokens", pictures=2, start=start, steps=4)["ms"]) == 4
        assert len(side.ask("decode", repeat=2)["ms"]) == 2
        assert side.ask("check", file=str(kept))["logits"] > 0


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    script = tmp_path / "dies.py"
    script.write_text("import sys\nsys.stdin.readline()\nsys.exit(3)\n")
    with (
        worker.Worker(Path(sys.executable), script) as side,
        pytest.raises(RuntimeError, match="status 3"),
    ):
        side.ask("load")


def test_both_layouts_hold_the_same_numbers(folder: Path) -> None:
    safetensors = importlib.import_module("safetensors.torch")
    ours = safetensors.load_file(folder / "ours" / "dalle_bart" / "model.safetensors")
    for side in ("encoder", "decoder"):
        theirs = torch.load(folder / "min-dalle" / "dalle_bart_mini" / f"{side}.pt", weights_only=True)
        assert {f"{side}.{name}" for name in theirs} == {name for name in ours if name.startswith(side)}
        assert all(torch.equal(value, ours[f"{side}.{name}"]) for name, value in theirs.items())


def test_the_table_takes_ratios_inside_each_repetition() -> None:
    def side(ms: float) -> dict[str, Any]:
        windows = {window: {"ms": [ms, ms, 9 * ms]} for window in ("start", "middle", "end")}
        load, decode = {"seconds": ms}, {"ms": [1000 * ms], "memory": 100}
        return {"tokens": {"1": windows}, "load": load, "decode": decode}

    repetitions = [{"ours": side(10), "theirs": side(30)}, {"ours": side(20), "theirs": side(40)}]
    rows = report.rows_against(repetitions)
    assert rows[0] == ("ms a token, 1 picture", "15 (10–20)", "35 (30–40)", "2.5 (2.0–3.0) ×")
    assert report.markdown([report.HEAD, *rows]).count("\n") == len(rows) + 2


def test_the_windows_table_has_medians_and_the_worst() -> None:
    def run(gaps: list[float]) -> dict[str, Any]:
        loading = {"first_paint": 0.8, "ready": 3.0, "loading_gaps": [0.0, 40.0]}
        return loading | {"drawing_gaps": [gaps], "stop_ms": [12.0], "token_ms": [14.0]}

    runs = [run([1.0] * 98 + [5.0, 30.0]), run([2.0] * 99 + [90.0]), run([3.0] * 1000)]
    window = {"starts": runs, "runs": runs, "first_start": runs[0], "screen": "none", "load_average": [0, 0]}
    rows = dict(line.strip("| ").split(" | ", 1) for line in report.window_table(window).splitlines() if "ms" in line)
    assert rows["longest gap while the model loads, ms"] == "40 (40–40) | ≤ 150"
    assert rows["gaps while drawing, typing and scrolling, 99 of 100, ms"] == "30 (3–90) | ≤ 25"
    assert rows["longest gap meanwhile, ms"] == "30 (3–90) | ≤ 100"
    assert rows["from Stop to idle, ms, 3 stops"] == "12 (12–12) | one token: 14"


def test_the_library_is_measured(tmp_path: Path) -> None:
    side = _script("library_side")
    measured = side.measure_library(tmp_path / "library", sizes=(40,), files=8)
    assert measured["rows"]["40"]["pictures"] == 40
    assert measured["rebuild"]["files"] == 8
    assert "40 pictures" in report.summary({"library": measured})
