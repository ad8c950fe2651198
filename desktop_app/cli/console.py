"""What the program writes to a terminal: results to stdout, everything else to stderr.

Prompts and recipes come from strangers, so control characters in them never reach the terminal; encodings
that lack a character, closed pipes and closed streams never end the program.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import sys
from typing import TextIO

_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls (escape sequences begin with one), line ends, marks that reorder what follows, lone surrogates."""


def showable(text: str) -> str:
    """`text` with everything escaped that could steer a terminal; tabs and line feeds stay."""
    return _UNSHOWABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def shortened(text: str, length: int) -> str:
    """`text` on one line, of at most `length` characters."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length and len(text) <= 4 * length else f"{line[: length - 1]}…"


class Console:
    """The two streams of one program run. Lines are given without their line ends."""

    def __init__(self, *, quiet: bool = False, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.quiet = quiet
        self._out = _tolerant(sys.stdout if out is None else out)
        self._err = _tolerant(sys.stderr if err is None else err)
        self._status = ""

    @property
    def live(self) -> bool:
        """Whether stderr shows a line that can be written over."""
        if self.quiet or self._err is None or os.environ.get("TERM") == "dumb":
            return False
        try:
            return self._err.isatty()
        except ValueError:  # closed
            return False

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return max(20, shutil.get_terminal_size().columns)

    def can_show(self, text: str) -> bool:
        """Whether stderr's encoding has all characters of `text`."""
        try:
            text.encode(getattr(self._err, "encoding", None) or "ascii")
        except (UnicodeError, LookupError):
            return False
        return True

    def result(self, line: str) -> None:
        """Write what was asked for to stdout. Raises OSError where the disk behind it is full."""
        self._wipe()
        if self._out is None:
            return
        try:
            self._out.write(showable(line) + "\n")
            self._out.flush()
        except BrokenPipeError:
            # Whoever read has seen enough (`| head`); the pictures still get drawn.
            self._out = None
        except ValueError:  # closed
            self._out = None

    def say(self, line: str) -> None:
        """Tell something on stderr, unless quiet."""
        if not self.quiet:
            self.complain(line)

    def complain(self, line: str) -> None:
        """Tell what must be heard on stderr, also when quiet."""
        self._wipe()
        self._write(showable(line) + "\n")

    def status(self, line: str) -> None:
        """Write over the last status line; only where `live`. An empty line removes it."""
        line = showable(line)[: self.width - 1]
        if self.live and line != self._status:
            # Blanks rather than an escape sequence: every terminal understands them.
            self._write("\r" + line.ljust(len(self._status)) + ("" if line else "\r"))
            self._status = line

    def _wipe(self) -> None:
        if self._status:
            self.status("")

    def _write(self, text: str) -> None:
        if self._err is not None:
            # Nobody can be told where the place to tell it is gone (a closed terminal, a full disk).
            with contextlib.suppress(OSError, ValueError):
                self._err.write(text)
                self._err.flush()

    def close(self) -> None:
        """Leave the terminal tidy; nothing is left for the interpreter to fail on at its end."""
        self._wipe()
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            try:
                if stream is not None:
                    stream.flush()
            except (OSError, ValueError):
                _point_to_nowhere(stream)


def _tolerant(stream: TextIO | None) -> TextIO | None:
    # ascii and other small encodings get escapes instead of an exception.
    if isinstance(stream, io.TextIOWrapper):
        with contextlib.suppress(OSError, ValueError):
            stream.reconfigure(errors="backslashreplace")
    return stream


def _point_to_nowhere(stream: TextIO) -> None:
    # As Python's documentation advises for broken pipes: the last flush then has somewhere to go.
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
