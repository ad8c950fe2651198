"""One picture of a run as the window shows it, and the run around it: values, replaced whole when they change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from model_runtime.events import Stage


class CellStage(StrEnum):
    """What became of one picture."""

    WAITING = "waiting"  # no row yet
    DRAWING = "drawing"
    FINISHED = "finished"
    UNFINISHED = "unfinished"  # stopped, its whole rows are kept
    STOPPED = "stopped"  # stopped and not kept; what was seen of it stays on the screen
    UNSAVED = "unsaved"  # drawn and on the screen, but `fault` kept it from being saved
    UNREADABLE = "unreadable"  # a stored one whose file cannot be read, for `fault`


@dataclass(frozen=True, kw_only=True)
class CellState:
    """One picture. index: its place in the run, from 0.

    rows_done: rows of tokens that are final, of `rows_total`; 0 of 0 while the model's size is unknown.
    rank: its place among the ranked, 0 = best; None = not ranked.
    rejecting: asked to start anew, not yet heard by the engine. restarted: it did so at least once.
    kept: its file, once saved.
    """

    index: int
    seed: int
    stage: CellStage = CellStage.WAITING
    rows_done: int = 0
    rows_total: int = 0
    rank: int | None = None
    likelihood_gain: float | None = None
    clip_score: float | None = None
    restarted: bool = False
    rejecting: bool = False
    kept: KeptPicture | None = None
    fault: Fault | None = None

    @property
    def finished(self) -> bool:
        """Whether every token is drawn."""
        return self.stage is CellStage.FINISHED

    @property
    def unfinished_kept(self) -> bool:
        """Whether it can be finished later."""
        return self.stage is CellStage.UNFINISHED and self.kept is not None

    @property
    def on_its_way(self) -> bool:
        """Whether the engine still draws it or will."""
        return self.stage in {CellStage.WAITING, CellStage.DRAWING}

    @property
    def best(self) -> bool:
        """Whether the ranking put it first."""
        return self.rank == 0


class RunPhase(StrEnum):
    """Where a run is."""

    DRAWING = "drawing"
    STOPPING = "stopping"  # asked to stop, not yet ended
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class RunState:
    """The run as a whole.

    id: the job's id, or the stored run's. stored: opened from the catalogue, not drawn in this session.
    private: nothing of it is saved. stage: the engine's kind of work while it draws.
    fault: why it failed. batch: pictures drawn at once since memory ran short, else None.
    can_finish: how many of its pictures can be finished.
    """

    id: str
    prompt: str
    image_count: int
    phase: RunPhase
    stored: bool = False
    private: bool = False
    stage: Stage | None = None
    fault: Fault | None = None
    batch: int | None = None
    can_stop: bool = False
    can_stop_and_keep: bool = False
    can_finish: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self.phase not in {RunPhase.DRAWING, RunPhase.STOPPING}


@dataclass(frozen=True, kw_only=True)
class RunProgress:
    """How far a run is; tokens are exact.

    lowest_row, highest_row: rows done by the pictures being drawn, of `rows_total`.
    seconds_left: None while nobody can tell. seconds: from its start, until its end; None for stored runs.
    """

    tokens_done: int = 0
    tokens_total: int = 0
    lowest_row: int = 0
    highest_row: int = 0
    rows_total: int = 0
    pictures_done: int = 0
    pictures_total: int = 0
    seconds_left: float | None = None
    seconds: float | None = None
    pictures_a_minute: float | None = None
