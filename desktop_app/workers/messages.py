"""What crosses the pipe between the window's process and the engine's: plain values, no torch, no Qt.

A value of the engine's own (its Estimate, say) must not cross: reading it would import torch in the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, ModelFacts, Outcome, PreviewRate
from desktop_app.core.jobs.job import ModelChoice
from desktop_app.workers.picture_passing import PackedEvent
from model_runtime.bounds import TokenArray
from model_runtime.request import GenerationRequest

Logits = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
"""With and without the prompt, each (codebook_size,)."""
Pixels = npt.NDArray[np.uint8]
"""(height, width, 3)."""

# To the engine -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Load:
    """Let go of the model there is and read this one."""

    choice: ModelChoice
    models_dir: Path | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Draw:
    """Draw a request with the loaded model. watch: positions whose logits are to be told."""

    job_id: str
    request: GenerationRequest
    watch: tuple[int, ...] = ()
    previews: PreviewRate = "every_row"


@dataclass(frozen=True, kw_only=True)
class Cancel:
    """End a run at the next token."""

    job_id: str


@dataclass(frozen=True, kw_only=True)
class StopAndKeep:
    """End a run at the next token, with its unfinished pictures."""

    job_id: str


@dataclass(frozen=True, kw_only=True)
class Restart:
    """Draw one picture of a run anew."""

    job_id: str
    index: int
    seed: int


@dataclass(frozen=True, kw_only=True, eq=False)
class AskLogits:
    """What did the choice at `position` look at? Answered between two tokens of a run, too."""

    ticket: int
    prompt: str
    tokens: TokenArray
    position: int


@dataclass(frozen=True, kw_only=True, eq=False)
class AskEstimate:
    """What will the request cost?"""

    ticket: int
    request: GenerationRequest


@dataclass(frozen=True, kw_only=True, eq=False)
class AskDecode:
    """What do the first tokens of a picture look like? Answered between two tokens of a run, too.

    tokens: (count,), of which whole rows are decoded. coarse: only by the row preview's map, in no time, and every
    token there is.
    """

    ticket: int
    tokens: TokenArray
    coarse: bool


Control = Cancel | StopAndKeep | Restart
Ask = AskLogits | AskEstimate | AskDecode
ToEngine = Load | Draw | Control | Ask
"""Closing the pipe tells the engine to leave."""

# From the engine ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StageReached:
    """On its way to READY."""

    stage: EngineStage


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The model is ready."""

    facts: ModelFacts


@dataclass(frozen=True, kw_only=True)
class LoadFailed:
    """No model is loaded now; another may be asked for."""

    fault: Fault


@dataclass(frozen=True, kw_only=True, eq=False)
class EventArrived:
    """One event of a run."""

    job_id: str
    event: PackedEvent


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The last word on a run."""

    job_id: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a request will take: seconds until its last picture, and bytes of memory, the model's included."""

    seconds: float
    peak_bytes: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """To the ask with this ticket: what was asked for, or why there is no answer."""

    ticket: int
    answer: Logits | Cost | Pixels | Fault


FromEngine = StageReached | Loaded | LoadFailed | EventArrived | Ended | Answer
