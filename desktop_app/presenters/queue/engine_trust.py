"""Tells a job that failed from an engine that fails whatever it is given."""

from __future__ import annotations

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineStage, EngineState, Outcome
from desktop_app.core.jobs.job import ModelChoice

ENGINE_DIED = "engine_died"
"""The code of a job whose engine process ended beneath it."""
DEATHS_ALLOWED = 1
"""One death may be the job's doing, such as too many pictures for the memory; two in a row are not."""


NOT_LOADABLE = "engine_not_loadable"
"""The code of an engine that cannot even begin to load a model."""


class EngineTrust:
    """Hears how the engine and its jobs fare, and tells for which models nothing more should be tried.

    A model that cannot be loaded is not tried again, others are; an engine lost beneath a job is given up only
    the second time in a row, and then for every model, as is one that cannot load any.
    """

    def __init__(self) -> None:
        self._lost: Fault | None = None
        self._lost_model: ModelChoice | None = None
        self._deaths = 0
        self._engine_failed = False

    def lost_for(self, model: ModelChoice) -> Fault | None:
        """Why a job that wants this model should not be tried; None where it should."""
        return self._lost if self._lost_model in (None, model) else None

    def job_submitted(self) -> None:
        """A job begins with a clean slate; only deaths are counted across jobs."""
        self._lost = None
        self._engine_failed = False

    def state_changed(self, state: EngineState) -> None:
        """Note whether the engine itself failed since the job began."""
        if state.stage in (EngineStage.FAILED, EngineStage.READY):
            self._engine_failed = state.stage is EngineStage.FAILED

    def job_ended(self, model: ModelChoice, outcome: Outcome) -> None:
        """Judge by the end of a job that wanted this model."""
        if outcome.ending is Ending.FINISHED:
            self._deaths = 0
        fault = outcome.fault
        if outcome.ending is not Ending.FAILED or fault is None:
            return
        if fault.code == ENGINE_DIED or (self._engine_failed and fault.is_bug):
            self._deaths += 1
            self._lost = fault if self._deaths > DEATHS_ALLOWED else None
            self._lost_model = None
        elif self._engine_failed:
            self._lost = fault
            self._lost_model = None if fault.code == NOT_LOADABLE else model

    def reset(self) -> None:
        """The person wants it tried again."""
        self._deaths = 0
        self._lost = None
