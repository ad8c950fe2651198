"""The whole program with a window: its parts, its start in two steps, its end."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.app.drawing_part import DrawingPart
from desktop_app.app.form_part import FormPart
from desktop_app.app.services import Services
from desktop_app.app.window_part import REDUCED_MOTION, WindowPart
from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.jobs.job import Job
from desktop_app.core.library.library import Library, open_library
from desktop_app.core.notices import Notice, NoticeBoard
from desktop_app.core.paths import AppPaths
from desktop_app.core.settings.settings import Settings
from desktop_app.core.settings.settings_file import SettingsFile
from desktop_app.core.window_state import WindowState
from desktop_app.presenters.closing import ClosingPresenter
from desktop_app.presenters.preferences_presenter import PreferencesPresenter
from desktop_app.ui.closing_dialog import Closing, ask_closing
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from desktop_app.workers.generation_worker import GenerationWorker
from model_runtime.result import GeneratedImage


class Program(QObject):
    """What can be seen is built at once; the library, the engine and everything slow follow the first paint."""

    _crashed = Signal(object)  # from any thread to the window's

    def __init__(
        self, paths: AppPaths, settings: Settings, theme: Theme, *, usual: AppPaths | None = None, prompt: str = ""
    ) -> None:
        super().__init__()
        self.library: Library | None = None
        self._closing: ClosingPresenter | None = None
        self.services = Services(
            paths=paths,
            usual=usual or paths,
            preferences=PreferencesPresenter(SettingsFile(paths.settings_file), settings, self),
            board=NoticeBoard(),
            theme=theme,
            background=Background(self),
            engine=GenerationWorker(paths.models, self._keep, self),
        )
        theme.set_reduced_motion(REDUCED_MOTION[settings.reduced_motion])
        state = WindowState(paths.window_state_file)
        self.form = FormPart(self.services, state, prompt=prompt, parent=self)
        self.drawing = DrawingPart(self.services, self.form, self)
        self.around = WindowPart(self.services, self.form, self.drawing, state, self)
        self.window = self.around.window
        self._crashed.connect(self.services.board.post)
        self.window.first_painted.connect(self._begin)
        self.window.close_requested.connect(self._ask_to_close)

    def tell_crash(self, error: BaseException, report: Path | None) -> None:
        """An exception that nobody caught was written down; called in the thread that met it."""
        fault = Fault.of(error)
        notice = dataclasses.replace(Notice.of(fault), parameters=dict(fault.parameters) | {"file": str(report or "")})
        self._crashed.emit(notice)

    def show_again(self, prompt: str) -> None:
        """Somebody started the program a second time."""
        if prompt:
            self.form.create.change(prompt=prompt)
        self.window.raise_up()

    def close(self) -> None:
        """End everything, in the order that loses nothing: the engine before what keeps its pictures."""
        queue = self.drawing.queue
        self.around.close()
        if queue is not None:
            queue.close()
        self.services.engine.shutdown()
        self.services.background.shutdown()
        if queue is not None:
            queue.flush()
        if self.library is not None:
            self.library.close()

    def _begin(self) -> None:
        services = self.services
        self.form.begin()
        opening = partial(open_library, services.paths.catalogue_file, services.paths.pictures)
        services.background.run(opening, self._take_library, services.board.post_fault)

    def _take_library(self, library: Library) -> None:
        self.library = library
        for fault in library.faults:
            self.services.board.post_fault(fault)
        self.drawing.begin(library)
        self.around.begin()
        queue = self.drawing.queue
        if queue is not None:
            self._closing = ClosingPresenter(queue, self.services.engine, self)
            self._closing.question_wanted.connect(self._ask_how_to_close)
            self._closing.close_wanted.connect(self.window.close_now)

    def _keep(self, job: Job, image: GeneratedImage) -> KeptPicture:
        """In the generation thread. Jobs are submitted by the queue, which is there once the library is."""
        if self.library is None:
            raise RuntimeError("a picture came before the library")
        return self.library.shelf.keep(image, job.parent_of(image.index))

    def _ask_to_close(self) -> None:
        if self._closing is None:
            self.window.close_now()
        else:
            self._closing.request()

    def _ask_how_to_close(self, waiting: int) -> None:
        closing = self._closing
        if closing is None:
            return
        match ask_closing(self.window, waiting):
            case Closing.FINISH_FIRST:
                closing.finish_first()
            case Closing.STOP_AND_KEEP:
                closing.stop_and_keep()
            case Closing.GO_ON:
                closing.go_on()
