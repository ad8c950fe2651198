"""Which run is shown, what it looks like, and what can be asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, KeptPicture, Outcome
from desktop_app.core.jobs.job import Job
from desktop_app.core.library.records import GenerationRecord
from desktop_app.presenters.ports import Background, Engine
from desktop_app.presenters.run.cells import CellState, RunProgress, RunState
from desktop_app.presenters.run.drawn_run import DrawnRun
from desktop_app.presenters.run.growing_run import Changes
from desktop_app.presenters.run.shown_run import ShownRun
from desktop_app.presenters.run.stored_run import LoadedPicture, StoredRun, read_stored
from model_runtime.events import Event
from model_runtime.request import GenerationRequest


class RunPresenter(QObject):
    """Shows one run at a time: the one being drawn or drawn last, or a stored one that the person opened.

    Results never take the view away: while a stored run is open, or `hold` is on, a run that starts or ends
    only sets `has_news`. Every other signal is about the run that is shown.
    """

    run_replaced = Signal()  # another run is shown, or none: read everything anew
    run_changed = Signal()  # `state`
    cell_changed = Signal(int)  # `cell(index)`
    cell_pixels_changed = Signal(int, QImage, int, bool)  # index, pixels, rows that are final, a real decode?
    progress_changed = Signal()  # `progress`
    ended = Signal(object)  # Outcome of the drawn run, shown or not
    news_changed = Signal(bool)

    def __init__(
        self,
        engine: Engine,
        background: Background,
        *,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._clock = clock
        self._waiting: dict[str, Job] = {}
        self._live: DrawnRun | None = None
        self._shown: ShownRun | None = None
        self._image_length = 0
        self._holding = False
        self._news = False
        engine.state_changed.connect(self._take_engine_state)
        engine.job_started.connect(self._start)
        engine.event_arrived.connect(self._take_event)
        engine.picture_kept.connect(self._keep)
        engine.picture_lost.connect(self._lose)
        engine.job_ended.connect(self._end)

    # What is shown ----------------------------------------------------------------------------------

    @property
    def state(self) -> RunState | None:
        """The run as a whole; None where nothing was drawn or opened yet."""
        return None if self._shown is None else self._shown.state

    @property
    def progress(self) -> RunProgress:
        """How far it is now."""
        return RunProgress() if self._shown is None else self._shown.progress(self._clock())

    @property
    def cells(self) -> tuple[CellState, ...]:
        """Its pictures."""
        return () if self._shown is None else self._shown.cells

    def image(self, index: int) -> QImage:
        """A picture's pixels as far as they are known, else a null image."""
        return QImage() if self._shown is None else self._shown.image(index)

    @property
    def request(self) -> GenerationRequest | None:
        """What the shown run was asked with."""
        return None if self._shown is None else self._shown.request

    @property
    def has_news(self) -> bool:
        """Whether there is a drawn run to go back to that the person has not seen to its end."""
        return self._news

    @property
    def shown(self) -> ShownRun | None:
        """The run on the screen."""
        return self._shown

    @property
    def drawn(self) -> DrawnRun | None:
        """The run being drawn or drawn last, whatever is shown."""
        return self._live

    @property
    def shows_drawing(self) -> bool:
        """Whether the shown run is the one being drawn or drawn last."""
        return self._shown is not None and self._shown is self._live

    def show_record(self, record: GenerationRecord) -> None:
        """Open a run of the catalogue; its pictures appear as they are read."""
        if self._live is not None and self._live.catalogue_id == record.id:
            self.back_to_drawing()
            return
        run = StoredRun(record)
        self._show(run)
        for index, image in enumerate(record.images):
            self._background.run(
                partial(read_stored, image.path), partial(self._loaded, run, index), partial(self._failed, run, index)
            )

    def back_to_drawing(self) -> None:
        """Show the run being drawn or drawn last."""
        self._show(self._live)

    def leave(self, run_id: str) -> None:
        """A run is gone from the catalogue: where it is shown, show the drawn one instead, or nothing."""
        live, shown = self._live, self._shown
        if live is not None and live.catalogue_id == run_id and live.outcome is not None:
            self._live = None
            if shown is live:
                self._show(None)
        elif shown is not None and shown.id == run_id:
            self._show(live)

    def hold(self, holding: bool) -> None:
        """While on, the next run does not take the shown one's place: someone is looking at a picture."""
        self._holding = holding

    def _show(self, run: ShownRun | None) -> None:
        self._shown = run
        self._holding = False
        going_on = self._live is not None and self._live.outcome is None
        self._set_news(going_on and run is not self._live)
        self.run_replaced.emit()

    def _set_news(self, news: bool) -> None:
        if news != self._news:
            self._news = news
            self.news_changed.emit(news)

    # What the engine says ---------------------------------------------------------------------------

    def track(self, job: Job | None) -> None:
        """Know a job before it is submitted: the engine names it by its id alone. None is nothing."""
        if job is not None:
            self._waiting[job.id] = job

    def _take_engine_state(self, state: EngineState) -> None:
        if state.stage is EngineStage.READY and state.facts is not None:
            self._image_length = state.facts.image_length

    def _start(self, job_id: str) -> None:
        job = self._waiting.pop(job_id, None)
        if job is None:
            return
        follows = self._shown is self._live and not self._holding
        self._live = DrawnRun(job, self._clock(), image_length=self._image_length)
        if follows:
            self._show(self._live)
        else:
            self._set_news(True)

    def _drawing(self, job_id: str) -> DrawnRun | None:
        return self._live if self._live is not None and self._live.id == job_id else None

    def _take_event(self, job_id: str, event: Event) -> None:
        if run := self._drawing(job_id):
            self.tell(run, run.apply(event, self._clock()))

    def _keep(self, job_id: str, index: int, picture: KeptPicture) -> None:
        if run := self._drawing(job_id):
            run.keep(index, picture)
            self.tell(run, Changes(cells={index}))

    def _lose(self, job_id: str, index: int, fault: Fault) -> None:
        if run := self._drawing(job_id):
            run.lose(index, fault)
            self.tell(run, Changes(cells={index}))

    def _end(self, job_id: str, outcome: Outcome) -> None:
        self._waiting.pop(job_id, None)
        if run := self._drawing(job_id):
            self.tell(run, run.end(outcome, self._clock()))
            self.ended.emit(outcome)

    def tell(self, run: ShownRun, changes: Changes) -> None:
        """Emit what changed, where the run is the one on the screen."""
        if run is not self._shown:
            return
        for index, is_full in changes.pixels.items():
            self.cell_pixels_changed.emit(index, run.image(index), run.cell(index).rows_done, is_full)
        for index in sorted(changes.cells):
            self.cell_changed.emit(index)
        if changes.progress:
            self.progress_changed.emit()
        if changes.run:
            self.run_changed.emit()

    # What reading the files says --------------------------------------------------------------------

    def _loaded(self, run: StoredRun, index: int, picture: LoadedPicture) -> None:
        run.take(index, picture)
        self.tell(run, Changes(pixels={index: True}))

    def _failed(self, run: StoredRun, index: int, fault: Fault) -> None:
        run.lose(index, fault)
        self.tell(run, Changes(run=True, cells={index}))
