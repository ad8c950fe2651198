"""What is left to choose from at one position: the arithmetic under the sampling plot.

The same order, edge cases and float32 steps as `model_runtime.sampling`, in numpy, so that the plot can move
with a slider while torch is busy or not loaded yet. It is tested against those functions; where a sum of
probabilities meets top_p to the last bit of float32, the two may differ by the one class at the edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model_runtime.request import SamplingSettings

Floats = npt.NDArray[np.float32]
Logits = npt.NDArray[np.float16] | Floats

SHOWN = 512
"""Bars at most; the others are told as a count and what they share."""

NEVER = np.float32(-np.inf)


@dataclass(frozen=True, kw_only=True, eq=False)
class SamplingPlot:
    """The candidates of one choice, best first; equal ones in the order of their token ids.

    token_ids, probabilities: (shown,) the best candidates, their share at this temperature and condition
        scale before anything is cut.
    left: (shown,) their share after the cuts: it sums to 1 over all that stay, and is 0 where cut.
    candidates: how many there are in all. after_top_k: how many top-k leaves, after_top_p: how many of those
        top-p leaves; the first `after_top_p` in the order stay, the bars up to `after_top_k` fall to top-p,
        those behind to top-k.
    hidden: how many candidates have no bar, hidden_share: what they have of the probability before the cuts.
    effective: exp(entropy) of `left`: so many equally likely candidates would leave as much open.
    rank: the place in the order of the token that was chosen, 0 = the best; None where none was named.
    """

    token_ids: npt.NDArray[np.intp]
    probabilities: npt.NDArray[np.float64]
    left: npt.NDArray[np.float64]
    candidates: int
    after_top_k: int
    after_top_p: int
    hidden: int
    hidden_share: float
    effective: float
    rank: int | None = None

    @property
    def chosen_stays(self) -> bool:
        """Whether these settings could have chosen the token that was chosen."""
        return self.rank is not None and self.rank < self.after_top_p


def plot_choice(
    conditional: Logits,
    unconditional: Logits | None,
    settings: SamplingSettings,
    *,
    chosen: int | None = None,
    shown: int = SHOWN,
) -> SamplingPlot:
    """The plot of raw logits (codebook_size,), finite; `chosen` is a token id below codebook_size.

    Without `unconditional` the condition scale has no effect, as at 1.0.
    """
    logits = scaled_logits(conditional, unconditional, settings)
    ordered = -np.sort(-logits)
    after_top_k = _top_k_count(len(logits), settings.top_k)
    after_top_p = _top_p_count(ordered[:after_top_k], settings.top_p)
    shares = _shares(ordered)
    kept = shares[:after_top_p] / shares[:after_top_p].sum()
    token_ids = _best(logits, ordered, min(shown, len(logits)))
    left = np.zeros(len(token_ids))
    left[:after_top_p] = kept[: len(token_ids)]
    return SamplingPlot(
        token_ids=token_ids,
        probabilities=shares[: len(token_ids)],
        left=left,
        candidates=len(logits),
        after_top_k=after_top_k,
        after_top_p=after_top_p,
        hidden=len(logits) - len(token_ids),
        hidden_share=float(shares[len(token_ids) :].sum()),
        effective=_effective(kept),
        rank=None if chosen is None else _rank(logits, chosen),
    )


def scaled_logits(conditional: Logits, unconditional: Logits | None, settings: SamplingSettings) -> Floats:
    """Super conditioning and temperature: what the filters look at, float32 (codebook_size,)."""
    logits = conditional.astype(np.float32)
    # Numbers beyond float32 become infinite here as they do in the engine.
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        if unconditional is not None and settings.condition_scale != 1.0:
            without = unconditional.astype(np.float32)
            logits = without + np.float32(settings.condition_scale) * (logits - without)
        if settings.temperature != 1.0:
            logits = logits / np.float32(settings.temperature)
    return logits


def filter_logits(logits: Floats, settings: SamplingSettings) -> Floats:
    """Top-k, then top-p, of what `scaled_logits` gave: -inf at every class ruled out."""
    ordered = -np.sort(-logits)
    count = _top_p_count(ordered[: _top_k_count(len(logits), settings.top_k)], settings.top_p)
    filtered = np.full_like(logits, NEVER)
    stays = _best(logits, ordered, count)
    filtered[stays] = logits[stays]
    return filtered


def _top_k_count(candidates: int, top_k: int | None) -> int:
    return candidates if top_k is None else min(top_k, candidates)


def _top_p_count(ordered: Floats, top_p: float | None) -> int:
    """How many of descending logits stay: a class stays while those before it do not reach top_p."""
    if top_p is None or top_p >= 1.0:
        return len(ordered)
    with np.errstate(invalid="ignore", under="ignore"):
        highest = ordered[0]
        total = np.log(np.exp(ordered - highest).sum(dtype=np.float32)) + highest
        shares = np.exp(ordered - total)
        # torch adds up in float64 and rounds every sum.
        sums = shares.cumsum(dtype=np.float64).astype(np.float32)
        return 1 + int((sums[:-1] < np.float32(top_p)).sum())


def _shares(ordered: Floats) -> npt.NDArray[np.float64]:
    """Probabilities of descending logits; where the best are infinite, they share everything."""
    weights: npt.NDArray[np.float64]
    if np.isinf(ordered[0]):
        weights = (ordered == ordered[0]).astype(np.float64)
    else:
        with np.errstate(under="ignore"):
            weights = np.exp(ordered.astype(np.float64) - float(ordered[0]))
    weights /= weights.sum()
    return weights


def _best(logits: Floats, ordered: Floats, count: int) -> npt.NDArray[np.intp]:
    """The `count` best classes, best first, of equal ones the lowest index; all of them need not be sorted."""
    among = np.flatnonzero(logits >= ordered[count - 1])
    return among[np.argsort(-logits[among], kind="stable")[:count]]


def _effective(shares: npt.NDArray[np.float64]) -> float:
    some = shares[shares > 0]
    return float(np.exp(-(some * np.log(some)).sum()))


def _rank(logits: Floats, token: int) -> int:
    value = logits[token]
    return int((logits > value).sum() + (logits[:token] == value).sum())
