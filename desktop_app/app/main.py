"""From the command line's options to the end of the program."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_app.app.program import Program
from desktop_app.core.crash_handlers import CrashHandlers
from desktop_app.core.logs import open_log
from desktop_app.core.paths import AppPaths
from desktop_app.core.settings.settings_file import SettingsFile
from desktop_app.start import Options, parse
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.second_start import SecondStart
from desktop_app.workers.single_instance import Claim, SingleInstance
from model_runtime.recipe.record import program_version

NO_ANSWER = 4
"""The exit code where another program has the data folder and does not answer."""

SWITCH_SECONDS = 0.001
"""So long may a busy thread keep Python's lock from the window; the usual 5 ms add up to gaps that are felt."""

_log = logging.getLogger(__name__)


def run(options: Options) -> int:
    """Open the window, unless one is open for the same folder; returns the exit code when it is closed."""
    paths = AppPaths.choose(data_dir=options.data_dir, models_dir=options.models_dir)
    sys.setswitchinterval(SWITCH_SECONDS)
    app = _application()
    instance = SingleInstance(paths.data)
    claim = instance.claim(SecondStart(arguments=tuple(sys.argv[1:])))
    if claim is not Claim.OURS:
        instance.release()
        if claim is Claim.HANDED_OVER:
            return 0
        sys.stderr.write(f"armchair: another Armchair uses {paths.data} and does not answer.\n")
        return NO_ANSWER
    with _watched(paths) as crashes:
        settings, faults = SettingsFile(paths.settings_file).load()
        chosen = paths.with_overrides(
            pictures=settings.pictures_folder, models="" if options.models_dir else settings.models_folder
        )
        theme = Theme(settings.theme)  # type: ignore[arg-type]  # the declaration allows just these
        theme.apply_to(app)
        program = Program(chosen, settings, theme, usual=paths, prompt=options.prompt)
        crashes.on_crash = program.tell_crash
        for fault in faults:
            program.services.board.post_fault(fault)
        instance.started_again.connect(lambda start: program.show_again(_prompt_of(start)))
        program.window.show()
        try:
            return app.exec()
        finally:
            crashes.on_crash = None
            program.close()
            instance.release()


def _application() -> QApplication:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = QApplication(["armchair"])
    app.setApplicationName("Armchair")
    app.setApplicationVersion(program_version())
    QGuiApplication.setDesktopFileName("armchair")
    return app


@contextmanager
def _watched(paths: AppPaths) -> Iterator[CrashHandlers]:
    """With a log, and crashes written down; neither is worth not starting for."""
    crashes = CrashHandlers(paths.logs, program="armchair")
    crashes.install()
    log = None
    with suppress(OSError):
        log = open_log(paths.log_file)
    _log.info("Armchair %s begins, process %d", program_version(), os.getpid())
    try:
        yield crashes
    finally:
        if log is not None:
            log.close()
        crashes.uninstall()


def _prompt_of(start: SecondStart) -> str:
    """The prompt that a second start asks for; "" where its arguments are none of ours."""
    try:
        return parse(start.arguments).prompt
    except SystemExit:
        return ""
