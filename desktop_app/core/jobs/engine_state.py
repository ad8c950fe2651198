"""How the engine is, how a job ended, and what a saved picture is: what the workers report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import ModelChoice
from model_runtime.request import SamplingSettings

PreviewRate = Literal["every_row", "calm", "off"]
"""What is shown of unfinished pictures: every row; only the real decodes; nothing. The preferences' own words."""


class EngineStage(StrEnum):
    """Where the engine is on its way to drawing."""

    STARTING = "starting"  # the process
    IMPORTING = "importing"  # torch
    LOADING = "loading"  # the model
    READY = "ready"
    FAILED = "failed"  # `fault` says why; the next load or job tries again
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What the loaded model is. resolution: pixels along a picture's side."""

    model_id: str
    name: str
    revision: str
    device: str
    precision: str
    image_length: int
    codebook_size: int
    resolution: int
    defaults: SamplingSettings


@dataclass(frozen=True, kw_only=True)
class EngineState:
    """facts: set when READY. fault: set when FAILED."""

    stage: EngineStage
    choice: ModelChoice | None = None
    facts: ModelFacts | None = None
    fault: Fault | None = None


@dataclass(frozen=True, kw_only=True)
class KeptPicture:
    """A picture that is safe: its file is on the disk and its row in the catalogue."""

    id: str
    run_id: str
    path: Path
    finished: bool


class Ending(StrEnum):
    """The three ways a job ends."""

    FINISHED = "finished"
    CANCELLED = "cancelled"  # by the person; what was kept is in `picture_kept`
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a job ended. fault: only where it failed. ranking: places in the result, best first, or ()."""

    ending: Ending
    fault: Fault | None = None
    ranking: tuple[int, ...] = ()
