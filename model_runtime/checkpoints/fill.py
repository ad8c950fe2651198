"""Filling a network from a weight file, one parameter at a time.

The network is built on torch's meta device, where it has shapes and no memory. Each parameter is then
allocated once, in its final type and place, and its sources are copied into it: at the peak, memory holds the
network and the one tensor that is being read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from model_runtime.checkpoints.source import TensorSource
from model_runtime.errors import CorruptCheckpoint

MOST_NAMED = 12
"""So many names fit into a message; the error's parameters hold all of them."""


class WithoutDraws(TorchFunctionMode):
    """Leaves out the random start values of layers.

    On the meta device nothing would come of them, yet torch imports its compiler for it: seconds and 70 MB.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if getattr(func, "__name__", "") in ("normal_", "uniform_", "kaiming_uniform_"):
            return None  # what it returns is looked at by no layer of ours
        return func(*args, **(kwargs or {}))


@contextmanager
def empty_network() -> Iterator[None]:
    """Networks built inside have shapes and no values: the place to build what `fill` fills."""
    with torch.device("meta"), WithoutDraws():
        yield


def itself(parameter: str) -> tuple[str, ...]:
    """For networks whose parameters are stored as they are."""
    return (parameter,)


@torch.no_grad()
def fill(
    module: nn.Module,
    source: TensorSource,
    *,
    parts: Callable[[str], tuple[str, ...]] = itself,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> None:
    """Give every parameter of an empty network its values; gradients are off afterwards.

    `parts` names the stored tensors whose rows, one after the other, make up a parameter. Raises
    CorruptCheckpoint naming every missing, misshapen and unexpected tensor, before anything is allocated.
    """
    parameters = dict(module.named_parameters())
    check_fit(parameters, source, parts)
    for name, empty in parameters.items():
        value = torch.empty_strided(empty.shape, empty.stride(), dtype=dtype, device=device)
        names = parts(name)
        for rows, part in zip(value.chunk(len(names)), names, strict=True):
            rows.copy_(source.tensor(part))
        owner, _, leaf = name.rpartition(".")
        setattr(module.get_submodule(owner), leaf, nn.Parameter(value, requires_grad=False))


def check_fit(
    parameters: dict[str, nn.Parameter], source: TensorSource, parts: Callable[[str], tuple[str, ...]]
) -> None:
    """Raise CorruptCheckpoint unless the source has exactly the tensors that the parameters need."""
    expected: dict[str, tuple[int, ...]] = {}
    for name, parameter in parameters.items():
        names = parts(name)
        expected |= dict.fromkeys(names, (parameter.shape[0] // len(names), *parameter.shape[1:]))
    missing = [name for name in expected if name not in source.names]
    unexpected = [name for name in source.names if name not in expected]
    misshapen = [name for name in expected if name in source.names and source.shape(name) != expected[name]]
    kinds = {"missing": missing, "misshapen": misshapen, "unexpected": unexpected}
    wrong = [kind for kind, names in kinds.items() if names]
    if not wrong:
        return
    everything: dict[str, object] = {kind: tuple(names) for kind, names in kinds.items()}
    if len(wrong) > 1:
        lists = {f"{kind}_list": listed(map(source.described, kinds[kind])) or "–" for kind in kinds}
        raise CorruptCheckpoint("wrong_tensors", file=str(source.file), **lists, **everything)
    if misshapen:
        everything |= {
            "found": listed(str(source.shape(name)) for name in misshapen),
            "expected": listed(str(expected[name]) for name in misshapen),
        }
    tensor = listed(map(source.described, kinds[wrong[0]]))
    raise CorruptCheckpoint(f"{wrong[0]}_tensor", file=str(source.file), tensor=tensor, **everything)


def listed(names: Iterable[str]) -> str:
    """The names as one text, cut where they are too many to read."""
    every = list(names)
    more = f", … (+{len(every) - MOST_NAMED})" if len(every) > MOST_NAMED else ""
    return ", ".join(every[:MOST_NAMED]) + more
