"""`make bench`: Armchair beside min-dalle from PyPI on random weights of Mini's real sizes.

Each side is a process of its own with one thread on the same core; they take turns, window by window. Then
the starter model, the program's window and the library, as a person meets them. Prints Markdown and writes
`build/bench/results.json`; a part that was left out by `--only` keeps its results there.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from environment import make_environment
from library_side import measure_library
from machine import load_average, machine_facts
from report import Measured, summary
from sizes import MINI
from weights import prepare
from window import measure_window
from worker import Worker

SCRIPTS = Path(__file__).resolve().parent
ROOT = SCRIPTS.parents[1]
BENCH = ROOT / "build" / "bench"
STARTER = ROOT / "resources" / "models" / "starter"

PICTURES = (1, 4)
CHECKED_STEPS = 8
WINDOW_REPETITIONS = 5


def main() -> None:
    options = arguments()
    BENCH.mkdir(parents=True, exist_ok=True)
    kept = BENCH / "results.json"
    results: Measured = json.loads(kept.read_text()) if kept.exists() else {}
    measured: Measured = {}
    if options.only in (None, "engine"):
        measured |= measure_engine(options.repetitions, options.steps)
    if options.only in (None, "window"):
        tell("the window")
        measured["window"] = measure_window(BENCH / "window", max(WINDOW_REPETITIONS, options.repetitions))
        measured["window"]["machine"] = machine_facts()
    if options.only in (None, "library"):
        tell("the library")
        measured["library"] = measure_library(BENCH / "library")
    kept.write_text(json.dumps(results | measured, indent=1) + "\n")
    sys.stdout.write(summary(measured))


def measure_engine(count: int, steps: int) -> Measured:
    """The engine beside min-dalle, and the starter."""
    tell("the environment of min-dalle")
    python = make_environment(BENCH / "min-dalle-venv")
    tell("random weights")
    weights = prepare(MINI, BENCH)
    for file in weights.rglob("*.*t*"):
        file.read_bytes()  # so that neither side is the one to wait for the disk
    before = load_average()
    repetitions = []
    for number in range(count):
        with (
            Worker(Path(sys.executable), SCRIPTS / "our_side.py", str(weights / "ours")) as ours,
            Worker(python, SCRIPTS / "min_dalle_side.py", str(weights / "min-dalle")) as theirs,
        ):
            sides = {"ours": ours, "theirs": theirs}
            if number == 0:
                loads = {name: side.ask("load") for name, side in sides.items()}
                check = compare(ours, theirs)
            else:
                loads = {name: side.ask("load") for name, side in reversed(sides.items())}
            repetitions.append(measure(sides, loads, steps, number))
    return {
        "machine": machine_facts(),
        "torch": one_torch(repetitions[0]),
        "steps": steps,
        "check": check,
        "repetitions": repetitions,
        "starter": measure_starter() if (STARTER / "model.json").exists() else None,
        "load_average": [before, load_average()],
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--steps", type=int, default=32, help="steps in each window")
    parser.add_argument("--only", choices=("engine", "window", "library"), help="measure just this part")
    return parser.parse_args()


def tell(what: str) -> None:
    sys.stderr.write(f"… {what}\n")


def compare(ours: Worker, theirs: Worker) -> Measured:
    """Both must compute the same before anything is timed. Raises RuntimeError where they do not."""
    tell("comparing what both compute")
    kept = BENCH / "check.npz"
    theirs.ask("check", file=str(kept), steps=CHECKED_STEPS)
    check = ours.ask("check", file=str(kept))
    kept.unlink()
    if check["logits"] > 1e-3 or check["pixels"] > 1e-2 or not check["tokens_equal"]:
        raise RuntimeError(f"the two sides compute different things: {check}")
    return check


def measure(sides: dict[str, Worker], loads: dict[str, Measured], steps: int, number: int) -> Measured:
    """One repetition: every window on one side, then at once on the other; the first one changes by turns."""
    tell(f"repetition {number + 1}")
    order = list(sides) if number % 2 == 0 else list(reversed(sides))
    length = MINI.image_length
    windows = {"start": 0, "middle": (length - steps) // 2, "end": length - steps}
    measured: Measured = {name: {"load": loads[name], "tokens": {}} for name in sides}
    for pictures in PICTURES:
        for name in sides:
            measured[name]["tokens"][str(pictures)] = {}
        for window, start in windows.items():
            for name in order:
                answer = sides[name].ask("tokens", pictures=pictures, start=start, steps=steps)
                measured[name]["tokens"][str(pictures)][window] = answer
    for name in order:
        measured[name]["decode"] = sides[name].ask("decode", repeat=2)
    return measured


def one_torch(repetition: Measured) -> str:
    """The version of torch, the same on both sides or RuntimeError."""
    versions = {repetition[name]["load"]["torch"] for name in ("ours", "theirs")}
    if len(versions) != 1:
        raise RuntimeError(f"two kinds of torch: {versions}")
    return str(versions.pop())


def measure_starter() -> Measured:
    tell("the starter model")
    with Worker(Path(sys.executable), SCRIPTS / "starter_side.py", str(STARTER)) as side:
        load = side.ask("load")
        draw = side.ask("draw", repeat=3)
        cancel = side.ask("cancel", times=24, within=min(draw["seconds"]))
        return {"load": load, "draw": draw, "cancel": cancel}


if __name__ == "__main__":
    main()
