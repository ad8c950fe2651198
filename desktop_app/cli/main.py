"""`armchair-cli`: reads the command line, runs one command, turns faults into sentences.

Nothing here or in the commands imports torch before the arguments are known to be good.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Protocol

from desktop_app.cli import decode, doctor, draw, finish, info, library, models, redraw
from desktop_app.cli.console import Console
from desktop_app.cli.failures import INTERRUPTED
from desktop_app.cli.interrupts import Interrupts
from desktop_app.cli.options import Parser, add_global_options
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.paths import AppPaths


class Command(Protocol):
    """What the module of a command holds; its docstring is the long help."""

    HELP: str
    USAGE: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's options."""

    def run(self, options: argparse.Namespace, surroundings: Surroundings) -> int:
        """Do it and return the exit code."""


COMMANDS: dict[str, Command] = {
    "draw": draw,
    "info": info,
    "redraw": redraw,
    "finish": finish,
    "decode": decode,
    "models": models,
    "library": library,
    "doctor": doctor,
}


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="armchair-cli", description="Draws pictures from words on your own computer.")
    add_global_options(parser, top=True)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, help=module.HELP, description=module.__doc__, usage=f"%(prog)s {module.USAGE}"
        )
        module.add_arguments(command)
        add_global_options(command, top=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name) and return the exit code."""
    try:
        options = build_parser().parse_args(argv)
    except SystemExit as ended:  # --help, --version and usage errors
        return ended.code if isinstance(ended.code, int) else 0
    surroundings = Surroundings(
        console=Console(quiet=options.quiet),
        paths=AppPaths.choose(data_dir=options.data_dir, models_dir=options.models_dir),
        interrupts=Interrupts(),
        debug=options.debug,
    )
    try:
        with surroundings.interrupts.installed():
            return COMMANDS[options.command].run(options, surroundings)
    except KeyboardInterrupt:
        surroundings.console.complain("armchair-cli: interrupted.")
        return INTERRUPTED
    except Exception as error:  # each becomes a sentence or a report, never a traceback
        return surroundings.failed(error)
    finally:
        surroundings.console.close()
