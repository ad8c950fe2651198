"""The window as a person meets it: how soon it is there, whether it stays smooth, how fast it stops."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from machine import load_average
from window_display import open_screen

SIDE = Path(__file__).resolve().parent / "window_side.py"
SIZE = "1600x1000"
RUNS_IN_EACH = 2
PATIENCE = 600.0


def measure_window(folder: Path, repetitions: int) -> dict[str, Any]:
    """Start the program `repetitions` times, each drawing and stopping; then as often for the start alone.

    The first start of all finds no bytecode of Python's, as after an installation; the others do.
    """
    before = load_average()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with open_screen(SIZE) as (variables, screen):
        environment = os.environ | variables | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        first = start_once(folder, environment, draws=0)
        starts = [start_once(folder, environment, draws=0) for _ in range(repetitions)]
        runs = [start_once(folder, environment, draws=RUNS_IN_EACH) for _ in range(repetitions)]
    return {
        "screen": screen,
        "first_start": first,
        "starts": starts,
        "runs": runs,
        "load_average": [before, load_average()],
    }


def start_once(folder: Path, environment: dict[str, str], *, draws: int) -> dict[str, Any]:
    """What one start saw, in a data folder of its own. Raises CalledProcessError where the program fails."""
    answer, data = folder / "answer.json", folder / "data"
    began = time.time()
    command = [sys.executable, str(SIDE), repr(began), str(answer), str(data), str(draws)]
    subprocess.run(command, env=environment, check=True, timeout=PATIENCE)
    seen: dict[str, Any] = json.loads(answer.read_text())
    answer.unlink()
    shutil.rmtree(data)
    return seen
