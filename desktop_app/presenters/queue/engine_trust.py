"""Tells a job that failed from an engine that fails whatever it is given."""

from __future__ import annotations

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineStage, EngineState, Outcome

ENGINE_DIED = "engine_died"
"""The code of a job whose engine process ended beneath it."""
DEATHS_ALLOWED = 1
"""One death may be the job's doing, such as too many pictures for the memory; two in a row are not."""


class EngineTrust:
    """Hears how the engine and its jobs fare; `lost` is the fault for which nothing more should be tried.

    A model that cannot be loaded is such a fault at once, an engine lost beneath a job only the second time
    in a row.
    """

    def __init__(self) -> None:
        self.lost: Fault | None = None
        self._deaths = 0
        self._engine_failed = False

    def job_submitted(self) -> None:
        """A job begins with a clean slate; only deaths are counted across jobs."""
        self.lost = None
        self._engine_failed = False

    def state_changed(self, state: EngineState) -> None:
        """Note whether the engine itself failed since the job began."""
        if state.stage in (EngineStage.FAILED, EngineStage.READY):
            self._engine_failed = state.stage is EngineStage.FAILED

    def job_ended(self, outcome: Outcome) -> None:
        """Judge by a job's end."""
        if outcome.ending is Ending.FINISHED:
            self._deaths = 0
        if outcome.ending is not Ending.FAILED or outcome.fault is None:
            return
        if outcome.fault.code == ENGINE_DIED or (self._engine_failed and outcome.fault.is_bug):
            self._deaths += 1
            self.lost = outcome.fault if self._deaths > DEATHS_ALLOWED else None
        elif self._engine_failed:
            self.lost = outcome.fault

    def reset(self) -> None:
        """The person wants it tried again."""
        self._deaths = 0
        self.lost = None
