"""Which prompts a command line asks for."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from desktop_app.cli.failures import USAGE, CommandError

STDIN = "-"


def gather_prompts(given: Sequence[str], file: str | None) -> list[str]:
    """The prompts given as arguments, then those of `file` ("-" = stdin).

    Raises CommandError where there are none, OSError where the file cannot be read.
    """
    prompts = list(given)
    if file is not None:
        prompts += _lines(_read_stdin() if file == STDIN else Path(file).read_bytes())
    if not prompts:
        where = "" if file is None else f"{'stdin' if file == STDIN else file} holds none; "
        raise CommandError(f"{where}give a prompt, or a file of them with --prompts.", USAGE)
    return prompts


def look_unquoted(given: Sequence[str]) -> bool:
    """Whether somebody seems to have left the quotes away around one prompt of several words."""
    return len(given) > 1 and not any(" " in prompt for prompt in given)


def _lines(raw: bytes) -> Iterable[str]:
    # What is not UTF-8 comes through as it does in arguments, and the models read around it.
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    # Not str.splitlines, which would cut prompts at form feeds and Unicode's own separators.
    lines = (line.strip() for line in io.StringIO(text, newline=None))
    return (line for line in lines if line and not line.startswith("#"))


def _read_stdin() -> bytes:
    if sys.stdin is None:
        raise CommandError("there is no stdin to read prompts from.", USAGE)
    return sys.stdin.buffer.read()
