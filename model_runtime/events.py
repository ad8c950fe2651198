"""What a run says while it draws, in the order of `DalleMiniPipeline.stream`.

Every stream ends with exactly one RunFinished or RunCancelled; a failure raises instead. `index` is the
picture's place in the request, from 0. LogitsKept comes only where positions are watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
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


@dataclass(frozen=True, eq=False)
class LogitsKept:
    """What the choice of one watched token looked at, right after it was made; again where the picture restarts.

    token: what was chosen, or was fixed. conditional, unconditional: raw logits with and without the prompt,
    float16 (codebook_size,), before super conditioning and filters. At condition_scale 1.0 drawing skips the pass
    without the prompt, and `unconditional` is None.
    """

    index: int
    position: int
    token: int
    conditional: npt.NDArray[np.float16]
    unconditional: npt.NDArray[np.float16] | None


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
    | LogitsKept
    | BatchReduced
    | RunFinished
    | RunCancelled
)

_GOLDEN = (5**0.5 - 1) / 2


def watch_positions(image_length: int, count: int = 16) -> tuple[int, ...]:
    """`count` token positions, ascending, spread over rows and columns; all of them where there are no more.

    One in each of `count` equal stretches of the grid, at fractions of it that never line up in a column.
    """
    if image_length <= count:
        return tuple(range(image_length))
    ends = [place * image_length // count for place in range(count + 1)]
    return tuple(begin + int(place * _GOLDEN % 1 * (end - begin)) for place, (begin, end) in enumerate(pairwise(ends)))
