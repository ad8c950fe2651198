"""Whom the generation thread tells what happens."""

from __future__ import annotations

from typing import Protocol

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineState, KeptPicture, Outcome
from desktop_app.workers.messages import Cost, Logits, Pixels
from model_runtime.events import Event


class Listener(Protocol):
    """One method a signal of `GenerationWorker`, called in the generation thread; none may wait."""

    def state_changed(self, state: EngineState) -> None:
        """The engine is on its way, ready, or failed."""

    def job_started(self, job_id: str) -> None:
        """It is the job's turn; its model may still have to be loaded."""

    def event_arrived(self, job_id: str, event: Event) -> None:
        """The run said something."""

    def picture_kept(self, job_id: str, index: int, picture: KeptPicture) -> None:
        """A picture is safe."""

    def picture_lost(self, job_id: str, index: int, fault: Fault) -> None:
        """A picture could not be saved."""

    def job_ended(self, job_id: str, outcome: Outcome) -> None:
        """The last word on a job, once for each."""

    def logits_arrived(self, ticket: int, answer: Logits | Fault) -> None:
        """The answer to `ask_logits`, once for each ticket."""

    def estimate_arrived(self, ticket: int, answer: Cost | Fault) -> None:
        """The answer to `ask_estimate`, once for each ticket."""

    def pixels_arrived(self, ticket: int, answer: Pixels | Fault) -> None:
        """The answer to `ask_decode`, once for each ticket."""
