"""A run that the engine draws, from its job to its outcome."""

from __future__ import annotations

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, KeptPicture, Outcome
from desktop_app.core.jobs.job import Job
from desktop_app.presenters.run.cells import CellStage, RunPhase, RunProgress, RunState
from desktop_app.presenters.run.growing_run import Changes, GrowingRun

_PHASES = {
    Ending.FINISHED: RunPhase.FINISHED,
    Ending.CANCELLED: RunPhase.STOPPED,
    Ending.FAILED: RunPhase.FAILED,
}


class DrawnRun(GrowingRun):
    """One job from its start to its end, and after it."""

    def __init__(self, job: Job, began: float, *, image_length: int = 0) -> None:
        """`image_length` as the loaded model has it, 0 where that is unknown: the first progress tells it."""
        super().__init__(job.id, job.request, began, image_length)
        self.job = job
        self.outcome: Outcome | None = None
        self._stopping = False

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
