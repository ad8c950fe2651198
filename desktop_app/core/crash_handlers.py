"""Catches what nobody else caught, in every thread, and the crashes that Python itself does not survive."""

from __future__ import annotations

import faulthandler
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from desktop_app.core.crash_reports import write_crash_report, write_report
from desktop_app.core.tracebacks import shorten_home

HARD_CRASH_FILE = "hard-crash-{program}.txt"
"""faulthandler writes here, with the process dying around it; the next start makes a report of it."""

OnCrash = Callable[[BaseException, Path | None], None]


class CrashHandlers:
    """Between `install` and `uninstall` uncaught exceptions become reports.

    on_crash(error, report): called in the thread that failed, after its report is written; report is None
    where no folder took it. It may be set at any time. The hooks that were there before are called too, so a
    traceback still reaches a terminal. KeyboardInterrupt and SystemExit are no crashes. What fails again at
    the same place, as painting may sixty times a second, is neither reported nor told again.

    Only one process at a time may use the same logs with the same program's name: two would share the file
    for hard crashes.
    """

    def __init__(self, logs: Path, *, program: str, on_crash: OnCrash | None = None) -> None:
        self.on_crash = on_crash
        self._logs = logs
        self._program = program
        self._hooks = sys.excepthook, threading.excepthook
        self._hard_file = logs / HARD_CRASH_FILE.format(program=program)
        self._hard: TextIOWrapper | None = None
        self._reported: dict[tuple[object, ...], Path | None] = {}

    def install(self) -> None:
        """Turn the last run's hard crash into a report, then watch over this one; never raises."""
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        with suppress(OSError):
            recover_hard_crash(self._logs, program=self._program)
            self._logs.mkdir(parents=True, exist_ok=True)
            self._hard = self._hard_file.open("w", encoding="utf-8")
            faulthandler.enable(self._hard)

    def uninstall(self) -> None:
        """Put everything back; the file for hard crashes goes away unused."""
        sys.excepthook, threading.excepthook = self._hooks
        if self._hard is not None:
            faulthandler.disable()
            self._hard.close()
            self._hard = None
            with suppress(OSError):
                self._hard_file.unlink()

    def report(self, error: BaseException) -> Path | None:
        """Write the report of an exception that was caught after all, and tell of it; returns its file."""
        place = _place(error)
        if place in self._reported:
            return self._reported[place]
        file = self._reported[place] = write_crash_report(error, self._logs, program=self._program)
        if self.on_crash is not None:
            self.on_crash(error, file)
        return file

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        try:
            if isinstance(error, Exception):
                self.report(error)
        finally:
            self._hooks[0](kind, error, trace)

    def _uncaught_in_thread(self, failure: threading.ExceptHookArgs) -> None:
        try:
            if isinstance(failure.exc_value, Exception):
                self.report(failure.exc_value)
        finally:
            self._hooks[1](failure)


def _place(error: BaseException) -> tuple[object, ...]:
    """What was raised and where, the same for every time it happens."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error), *((frame.filename, frame.lineno) for frame in frames[-1:])


def recover_hard_crash(logs: Path, *, program: str) -> Path | None:
    """Make a report of what faulthandler left behind; None where there is nothing. Raises OSError."""
    file = logs / HARD_CRASH_FILE.format(program=program)
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
        when = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
    except FileNotFoundError:
        return None
    if not text.strip():  # the program was killed, which says nothing about its mistakes
        return None
    report = write_report(f"{program} ended hard", shorten_home(text), logs, when)
    file.unlink()
    return report
