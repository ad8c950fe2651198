"""The queue: hands jobs to the engine one at a time, so that the rest can still be moved or removed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineState, Outcome
from desktop_app.core.jobs.job import Job
from desktop_app.presenters.ports import Background, Engine
from desktop_app.presenters.queue.engine_trust import EngineTrust
from desktop_app.presenters.queue.job_keeper import JobKeeper
from desktop_app.presenters.queue.pause import Pause, PauseReason
from desktop_app.presenters.queue.ports import JobStore
from desktop_app.presenters.queue.queue_model import QueueModel


class QueuePresenter(QObject):
    """Decides what is drawn next.

    A job is forgotten when it ends, however it ends; until then it is kept in the store, the running one
    too, so that a crash costs no prompt. One that ends because the program does is kept as well. Private jobs
    are never stored.
    """

    running_changed = Signal(object)  # Job, or None
    waiting_changed = Signal(int)  # how many
    paused_changed = Signal(object)  # Pause, or None
    stop_after_this_changed = Signal(bool)
    job_failed = Signal(object, object)  # Job, Fault
    all_done = Signal()  # the last job ended on its own and nothing waits
    store_failed = Signal(object)  # Fault: a kept job cannot be read, or what waits is not kept any more

    def __init__(self, engine: Engine, store: JobStore, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = QueueModel()
        self._engine = engine
        self._store = store
        self._keeper = JobKeeper(store, background, self.store_failed.emit)
        self._trust = EngineTrust()
        self._running: Job | None = None
        self._pause: Pause | None = None
        self._stop_after_this = False
        self._closed = False
        engine.state_changed.connect(self._on_state_changed)
        engine.job_ended.connect(self._on_job_ended)

    @property
    def running(self) -> Job | None:
        """The job that the engine has."""
        return self._running

    @property
    def waiting(self) -> Sequence[Job]:
        """The jobs that the engine has not been given, the next one first."""
        return self.model.jobs

    @property
    def pause_state(self) -> Pause | None:
        """Why nothing new starts; None where it does."""
        return self._pause

    @property
    def stops_after_this(self) -> bool:
        """Whether the queue will pause once the running job ends."""
        return self._stop_after_this

    def restore(self) -> None:
        """Take in what waited when the program closed, or crashed, and start none of it. Called once, first."""
        try:
            restored = self._store.restore()
        except Exception as error:  # whatever is wrong with it, drawing does not need the store
            self.store_failed.emit(Fault.of(error))
            return
        if restored.jobs:
            self.model.insert(0, restored.jobs)
            self._set_pause(Pause(reason=PauseReason.RESTORED, waited=len(restored.jobs)))
            self.waiting_changed.emit(len(restored.jobs))
        for fault in restored.faults:
            self.store_failed.emit(fault)

    def add(self, job: Job, *, first: bool = False) -> None:
        """Draw a job after those that wait, or before them.

        Where the program paused the queue, not the person, the job is drawn at once if nothing else is
        being drawn: someone has just asked for it, while the others go on waiting to be resumed.
        """
        held = self._pause is not None and self._pause.by_program
        at_once = held and self._running is None and not self._closed
        place = 0 if first or at_once else len(self.waiting)
        self.model.insert(place, [job])
        self._keeper.add(job)
        if place < len(self.waiting) - 1:
            self._keep_order()
        if at_once:
            self._start_next()
        else:
            self._waiting_altered()
            self._go_on()

    def remove(self, job_id: str) -> None:
        """Let a waiting job go; nothing happens where it does not wait."""
        row = self.model.row_of(job_id)
        if row is not None:
            self.model.take(row)
            self._keeper.remove(job_id)
            self._waiting_altered()

    def move(self, job_id: str, to: int) -> None:
        """Have a waiting job stand at place `to`, counted from 0 without it; beyond the ends means the ends."""
        row = self.model.row_of(job_id)
        if row is not None:
            self.model.move(row, max(0, min(to, len(self.waiting) - 1)))
            self._keep_order()

    def clear(self) -> None:
        """Let all waiting jobs go; the running one goes on."""
        for job in self.waiting:
            self._keeper.remove(job.id)
        self.model.clear()
        self._waiting_altered()

    def cancel(self, job_id: str) -> None:
        """Let a waiting job go, or end the running one at its next token, keeping its finished pictures."""
        if self._running is not None and self._running.id == job_id:
            self._engine.cancel(job_id)
        else:
            self.remove(job_id)

    def pause(self) -> None:
        """Start nothing new; the running job goes on."""
        self._set_stop_after_this(False)
        self._set_pause(Pause(reason=PauseReason.ASKED))

    def resume(self) -> None:
        """Go on with what waits."""
        self._set_stop_after_this(False)
        self._trust.reset()
        self._set_pause(None)
        self._go_on()

    def stop_after_this(self, wanted: bool = True) -> None:
        """Pause once the running job ends, if anything waits then; without a running job nothing happens."""
        self._set_stop_after_this(wanted and self._running is not None)

    def close(self) -> None:
        """Start nothing any more. Called before the engine is shut down: what waits must not be given to it."""
        self._closed = True

    def flush(self) -> None:
        """Have everything kept when this returns. Called after the engine is shut down."""
        self._keeper.flush()

    def _go_on(self) -> None:
        if not self._closed and self._running is None and self._pause is None and self.waiting:
            self._start_next()

    def _start_next(self) -> None:
        self._running = self.model.take(0)
        self._keeper.mark_running(self._running.id)
        self._waiting_altered()
        self._trust.job_submitted()
        self.running_changed.emit(self._running)
        self._engine.submit(self._running)

    def _on_state_changed(self, state: EngineState) -> None:
        self._trust.state_changed(state)

    def _on_job_ended(self, job_id: str, outcome: Outcome) -> None:
        job = self._running
        if job is None or job.id != job_id:
            return
        self._running = None
        self._trust.job_ended(job.model, outcome)
        if not (self._closed and outcome.ending is Ending.CANCELLED):
            self._keeper.remove(job_id)  # else the program's end ended it, not the person
        self._hold_or_release(outcome)
        if outcome.ending is Ending.FAILED:
            self.job_failed.emit(job, outcome.fault)
        # A slot of job_failed may have asked for a job, which is then running.
        self._go_on()
        if self._running is None:
            self.running_changed.emit(None)
            if not self.waiting and outcome.ending is not Ending.CANCELLED:
                self.all_done.emit()

    def _hold_or_release(self, outcome: Outcome) -> None:
        reason = None if self._pause is None else self._pause.reason
        lost = self._trust.lost_for(self.waiting[0].model) if self.waiting else None
        if lost is not None and reason is not PauseReason.ASKED:
            self._set_pause(Pause(reason=PauseReason.ENGINE_FAILED, fault=lost))
        elif self._stop_after_this and self.waiting:
            self._set_pause(Pause(reason=PauseReason.ASKED))
        elif reason is PauseReason.ENGINE_FAILED and outcome.ending is Ending.FINISHED:
            self._set_pause(None)  # it draws again
        self._set_stop_after_this(False)

    def _waiting_altered(self) -> None:
        self.waiting_changed.emit(len(self.waiting))
        if not self.waiting and self._pause is not None and self._pause.by_program:
            self._set_pause(None)  # nothing is left that the pause was for

    def _set_pause(self, pause: Pause | None) -> None:
        if pause != self._pause:
            self._pause = pause
            self.paused_changed.emit(pause)

    def _set_stop_after_this(self, wanted: bool) -> None:
        if wanted != self._stop_after_this:
            self._stop_after_this = wanted
            self.stop_after_this_changed.emit(wanted)

    def _keep_order(self) -> None:
        self._keeper.arrange([job.id for job in self.waiting])
