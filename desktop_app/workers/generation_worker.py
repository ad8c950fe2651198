"""The engine as the window's thread sees it: methods that return at once, signals that arrive in order."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineState, KeptPicture, Outcome, PreviewRate
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.workers.delivery import Delivery
from desktop_app.workers.generation import Generation
from desktop_app.workers.keeping import Keep
from desktop_app.workers.messages import (
    AskDecode,
    AskEstimate,
    AskLogits,
    Cancel,
    Control,
    Cost,
    Logits,
    Pixels,
    Restart,
    StopAndKeep,
)
from model_runtime.bounds import TokenArray, frozen_tokens, whole_number
from model_runtime.events import Event, FullPreview, Progress, RowPreview
from model_runtime.request import MAX_SEED, GenerationRequest


class GenerationWorker(QObject):
    """`presenters.ports.Engine`: see there for what the signals carry. All methods belong to the object's thread.

    Signals arrive in that thread, in the order in which things happened. Where it is slow, older previews and
    progress that nobody has seen yet are left out. `job_started` says that it is the job's turn; its model may
    still have to be loaded. Besides ArmchairError's codes, faults are `engine_died` (exit_code, signal),
    `engine_not_loadable` (reason: torch cannot be imported here) and `engine_not_ready` (asked before a model was
    loaded).
    """

    state_changed = Signal(object)
    job_started = Signal(str)
    event_arrived = Signal(str, object)
    picture_kept = Signal(str, int, object)
    picture_lost = Signal(str, int, object)
    job_ended = Signal(str, object)
    logits_arrived = Signal(int, object)
    estimate_arrived = Signal(int, object)
    pixels_arrived = Signal(int, object)

    def __init__(self, models_dir: Path | None, keep: Keep, parent: QObject | None = None) -> None:
        """`keep` makes a finished picture safe and is called in the generation thread. `shutdown` must be called."""
        super().__init__(parent)
        self._delivery = Delivery(self)
        self._generation = Generation(models_dir, keep, _Postman(self, self._delivery))
        self._tickets = itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._closed = False
        self.job_ended.connect(self._forget)

    def set_previews(self, rate: PreviewRate) -> None:
        """What to show of unfinished pictures, from the next job on."""
        self._generation.previews = rate

    def load(self, choice: ModelChoice) -> None:
        """Have a model ready; the one loaded before is let go."""
        if not self._closed:
            self._generation.add(choice)

    def submit(self, job: Job) -> None:
        """Draw a job after those submitted before it, loading its model first where it is another.

        Raises ValueError for a job that was submitted and has not ended.
        """
        if job.id in self._jobs:
            raise ValueError(f"job {job.id} is there already")
        self._jobs[job.id] = job
        if self._closed:
            self._delivery.post(partial(self.job_ended.emit, job.id, Outcome(ending=Ending.CANCELLED)))
        else:
            self._generation.add(job)

    def cancel(self, job_id: str) -> None:
        """End a job at the next token, keeping finished pictures; one still waiting ends at once."""
        self._steer(Cancel(job_id=job_id))

    def stop_and_keep(self, job_id: str) -> None:
        """End a job at the next token, keeping unfinished pictures too."""
        self._steer(StopAndKeep(job_id=job_id))

    def restart(self, job_id: str, index: int, seed: int) -> None:
        """Draw one picture of the running job anew with another seed; the others go on.

        Raises InvalidRequest for a picture that the job does not have and for an impossible seed.
        """
        job = self._jobs.get(job_id)
        if job is not None:
            index = whole_number("index", index, 0, job.request.image_count - 1)
            self._steer(Restart(job_id=job_id, index=index, seed=whole_number("seed", seed, 0, MAX_SEED)))

    def ask_logits(self, prompt: str, tokens: TokenArray, position: int) -> int:
        """Ask what the choice at `position` looked at; the answer comes with the returned ticket."""
        ticket = next(self._tickets)
        before = frozen_tokens(np.asarray(tokens)[: max(0, position)])
        if not self._refuse(ticket, self.logits_arrived):
            self._generation.ask(AskLogits(ticket=ticket, prompt=prompt, tokens=before, position=position))
        return ticket

    def ask_estimate(self, request: GenerationRequest) -> int:
        """Ask what a request will cost; the answer comes with the returned ticket."""
        ticket = next(self._tickets)
        if not self._refuse(ticket, self.estimate_arrived):
            self._generation.ask(AskEstimate(ticket=ticket, request=request))
        return ticket

    def ask_decode(self, tokens: TokenArray, *, coarse: bool) -> int:
        """Ask what a picture's first tokens look like; the answer comes with the returned ticket."""
        ticket = next(self._tickets)
        if not self._refuse(ticket, self.pixels_arrived):
            self._generation.ask(AskDecode(ticket=ticket, tokens=frozen_tokens(np.asarray(tokens)), coarse=coarse))
        return ticket

    def shutdown(self) -> None:
        """End the running job at the next token, then the process and the thread; returns when they are gone.

        Every job has had its `job_ended` by then. Bounded: an engine that does not listen is killed.
        """
        if not self._closed:
            self._closed = True
            self._generation.shutdown()
            self._delivery.flush()

    def _steer(self, control: Control) -> None:
        if not self._closed and control.job_id in self._jobs:
            self._generation.steer(control)

    def _refuse(self, ticket: int, signal: SignalInstance) -> bool:
        if self._closed:
            self._delivery.post(partial(signal.emit, ticket, Fault(code="engine_not_ready")))
        return self._closed

    def _forget(self, job_id: str, _: Outcome) -> None:
        self._jobs.pop(job_id, None)


class _Postman:
    """Brings what the generation thread tells to the worker's signals."""

    def __init__(self, worker: GenerationWorker, delivery: Delivery) -> None:
        self._worker = worker
        self._post = delivery.post

    def state_changed(self, state: EngineState) -> None:
        self._post(partial(self._worker.state_changed.emit, state))

    def job_started(self, job_id: str) -> None:
        self._post(partial(self._worker.job_started.emit, job_id))

    def event_arrived(self, job_id: str, event: Event) -> None:
        self._post(partial(self._worker.event_arrived.emit, job_id, event), key=_replaceable(job_id, event))

    def picture_kept(self, job_id: str, index: int, picture: KeptPicture) -> None:
        self._post(partial(self._worker.picture_kept.emit, job_id, index, picture))

    def picture_lost(self, job_id: str, index: int, fault: Fault) -> None:
        self._post(partial(self._worker.picture_lost.emit, job_id, index, fault))

    def job_ended(self, job_id: str, outcome: Outcome) -> None:
        self._post(partial(self._worker.job_ended.emit, job_id, outcome))

    def logits_arrived(self, ticket: int, answer: Logits | Fault) -> None:
        self._post(partial(self._worker.logits_arrived.emit, ticket, answer))

    def estimate_arrived(self, ticket: int, answer: Cost | Fault) -> None:
        self._post(partial(self._worker.estimate_arrived.emit, ticket, answer))

    def pixels_arrived(self, ticket: int, answer: Pixels | Fault) -> None:
        self._post(partial(self._worker.pixels_arrived.emit, ticket, answer))


def _replaceable(job_id: str, event: Event) -> tuple[object, ...] | None:
    """What only its newest of is worth seeing."""
    match event:
        case RowPreview() | FullPreview():
            return (type(event), job_id, event.index)
        case Progress():
            return (Progress, job_id)
    return None
