"""The generation thread: one engine process, one job at a time, and exactly one end for each job."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import wait
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, Outcome, PreviewRate
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.workers.engine_child import EngineDied
from desktop_app.workers.keeping import Keep, Keeping
from desktop_app.workers.listener import Listener
from desktop_app.workers.messages import Ask, Cancel, Control, Draw, Ended, EventArrived, FromEngine, Restart
from desktop_app.workers.model_host import ModelHost
from desktop_app.workers.picture_passing import Receiver
from desktop_app.workers.waking_queue import WakingQueue
from model_runtime.events import watch_positions

ENDING_SECONDS = 10.0
"""So long may a cancelled run take to its next token at shutdown; then its process is ended under it."""

SAVING_SECONDS = 5.0
"""So long may the last pictures take to be saved after that."""

_CANCELLED = Outcome(ending=Ending.CANCELLED)


@dataclass(kw_only=True, eq=False)
class _Turn:
    """The job whose turn it is, from when its model is looked for to its end."""

    job: Job
    keeping: Keeping
    drawing: bool = False
    early: list[Restart] = field(default_factory=list)
    receiver: Receiver = field(default_factory=Receiver)


class Generation:
    """Runs in a thread of its own until `shutdown`; every other method only leaves word and returns."""

    def __init__(self, models_dir: Path | None, keep: Keep, listener: Listener) -> None:
        self.previews: PreviewRate = "every_row"
        """From the next job on; set by any thread."""
        self._keep = keep
        self._listener = listener
        self._host = ModelHost(models_dir, listener)
        self._asked: WakingQueue[Callable[[], None]] = WakingQueue()
        self._acts: deque[Callable[[], None]] = deque()
        self._work: deque[Job | ModelChoice] = deque()
        self._turn: _Turn | None = None
        self._closing_at: float | None = None
        # A daemon: should a disk hang, the program can end all the same; files appear whole or not at all.
        self._thread = threading.Thread(target=self._run, name="generation", daemon=True)
        self._thread.start()

    def add(self, work: Job | ModelChoice) -> None:
        """Draw a job, or have a model ready, after what was added before."""
        self._asked.put(partial(self._take_work, work))

    def steer(self, control: Control) -> None:
        """Cancel a job or change its run; one that waits is taken out of the queue."""
        self._asked.put(partial(self._take_control, control))

    def ask(self, ask: Ask) -> None:
        """Have the engine asked; its ticket is answered once, whatever happens."""
        self._asked.put(partial(self._host.ask, ask))

    def shutdown(self) -> None:
        """Cancel everything and wait, not forever, until process and thread are gone; nothing may follow."""
        self._asked.put(self._close)
        self._thread.join(ENDING_SECONDS + SAVING_SECONDS)

    # The loop ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while self._closing_at is None or (self._turn is not None and time.monotonic() < self._closing_at):
            try:
                self._go_on()
                self._wait()
            except EngineDied as death:
                self._lose_engine(death.fault, listen=True)
            except Exception as error:  # a mistake in here must not leave a job without an end
                self._lose_engine(Fault.of(error), listen=False)
        self._end_turn(_CANCELLED)
        self._host.end()
        self._asked.close()

    def _wait(self) -> None:
        """Wait for something to happen, and see to it."""
        if not self._acts:
            sources = [self._asked.reader]
            if self._host.connection is not None:
                sources.append(self._host.connection)
            patience = None if self._closing_at is None else max(0.0, self._closing_at - time.monotonic())
            ready = wait(sources, patience)
            self._acts.extend(self._asked.take())
            if self._host.connection in ready:
                self._hear(self._host.receive())
        # One by one: where an act fails, those after it are still there.
        while self._acts:
            self._acts.popleft()()

    def _go_on(self) -> None:
        """Give an idle engine its next work."""
        if self._turn is None and not self._host.loading:
            self._next_turn()
        turn = self._turn
        if turn is None or turn.drawing or self._host.loading:
            return
        facts = self._host.facts_of(turn.job.model)
        if facts is None:
            self._host.want(turn.job.model)
            return
        turn.drawing = True
        watch = watch_positions(facts.image_length)
        self._host.send(Draw(job_id=turn.job.id, request=turn.job.request, watch=watch, previews=self.previews))
        for control in turn.early:
            self._host.send(control)

    def _next_turn(self) -> None:
        while self._work and self._turn is None:
            work = self._work.popleft()
            if isinstance(work, Job):
                kept = partial(self._listener.picture_kept, work.id)
                lost = partial(self._listener.picture_lost, work.id)
                self._turn = _Turn(job=work, keeping=Keeping(work, self._keep, kept, lost))
                self._listener.job_started(work.id)
            elif not self._work:  # else what follows has a model of its own
                self._host.want(work)

    # What comes out of the pipe ----------------------------------------------------------------------

    def _hear(self, message: FromEngine) -> None:
        if not isinstance(message, EventArrived | Ended):
            fault = self._host.hear(message)
            if fault is not None:
                self._end_turn(Outcome(ending=Ending.FAILED, fault=fault))
            return
        turn = self._turn
        if turn is None or turn.job.id != message.job_id:
            return
        if isinstance(message, Ended):
            self._end_turn(message.outcome)
            return
        event = turn.receiver.unpack(message.event)
        self._listener.event_arrived(message.job_id, event)
        turn.keeping.take(event)

    def _end_turn(self, outcome: Outcome) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.keeping.give_up_judging()
            self._listener.job_ended(turn.job.id, outcome)

    def _lose_engine(self, fault: Fault, *, listen: bool) -> None:
        """End the process and the job it drew; the next job, or the next load, starts another.

        listen: first hear what the process said before its death.
        """
        try:
            while listen and self._host.connection is not None and self._host.connection.poll():
                self._hear(self._host.receive())
        except EngineDied:
            pass
        except Exception as error:
            fault = Fault.of(error)
        self._host.lose(fault)
        self._end_turn(Outcome(ending=Ending.FAILED, fault=fault))

    # What was asked ----------------------------------------------------------------------------------

    def _take_work(self, work: Job | ModelChoice) -> None:
        self._work.append(work)

    def _take_control(self, control: Control) -> None:
        turn = self._turn
        if turn is not None and turn.job.id == control.job_id:
            if turn.drawing:
                self._host.send(control)
            elif isinstance(control, Restart):
                turn.early.append(control)
            else:
                self._end_turn(_CANCELLED)
            return
        for work in self._work:
            if isinstance(work, Job) and work.id == control.job_id and not isinstance(control, Restart):
                self._work.remove(work)
                self._listener.job_ended(work.id, _CANCELLED)
                return

    def _close(self) -> None:
        self._closing_at = time.monotonic() + ENDING_SECONDS
        waiting, self._work = self._work, deque()
        for work in waiting:
            if isinstance(work, Job):
                self._listener.job_ended(work.id, _CANCELLED)
        if self._turn is not None:
            self._take_control(Cancel(job_id=self._turn.job.id))
