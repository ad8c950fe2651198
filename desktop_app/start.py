"""Where the program starts: arguments first, and nothing heavy before they are understood.

The engine's process imports this module's caller again, so nothing of Qt may be loaded at the top.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model_runtime.recipe.record import program_version

NO_DISPLAY = 3
"""The exit code where there is no screen to open a window on."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the window was started with. prompt: put into the field, "" = none."""

    data_dir: Path | None = None
    models_dir: Path | None = None
    prompt: str = ""


def parse(arguments: Sequence[str]) -> Options:
    """Raises SystemExit as argparse does, for --help, --version and what it does not know."""
    parser = argparse.ArgumentParser(prog="armchair", description="Draws pictures from words on your own computer.")
    parser.add_argument("--prompt", default="", metavar="WORDS", help="begin with these words in the field")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="keep everything, pictures included, below DIR")
    parser.add_argument("--models-dir", type=Path, metavar="DIR", help="where models are, instead of the usual folder")
    parser.add_argument("--version", action="version", version=f"Armchair {program_version()}")
    found = parser.parse_args(arguments)
    return Options(data_dir=found.data_dir, models_dir=found.models_dir, prompt=found.prompt)


def has_display() -> bool:
    """Whether a window can be opened at all, as far as the environment tells."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    multiprocessing.freeze_support()
    options = parse(sys.argv[1:] if arguments is None else arguments)
    if not has_display():
        sys.stderr.write(
            'armchair: there is no display to open a window on. `armchair-cli draw "a red fox"` draws without one.\n'
        )
        return NO_DISPLAY
    from desktop_app.app.main import run  # noqa: PLC0415  # Qt: not for the engine's process

    return run(options)
