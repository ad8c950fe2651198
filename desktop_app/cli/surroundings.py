"""What every command is handed: the terminal, the folders, the interrupts."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.cli.console import Console
from desktop_app.cli.failures import sentence, show_traceback
from desktop_app.cli.interrupts import Interrupts
from desktop_app.core.paths import AppPaths


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """One program run's surroundings; `debug` shows the traceback of every error."""

    console: Console
    paths: AppPaths
    interrupts: Interrupts
    debug: bool = False

    def complain(self, error: BaseException, about: str = "") -> None:
        """Say what went wrong in one sentence; `about` names the prompt or file where there are several."""
        self.console.complain(f"armchair-cli: {about}{sentence(error)}")
        if self.debug:
            show_traceback(error)
