"""A run that the engine draws: its events folded into what is on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import singledispatchmethod

from PySide6.QtGui import QImage

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, KeptPicture, Outcome
from desktop_app.core.jobs.job import Job
from desktop_app.presenters.run.cells import CellStage, CellState, RunPhase, RunProgress, RunState
from desktop_app.presenters.run.pixels import PictureCanvas
from desktop_app.presenters.run.shown_run import ShownRun
from desktop_app.presenters.run.timing import RunTiming
from model_runtime.events import (
    BatchReduced,
    Event,
    FullPreview,
    ImageFinished,
    Progress,
    RowPreview,
    RunCancelled,
    RunFinished,
    SlotRestarted,
    Stage,
    StageChanged,
)
from model_runtime.recipe.record import Tokens

_PHASES = {
    Ending.FINISHED: RunPhase.FINISHED,
    Ending.CANCELLED: RunPhase.STOPPED,
    Ending.FAILED: RunPhase.FAILED,
}


@dataclass
class Changes:
    """What an event changed on the screen. pixels: index → whether they are a real decode."""

    run: bool = False
    progress: bool = False
    cells: set[int] = field(default_factory=set)
    pixels: dict[int, bool] = field(default_factory=dict)


class DrawnRun(ShownRun):
    """One job from its start to its end, and after it."""

    def __init__(self, job: Job, began: float, *, image_length: int = 0) -> None:
        """`image_length` as the loaded model has it, 0 where that is unknown: the first progress tells it."""
        request = job.request
        first = request.seed or 0
        seeds = request.seeds or tuple(range(first, first + request.image_count))
        rows = math.isqrt(image_length)
        cells = [CellState(index=index, seed=seed, rows_total=rows) for index, seed in enumerate(seeds)]
        super().__init__(job.id, request, cells)
        self.job = job
        self.outcome: Outcome | None = None
        self._canvases = [PictureCanvas() for _ in seeds]
        self._tokens: dict[int, Tokens] = {}
        self._timing = RunTiming(began)
        self._stage: Stage | None = None
        self._batch: int | None = None
        self._done = 0
        self._total = image_length * request.image_count
        self._stopping = False
        self._rejected: set[int] = set()

    # What the engine says ---------------------------------------------------------------------------

    def apply(self, event: Event, now: float) -> Changes:
        """Take an event of this job."""
        changes = Changes()
        self._take(event, changes, now)
        return changes

    @singledispatchmethod
    def _take(self, event: Event, changes: Changes, now: float) -> None:
        """An event that changes nothing here."""

    @_take.register
    def _(self, event: StageChanged, changes: Changes, now: float) -> None:
        self._stage = event.stage
        changes.run = True

    @_take.register
    def _(self, event: Progress, changes: Changes, now: float) -> None:
        self._timing.note(event.done, event.total, now)
        self._done = event.done
        changes.progress = True
        if event.total != self._total:
            self._total = event.total
            rows = math.isqrt(event.total // len(self._cells))
            for index in range(len(self._cells)):
                self.change(index, rows_total=rows)
                changes.cells.add(index)

    @_take.register
    def _(self, event: RowPreview, changes: Changes, now: float) -> None:
        if self._outdated(event.index):
            return
        rows_total = self.cell(event.index).rows_total or event.rows_done
        self._canvases[event.index].add_rows(event.image, event.rows_done, rows_total)
        self._tokens[event.index] = event.tokens
        self._drawn(event.index, event.rows_done, changes)
        changes.pixels[event.index] = False

    @_take.register
    def _(self, event: FullPreview, changes: Changes, now: float) -> None:
        if self._outdated(event.index):
            return
        self._canvases[event.index].replace(event.image, event.rows_done)
        self._drawn(event.index, event.rows_done, changes)
        changes.pixels[event.index] = True

    def _drawn(self, index: int, rows_done: int, changes: Changes) -> None:
        self.change(index, stage=CellStage.DRAWING, rows_done=rows_done)
        changes.cells.add(index)

    def _outdated(self, index: int) -> bool:
        # Between the click and the engine's answer a rejected picture still grows: it is not wanted.
        return index in self._rejected

    @_take.register
    def _(self, event: ImageFinished, changes: Changes, now: float) -> None:
        image = event.image
        self._rejected.discard(event.index)
        rows = self.cell(event.index).rows_total or math.isqrt(image.image_length)
        gain = image.likelihood_gain
        self.change(
            event.index,
            stage=CellStage.FINISHED,
            seed=image.seed,
            rows_done=rows,
            rows_total=rows,
            likelihood_gain=gain if math.isfinite(gain) else None,
            clip_score=image.clip_score,
            rejecting=False,
        )
        self._tokens[event.index] = image.tokens
        self._canvases[event.index].replace(image.image, rows)
        changes.cells.add(event.index)
        changes.pixels[event.index] = True
        changes.progress = True

    @_take.register
    def _(self, event: SlotRestarted, changes: Changes, now: float) -> None:
        self._rejected.discard(event.index)
        self._start_over(event.index, changes)
        self.change(event.index, seed=event.seed, restarted=True)

    @_take.register
    def _(self, event: BatchReduced, changes: Changes, now: float) -> None:
        self._batch = event.batch
        changes.run = True
        for cell in self.cells:
            # One with all its rows waits for its pixels and is kept.
            if cell.on_its_way and cell.rows_done < cell.rows_total:
                self._start_over(cell.index, changes)

    def _start_over(self, index: int, changes: Changes) -> None:
        self._canvases[index].clear()
        self._tokens.pop(index, None)
        self.change(
            index,
            stage=CellStage.WAITING,
            rows_done=0,
            rank=None,
            likelihood_gain=None,
            clip_score=None,
            rejecting=False,
            kept=None,
            fault=None,
        )
        changes.cells.add(index)
        changes.pixels[index] = False

    @_take.register
    def _(self, event: RunFinished, changes: Changes, now: float) -> None:
        result = event.result
        self.request = result.request
        for rank, place in enumerate(result.ranking):
            index = result.images[place].index
            self.change(index, rank=rank)
            changes.cells.add(index)

    @_take.register
    def _(self, event: RunCancelled, changes: Changes, now: float) -> None:
        self.request = event.result.request
        for image in event.result.images:
            if image.finished:
                continue
            cell = self.cell(image.index)
            rows = image.tokens_done * cell.rows_total // image.image_length
            self._canvases[image.index].replace(image.image, rows)
            self._tokens[image.index] = image.tokens[: image.tokens_done]
            self.change(image.index, stage=CellStage.UNFINISHED, rows_done=rows, rejecting=False)
            changes.cells.add(image.index)
            changes.pixels[image.index] = True

    # What the saving says ---------------------------------------------------------------------------

    def keep(self, index: int, picture: KeptPicture) -> None:
        """The picture's file is safe."""
        self.change(index, kept=picture)

    def lose(self, index: int, fault: Fault) -> None:
        """The picture was drawn and could not be saved; it stays on the screen."""
        self.change(index, stage=CellStage.UNSAVED, fault=fault)

    def end(self, outcome: Outcome, now: float) -> Changes:
        """The job has ended; what was not finished by now never will be in this run."""
        self.outcome = outcome
        self._timing.end(now)
        self._stage = None
        changes = Changes(run=True, progress=True)
        for cell in self.cells:
            if cell.on_its_way:
                self.change(cell.index, stage=CellStage.STOPPED, rejecting=False)
                changes.cells.add(cell.index)
        return changes

    # What the person asks ---------------------------------------------------------------------------

    def ask_stop(self) -> None:
        """Show that stopping was asked for; the engine answers at the next token."""
        self._stopping = True

    def can_reject(self, index: int) -> bool:
        """Whether a picture can be drawn anew while the others go on."""
        cell = self.cell(index)
        return self.outcome is None and not self._stopping and cell.on_its_way and not cell.rejecting

    def ask_restart(self, index: int) -> None:
        """Show that a picture will start anew; the engine answers with SlotRestarted."""
        self._rejected.add(index)
        self.change(index, rejecting=True)

    # What is on the screen --------------------------------------------------------------------------

    def image(self, index: int) -> QImage:
        """The pixels known so far; a null image where there are none."""
        return self._canvases[index].image

    def tokens(self, index: int) -> Tokens | None:
        """The final tokens of a picture, (rows_done * side,); None before its first row."""
        return self._tokens.get(index)

    @property
    def catalogue_id(self) -> str | None:
        """The stored run that its pictures belong to, None before one is kept."""
        return next((cell.kept.run_id for cell in self._cells if cell.kept is not None), None)

    @property
    def state(self) -> RunState:
        """The run as a whole."""
        going_on = self.outcome is None and not self._stopping
        phase = RunPhase.STOPPING if self._stopping else RunPhase.DRAWING
        return RunState(
            id=self.id,
            prompt=self.request.prompt,
            image_count=len(self._cells),
            phase=phase if self.outcome is None else _PHASES[self.outcome.ending],
            private=self.job.private,
            stage=self._stage,
            fault=None if self.outcome is None else self.outcome.fault,
            batch=self._batch,
            can_stop=going_on,
            # A private run keeps nothing.
            can_stop_and_keep=going_on and not self.job.private,
            can_finish=len(self.unfinished()) if self.outcome is not None else 0,
        )

    def progress(self, now: float) -> RunProgress:
        """How far it is."""
        rows = [cell.rows_done for cell in self._cells if cell.stage is CellStage.DRAWING]
        return RunProgress(
            tokens_done=self._done,
            tokens_total=self._total,
            lowest_row=min(rows, default=0),
            highest_row=max(rows, default=0),
            rows_total=self._cells[0].rows_total,
            pictures_done=self.pictures_done,
            pictures_total=len(self._cells),
            seconds_left=self._timing.seconds_left(now),
            seconds=self._timing.seconds(now),
            pictures_a_minute=self._timing.a_minute(self.pictures_done, now),
        )
