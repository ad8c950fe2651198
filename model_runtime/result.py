"""What a run gives back."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from model_runtime.bounds import TokenArray
from model_runtime.recipe.picture_file import save_picture
from model_runtime.recipe.record import Parent, Recipe, RunFacts, new_id, utc_now
from model_runtime.request import GenerationRequest


@dataclass(frozen=True, kw_only=True, eq=False)
class GeneratedImage:
    """One picture with its tokens; add scores later with `dataclasses.replace`, which keeps the id.

    run: what the run's pictures share. index: place in the request, from 0. seed: what drew it, after
        restarts too.
    image: PIL RGB. tokens: uint16 (image_length,), of which the first `tokens_done` are final; the rest
        reads 0.
    log_probs, log_probs_unconditional: float32 (image_length,) nats with and without the prompt, by the
        raw logits over the codebook; NaN for tokens not drawn and where not computed.
    fixed_tokens: this picture's row of the request's, (image_length,), -1 = free, or None.
    clip_score: cosine of picture and prompt, None where not asked for.
    The arrays are copied and made read-only. Raises ValueError where their shapes disagree.
    """

    run: RunFacts
    index: int
    seed: int
    image: Image.Image
    tokens: npt.NDArray[np.uint16]
    tokens_done: int
    log_probs: npt.NDArray[np.float32]
    log_probs_unconditional: npt.NDArray[np.float32]
    fixed_tokens: TokenArray | None = None
    clip_score: float | None = None
    id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        shape = (self.image_length,)
        if not 0 <= self.tokens_done <= self.image_length:
            raise ValueError(f"tokens_done {self.tokens_done} of {self.image_length}")
        if not self.tokens.shape == self.log_probs.shape == self.log_probs_unconditional.shape == shape:
            raise ValueError(f"{self.tokens.shape}, {self.log_probs.shape}, {self.log_probs_unconditional.shape}")
        self._hold("tokens", np.array(self.tokens, np.uint16), 0)
        self._hold("log_probs", np.array(self.log_probs, np.float32), np.nan)
        self._hold("log_probs_unconditional", np.array(self.log_probs_unconditional, np.float32), np.nan)

    def _hold(self, name: str, array: npt.NDArray[np.generic], blank: float) -> None:
        array[self.tokens_done :] = blank
        array.setflags(write=False)
        object.__setattr__(self, name, array)

    @property
    def image_length(self) -> int:
        """Tokens in a finished picture of this model."""
        return len(self.tokens)

    @property
    def finished(self) -> bool:
        """Whether every token is drawn."""
        return self.tokens_done == self.image_length

    @property
    def likelihood_gain(self) -> float:
        """What the prompt adds to the picture's log-likelihood, nats a token; NaN where not computed."""
        if self.tokens_done == 0:
            return float("nan")
        done = slice(self.tokens_done)
        gain = self.log_probs[done].astype(np.float64) - self.log_probs_unconditional[done]
        return float(gain.mean())

    @cached_property
    def recipe(self) -> Recipe:
        """What the picture's file says; log-probabilities that were not computed are left out."""
        done = slice(self.tokens_done)
        return Recipe(
            run=self.run,
            index=self.index,
            seed=self.seed,
            image_length=self.image_length,
            tokens=self.tokens[done],
            fixed_tokens=self.fixed_tokens,
            log_probs=_known(self.log_probs[done]),
            log_probs_unconditional=_known(self.log_probs_unconditional[done]),
            likelihood_gain=self.likelihood_gain,
            clip_score=self.clip_score,
            id=self.id,
            created=self.created,
        )

    def save(self, path: str | os.PathLike[str], *, parent: Parent | None = None) -> Path:
        """Write the picture file and return where it is; nothing is ever overwritten.

        A folder gets a file named by date, prompt and seed; any other path is the file's name, with
        `-2`, `-3`, … added where it is taken. `parent`: the picture or photo that this was made from.
        Raises OSError where the disk refuses.
        """
        recipe = dataclasses.replace(self.recipe, parent=parent) if parent else self.recipe
        return save_picture(self.image, recipe, path)


@dataclass(frozen=True, kw_only=True, eq=False)
class GenerationResult:
    """A run's pictures.

    request: fully resolved; drawing it again gives the same tokens.
    images: in request order; with `keep`, only the kept ones, each with its own `index`.
    ranking: places in `images`, best first: `images[ranking[0]]` is the best; () where not ranked.
    """

    request: GenerationRequest
    images: tuple[GeneratedImage, ...]
    ranking: tuple[int, ...] = ()


def unknown_log_probs(image_length: int) -> npt.NDArray[np.float32]:
    """Log-probabilities that nobody computed: NaN (image_length,)."""
    return np.full(image_length, np.nan, np.float32)


def _known(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    return None if np.isnan(values).all() else values
