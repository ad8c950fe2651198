"""What every command is handed: the terminal, the folders, the interrupts."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.cli.console import Console
from desktop_app.cli.failures import (
    CRASHED,
    EXPECTED,
    exit_code,
    sentence,
    show_traceback,
)
from desktop_app.cli.interrupts import Interrupts
from desktop_app.core.crash_reports import write_crash_report
from desktop_app.core.paths import AppPaths


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """One program run's surroundings; `debug` shows the traceback of every error."""

    console: Console
    paths: AppPaths
    interrupts: Interrupts
    debug: bool = False

    def failed(self, error: Exception, about: str = "") -> int:
        """Tell of a failure in one sentence and return its exit code.

        about: names the prompt or file, where there are several. A fault in the program itself goes into a
        report that the person can send.
        """
        if isinstance(error, EXPECTED):
            code, text = exit_code(error), sentence(error)
        else:
            report = write_crash_report(error, self.paths.logs)
            where = f"the details are in {report}" if report else f"{type(error).__name__}: {error}"
            code, text = CRASHED, f"something went wrong in the program itself; {where}"
        self.console.complain(f"armchair-cli: {about}{text}")
        if self.debug:
            show_traceback(error)
        return code
