"""Which positions of a picture a training step computes.

Most cells of a picture are plain background, which is learned soon and costs as much as the rest. Positions know
their row and column, so a sequence with gaps is still in order and still causal: a step may leave most of the
background out. What a drawn cell leans on, its upper and left neighbours, always stays.
"""

from __future__ import annotations

import torch
from torch import Tensor


def needed_positions(drawn: Tensor, side: int) -> Tensor:
    """Bool (batch, length): the drawn cells, the first one, and where their upper neighbours are inputs.

    The input at position p is token p - 1, so the cell above p is the input at p - side + 1; the cell to the left
    is the input at p itself.
    """
    needed = drawn.clone()
    for back in (side - 2, side - 1, side):
        needed[:, :-back] |= drawn[:, back:]
    needed[:, 0] = True
    return needed


def kept_positions(needed: Tensor, extra: int, generator: torch.Generator) -> Tensor:
    """Sorted positions (batch, n): all that are needed, filled up with others by chance.

    n is what the row with the most needs, and `extra` more.
    """
    count = min(needed.shape[1], int(needed.sum(1).max()) + extra)
    chance = torch.rand(needed.shape, generator=generator)
    return (needed + chance).topk(count, dim=1).indices.sort(dim=1).values
