"""Weights laid out for the processor: the same network, faster and steadier at few rows.

Drawing multiplies every weight with two rows a picture. The usual product is made for many rows: it repacks
the weights at every call and leaves half of the memory's speed unused. oneDNN keeps them packed. It also
computes each row the same way whatever the number of rows, so a picture's bits do not depend on how many are
drawn beside it.
"""

from __future__ import annotations

import platform
from typing import cast

import torch
from torch import Tensor, nn

from model_runtime.dalle_bart.model import DalleBart

TYPICAL_ROWS = 8
"""What the layout is chosen for; it serves any number of rows."""


class PackedLinear(nn.Module):
    """A linear layer without bias whose weight only oneDNN reads; it cannot be trained, moved or stored."""

    def __init__(self, weight: Tensor) -> None:
        """`weight` (out, in), float32 on the CPU."""
        super().__init__()
        # WORKAROUND for packed weights without a public name: torch's own compiler calls these two operators
        # for a frozen linear layer.
        packed = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), TYPICAL_ROWS)
        self.weight = nn.Parameter(packed, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        return cast(Tensor, torch.ops.mkldnn._linear_pointwise(x, self.weight, None, "none", [], ""))


def can_pack(weight: Tensor) -> bool:
    """Whether this torch and this processor take packed weights of that kind."""
    return (
        weight.device.type == "cpu"
        and weight.dtype == torch.float32
        and platform.machine().lower() in ("x86_64", "amd64")  # elsewhere nobody has tried
        and torch.backends.mkldnn.is_available()
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


@torch.no_grad()
def pack_decoder(model: DalleBart) -> None:
    """Pack the decoder's products in place, one after the other; a model that cannot have it stays as it is.

    For drawing only: afterwards the model can no longer be trained, moved or stored.
    """
    if not can_pack(model.decoder.lm_head.weight):
        return
    names = [name for name, module in model.decoder.named_modules() if isinstance(module, nn.Linear)]
    for name in names:  # no list of the layers themselves: each is let go when its successor is there
        owner, _, leaf = name.rpartition(".")
        linear = model.decoder.get_submodule(name)
        setattr(model.decoder.get_submodule(owner), leaf, PackedLinear(cast(Tensor, linear.weight)))
