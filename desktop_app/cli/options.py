"""Options that several commands share, and how words on the command line become values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from desktop_app.cli.console import shortened, showable
from desktop_app.cli.failures import USAGE
from model_runtime.recipe.record import program_version

DEFAULT_MODEL = "starter"
PRECISIONS = ("auto", "float32", "bfloat16", "float16", "int8")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; argparse would print the whole usage before it."""

    def __init__(self, **keywords: Any) -> None:
        # An abbreviation that works today would break when an option is added.
        super().__init__(**{"allow_abbrev": False, **keywords})

    def error(self, message: str) -> NoReturn:
        """End the program with exit code 2."""
        text = showable(" ".join(message.split()))
        self.exit(USAGE, f"armchair-cli: {text.rstrip('.')}. See `{self.prog} --help`.\n")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        print(f"armchair-cli {program_version()}")
        parser.exit()


def whole(text: str) -> int:
    """A whole number; its range is checked by the request."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shortened(text, 40)!r} is not a whole number") from None


def number(text: str) -> float:
    """A number; its range is checked by the request."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{shortened(text, 40)!r} is not a number") from None


def or_off(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    """A value or the word "off", which is None."""

    def read(text: str) -> Any:
        return None if text.casefold() in ("off", "none") else kind(text)

    return read


def add_global_options(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """The same options before and after the command; the commands' own have no defaults to win with."""
    group = parser.add_argument_group("everywhere")

    def default(value: object) -> Any:
        return value if top else argparse.SUPPRESS

    group.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=default(None),
        help="keep everything below DIR, pictures included",
    )
    group.add_argument("--models-dir", type=Path, metavar="DIR", default=default(None), help="look for models in DIR")
    group.add_argument("--quiet", "-q", action="store_true", default=default(False), help="results and errors only")
    group.add_argument("--debug", action="store_true", default=default(False), help="show the traceback of an error")
    if top:
        group.add_argument("--version", action=_Version, nargs=0, help="show the version and end")


def add_json_option(parser: argparse._ActionsContainer) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="answer in JSON, one object a line")


def add_out_option(parser: argparse._ActionsContainer) -> None:
    """`--out DIR`."""
    parser.add_argument("--out", type=Path, metavar="DIR", help="put pictures directly into DIR, not by date")


def add_model_options(parser: argparse.ArgumentParser, *, default: str | None, unset: str) -> None:
    """Which model and where it computes; `unset` says what is taken without `--model`."""
    group = parser.add_argument_group("model")
    group.add_argument(
        "--model", default=default, metavar="MODEL", help=f"an installed id or a folder (default: {unset})"
    )
    group.add_argument("--vqgan", type=Path, metavar="DIR", help="the picture decoder, where not beside it")
    group.add_argument("--clip", type=Path, metavar="DIR", help="the CLIP to judge with, where not beside it")
    group.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps (default: auto)")
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=None if default is None else "auto",
        help=f"number format (default: {'auto' if default else 'the one recorded in the picture'})",
    )
