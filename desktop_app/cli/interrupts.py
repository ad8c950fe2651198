"""Ctrl-C and its relatives, gently.

While pictures are drawn, the first asks the run to stop and keep what it has, the second cancels it at
once, the third ends the program. At any other time the first ends the program.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from model_runtime.control import RunControl

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Not every system has all: SIGHUP is a closed terminal, SIGBREAK Windows' Ctrl-Break."""


class Interrupts:
    """How often the person asked to stop. Nothing is printed here: a signal may come amid a print."""

    def __init__(self) -> None:
        self.asked = 0
        self._control: RunControl | None = None

    @contextmanager
    def steering(self, control: RunControl) -> Iterator[None]:
        """Turn interrupts into asks to `control` while the block runs."""
        self._control = control
        try:
            yield
        finally:
            self._control = None

    def ask(self, *_: object) -> None:
        """One more interrupt, as a signal handler or called by hand."""
        self.asked += 1
        if self._control is None or self.asked > 2:
            raise KeyboardInterrupt
        if self.asked == 1:
            self._control.stop_and_keep()
        else:
            self._control.cancel()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Listen to the signals while the block runs; outside the main thread nothing is changed."""
        before: dict[int, Callable[[int, FrameType | None], Any] | int | None] = {}
        try:
            for name in _SIGNALS:
                number = getattr(signal, name, None)
                # What is ignored stays ignored: nohup and shells' background jobs mean it. None is a
                # handler from outside Python, which could not be put back.
                if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
                    before[number] = signal.signal(number, self.ask)
        except ValueError:
            pass
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
