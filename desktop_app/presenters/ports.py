"""What presenters need of the outer layers, as Protocols: they know workers only by these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job, ModelChoice
from model_runtime.bounds import TokenArray
from model_runtime.request import GenerationRequest

T = TypeVar("T")


class Background(Protocol):
    """Where slow work goes: files, tokenizers, pictures."""

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Fault], None] | None = None
    ) -> None:
        """Do `work` in another thread, then call `done` with its result or `failed` in the window's thread.

        Without `failed` a fault is logged and nothing is called.
        """


class BoundSignal(Protocol):
    """The part of a Qt signal that is used here."""

    def connect(self, slot: Any) -> Any:
        """Call `slot` with what is emitted, in the receiver's thread."""


class Engine(Protocol):
    """The resident generation worker. Methods return at once and may be called from the window's thread.

    state_changed(EngineState)
    job_started(job_id: str)
    event_arrived(job_id: str, event: model_runtime.events.Event)
    picture_kept(job_id: str, index: int, picture: KeptPicture): after ImageFinished, once it is saved; for
        pictures kept unfinished too. Private jobs keep none.
    picture_lost(job_id: str, index: int, fault: Fault): saving failed; the picture's ImageFinished came before.
    job_ended(job_id: str, outcome: Outcome): exactly one a submitted job, after all its other signals.
    logits_arrived(ticket: int, answer): (conditional, unconditional) float32 (codebook_size,), or a Fault.
    estimate_arrived(ticket: int, answer): model_runtime.estimate.Estimate-like with .seconds and .peak_bytes,
        or a Fault.
    pixels_arrived(ticket: int, answer): uint8 (height, width, 3), or a Fault.
    """

    @property
    def state_changed(self) -> BoundSignal:
        """See above."""

    @property
    def job_started(self) -> BoundSignal:
        """See above."""

    @property
    def event_arrived(self) -> BoundSignal:
        """See above."""

    @property
    def picture_kept(self) -> BoundSignal:
        """See above."""

    @property
    def picture_lost(self) -> BoundSignal:
        """See above."""

    @property
    def job_ended(self) -> BoundSignal:
        """See above."""

    @property
    def logits_arrived(self) -> BoundSignal:
        """See above."""

    @property
    def estimate_arrived(self) -> BoundSignal:
        """See above."""

    @property
    def pixels_arrived(self) -> BoundSignal:
        """See above."""

    def load(self, choice: ModelChoice) -> None:
        """Have a model ready; the one loaded before is let go."""

    def submit(self, job: Job) -> None:
        """Draw a job after those submitted before it, loading its model first where it is another."""

    def cancel(self, job_id: str) -> None:
        """End a job at the next token, keeping finished pictures; one still waiting ends at once."""

    def stop_and_keep(self, job_id: str) -> None:
        """End a job at the next token, keeping unfinished pictures too."""

    def restart(self, job_id: str, index: int, seed: int) -> None:
        """Draw one picture of the running job anew with another seed; the others go on."""

    def ask_logits(self, prompt: str, tokens: TokenArray, position: int) -> int:
        """Ask what the choice at `position` looked at; the answer comes with the returned ticket."""

    def ask_estimate(self, request: GenerationRequest) -> int:
        """Ask what a request will cost; the answer comes with the returned ticket."""

    def ask_decode(self, tokens: TokenArray, *, coarse: bool) -> int:
        """Ask what a picture's first tokens (count,) look like, drawn by the loaded model, with the others in grey.

        Whole rows are decoded; `coarse`: every token, by the row preview's map and at once. The answer comes with
        the returned ticket.
        """

    def shutdown(self) -> None:
        """End the running job at the next token, then the process and the thread; returns when they are gone."""
