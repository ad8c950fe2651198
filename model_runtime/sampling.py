"""From logits to the classes that may be chosen: super conditioning, temperature, top-k, top-p.

The order and the edge cases are those of the official code (dalle-mini 0.1.5 over transformers 4.25.1's
Flax warpers). Logits are (..., classes) and already cut to the codebook's classes: padding classes and
the start token are nobody's to choose.
"""

from __future__ import annotations

import torch
from torch import Tensor

from model_runtime.request import SamplingSettings

NEVER = float("-inf")
"""The logit of a class that cannot be chosen."""

SORTED_FIRST = 1024
"""On a CPU so many logits are sorted before all of them are; nearly always they reach top_p."""


def super_condition(cond_logits: Tensor, uncond_logits: Tensor, condition_scale: float) -> Tensor:
    """uncond + condition_scale * (cond - uncond); 1.0 = the prompt alone, above it exaggerates the prompt."""
    return uncond_logits + condition_scale * (cond_logits - uncond_logits)


def filter_logits(logits: Tensor, settings: SamplingSettings) -> Tensor:
    """Temperature, then top-k, then top-p; float32 (..., classes) with -inf at every class ruled out."""
    if settings.temperature != 1.0:
        logits = logits / settings.temperature
    if settings.top_k is not None and settings.top_k < logits.shape[-1]:
        logits = keep_top_k(logits, settings.top_k)
    if settings.top_p is not None and settings.top_p < 1.0:
        logits = keep_top_p(logits, settings.top_p)
    return logits


def keep_top_k(logits: Tensor, top_k: int) -> Tensor:
    """Exactly the `top_k` highest stay; of equal ones those of the lowest index."""
    lowest = torch.topk(logits, top_k, dim=-1).values[..., -1:]
    return _keep_highest(logits, lowest, top_k)


def keep_top_p(logits: Tensor, top_p: float) -> Tensor:
    """The fewest of the most probable classes that together reach `top_p` stay.

    Probabilities are those of what earlier filters left, so they sum to 1. Of equal ones the lowest index
    goes first.
    """
    rows = logits.reshape(-1, logits.shape[-1])
    total = rows.logsumexp(-1, keepdim=True)
    width = min(rows.shape[-1], SORTED_FIRST) if rows.device.type == "cpu" else rows.shape[-1]
    lowest, count, reached = _prefix(torch.topk(rows, width, dim=-1).values, total, top_p)
    short = reached < top_p
    # Row by row: what one row needs must not change how another is computed.
    if width < rows.shape[-1] and bool(short.any()):
        ordered = torch.sort(rows[short], dim=-1, descending=True).values
        lowest[short], count[short], _ = _prefix(ordered, total[short], top_p)
    return _keep_highest(rows, lowest, count).view_as(logits)


def _prefix(ordered: Tensor, total: Tensor, top_p: float) -> tuple[Tensor, Tensor, Tensor]:
    """Of descending logits: the last one kept and how many are kept, (rows, 1); the mass of all (rows,)."""
    sums = (ordered - total).exp().cumsum(-1)
    # A class stays while the ones before it do not reach top_p; the first has none before it.
    count = 1 + (sums[..., :-1] < top_p).sum(-1, keepdim=True)
    return ordered.gather(-1, count - 1), count, sums[..., -1]


def _keep_highest(logits: Tensor, lowest: Tensor, count: Tensor | int) -> Tensor:
    """-inf at all but `count` classes a row, of which `lowest` (..., 1) is the lowest logit."""
    above = logits > lowest
    # Sorting promises no order among equal values, so the places left are handed out from index 0 on.
    level = logits == lowest
    room = count - above.sum(-1, keepdim=True)
    return logits.masked_fill(~(above | (level & (level.cumsum(-1) <= room))), NEVER)


def token_log_probs(logits: Tensor, tokens: Tensor) -> Tensor:
    """log_softmax of raw `logits` (..., classes) at `tokens` (...), temperature 1: nats, float32 (...)."""
    chosen = logits.gather(-1, tokens[..., None])[..., 0]
    return chosen - logits.logsumexp(-1)
