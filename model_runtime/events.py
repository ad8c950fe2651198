"""What a run says while it draws, in the order of `DalleMiniPipeline.stream`.

Every stream ends with exactly one RunFinished or RunCancelled; a failure raises instead. `index` is the
picture's place in the request, from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from model_runtime.result import GeneratedImage, GenerationResult

Stage = Literal["encoding", "drawing", "decoding", "scoring", "ranking"]
"""Reading the prompt; choosing tokens; tokens to pixels; the unconditional pass over them; ordering."""


@dataclass(frozen=True)
class StageChanged:
    """The run went on to another kind of work."""

    stage: Stage


@dataclass(frozen=True)
class Progress:
    """Tokens drawn, of all pictures together; `done` falls when a picture is started again."""

    done: int
    total: int


@dataclass(frozen=True, eq=False)
class RowPreview:
    """A quick guess at a picture's finished rows of tokens, from the linear map.

    `image` is RGB; `rows_done` rows of tokens are final, their pixels are not. `tokens`: those final ones,
    uint16 (rows_done * side,).
    """

    index: int
    rows_done: int
    image: Image.Image
    tokens: npt.NDArray[np.uint16]


@dataclass(frozen=True, eq=False)
class FullPreview:
    """A real decode of an unfinished picture: RGB, of which `rows_done` rows of tokens are final."""

    index: int
    rows_done: int
    image: Image.Image


@dataclass(frozen=True, eq=False)
class ImageFinished:
    """A picture is done. Scores that need all pictures come with the result."""

    index: int
    image: GeneratedImage


@dataclass(frozen=True)
class SlotRestarted:
    """Picture `index` starts again with `seed`; the others go on."""

    index: int
    seed: int


@dataclass(frozen=True)
class BatchReduced:
    """Memory ran short: from now on at most `batch` pictures are drawn at once."""

    batch: int


@dataclass(frozen=True, eq=False)
class RunFinished:
    """The last event of a run that drew all it was asked for."""

    result: GenerationResult


@dataclass(frozen=True, eq=False)
class RunCancelled:
    """The last event of a run that was ended early: `result` holds what was drawn before."""

    result: GenerationResult


Event = (
    StageChanged
    | Progress
    | RowPreview
    | FullPreview
    | ImageFinished
    | SlotRestarted
    | BatchReduced
    | RunFinished
    | RunCancelled
)
