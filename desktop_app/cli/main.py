"""`armchair-cli`: reads the command line, runs one command, turns faults into sentences.

Nothing here or in the commands imports torch before the arguments are known to be good.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from desktop_app.cli import decode, doctor, draw, finish, info, models, redraw
from desktop_app.cli.console import Console
from desktop_app.cli.failures import (
    CRASHED,
    EXPECTED,
    INTERRUPTED,
    exit_code,
    show_traceback,
    write_crash_report,
)
from desktop_app.cli.interrupts import Interrupts
from desktop_app.cli.options import Parser, add_global_options
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.paths import AppPaths

COMMANDS = {
    "draw": draw,
    "info": info,
    "redraw": redraw,
    "finish": finish,
    "decode": decode,
    "models": models,
    "doctor": doctor,
}
"""Name → module with HELP, `add_arguments(parser)` and `run(options, surroundings) -> exit code`."""


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="armchair-cli", description="Draws pictures from words on your own computer.")
    add_global_options(parser, top=True)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        add_global_options(command, top=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name) and return the exit code."""
    try:
        options = build_parser().parse_args(argv)
    except SystemExit as ended:  # --help, --version and usage errors
        return ended.code if isinstance(ended.code, int) else 0
    paths = AppPaths.choose(data_dir=options.data_dir, models_dir=options.models_dir)
    console = Console(quiet=options.quiet)
    interrupts = Interrupts()
    surroundings = Surroundings(console=console, paths=paths, interrupts=interrupts, debug=options.debug)
    try:
        with interrupts.installed():
            return int(COMMANDS[options.command].run(options, surroundings))
    except KeyboardInterrupt:
        console.complain("armchair-cli: interrupted.")
        return INTERRUPTED
    except EXPECTED as error:
        surroundings.complain(error)
        return exit_code(error)
    except Exception as error:  # a fault in the program: the person gets a file to send, not a traceback
        return _crashed(error, surroundings)
    finally:
        console.close()


def _crashed(error: Exception, surroundings: Surroundings) -> int:
    report = write_crash_report(error, surroundings.paths.logs)
    where = f"the details are in {report}" if report else f"{type(error).__name__}: {error}"
    surroundings.console.complain(f"armchair-cli: something went wrong in the program itself; {where}")
    if surroundings.debug:
        show_traceback(error)
    return CRASHED


