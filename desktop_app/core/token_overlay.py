"""How surprised the model was by each token, and how much the prompt mattered to it: from the file alone.

A recipe keeps the log-probabilities of its tokens with and without the prompt, so no model is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from model_runtime.recipe.record import Recipe

Floats = npt.NDArray[np.float32]

ROBUST = 97.0
"""Percentile at which the scale ends: a few extreme tokens must not leave all others pale."""
LEAST_SCALE = 0.05
"""Nats: where nothing differs by more than this, nothing is made to look as if it did."""


class OverlayKind(StrEnum):
    """What is shaded."""

    SURPRISE = "surprise"  # -log p of the token, with the prompt
    PROMPT = "prompt"  # log p with the prompt - log p without it


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenOverlay:
    """One number a token, row by row of a square.

    side: tokens along the square. values: (side²,) nats, NaN = not drawn or not known.
    shades: (side²,) -1..1 (0..1 for SURPRISE), 0 where there is nothing to show; NaN as `values`.
    low, high: the values at the two ends of the scale; beyond them shades no longer change.
    mean: of the known values.
    """

    kind: OverlayKind
    side: int
    values: Floats
    shades: Floats
    low: float
    high: float
    mean: float

    def value(self, row: int, column: int) -> float | None:
        """A token's value in nats, None where it is not known."""
        value = float(self.values[row * self.side + column])
        return None if math.isnan(value) else value

    def shade(self, row: int, column: int) -> float | None:
        """A token's place on the scale, None where it is not known."""
        shade = float(self.shades[row * self.side + column])
        return None if math.isnan(shade) else shade


def token_overlay(recipe: Recipe, kind: OverlayKind) -> TokenOverlay | None:
    """The overlay of a picture; None where its file does not hold what is needed, or its tokens form no square."""
    side = math.isqrt(recipe.image_length)
    given = recipe.log_probs
    if given is None or side**2 != recipe.image_length:
        return None
    known = given.astype(np.float32)
    if kind is OverlayKind.PROMPT:
        if recipe.log_probs_unconditional is None:
            return None
        known = known - recipe.log_probs_unconditional.astype(np.float32)
    else:
        known = np.maximum(0, -known)
    values = np.full(recipe.image_length, np.nan, np.float32)
    values[: len(known)] = np.where(np.isfinite(known), known, np.nan)
    return _scaled(kind, side, values)


def _scaled(kind: OverlayKind, side: int, values: Floats) -> TokenOverlay | None:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    if kind is OverlayKind.SURPRISE:
        low, high = (float(end) for end in np.percentile(finite, [100 - ROBUST, ROBUST]))
        high = max(high, low + LEAST_SCALE)
        shades = np.clip((values - low) / (high - low), 0, 1)
    else:
        # Nought stays in the middle: it means that the prompt made no difference.
        high = max(LEAST_SCALE, float(np.percentile(np.abs(finite), ROBUST)))
        low = -high
        shades = np.clip(values / high, -1, 1)
    return TokenOverlay(
        kind=kind,
        side=side,
        values=values,
        shades=shades.astype(np.float32),
        low=low,
        high=high,
        mean=float(finite.mean(dtype=np.float64)),
    )
