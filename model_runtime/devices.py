"""Where a model computes and in which number format."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, get_args

import torch
from torch import nn

from model_runtime.errors import InvalidRequest, UnsupportedOperation

Precision = Literal["auto", "float32", "bfloat16", "float16", "int8"]

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
"""Precisions that are a tensor type."""

BATCH_LIMIT = {"cpu": 16, "cuda": 64, "mps": 16}
"""Pictures drawn at once, at most; fewer where the memory is small.

It depends on the machine alone, never on what is free at the moment: the same request gets the same batch.
"""

SMALL_NETWORK = 64 * 2**20
"""Bytes of weights below which a step of drawing takes only milliseconds on a CPU.

Sharing those out among threads gains nothing (the starter, 4 pictures: 7.7 ms a step on one core, 6.6 to 8.5 on
two), and beside other busy programs each wait for a thread that has lost its core costs dearly (11 ms against 83).
"""

AMPERE = 8
"""The first CUDA generation (major compute capability) that computes bfloat16 itself."""


def available_devices() -> tuple[str, ...]:
    """Kinds of device that torch can use here, the fastest first."""
    cuda = ("cuda",) if torch.cuda.is_available() else ()
    mps = ("mps",) if torch.backends.mps.is_available() else ()
    return (*cuda, *mps, "cpu")


def choose_device(device: str | torch.device) -> torch.device:
    """`auto` is the fastest available device. Raises UnsupportedOperation for one that is not there."""
    if str(device) == "auto":
        return torch.device(available_devices()[0])
    available = available_devices()
    try:
        chosen = torch.device(device)
    except (RuntimeError, TypeError):
        chosen = None
    count = torch.cuda.device_count() if chosen is not None and chosen.type == "cuda" else 1
    if chosen is None or chosen.type not in available or (chosen.index or 0) >= count:
        raise UnsupportedOperation("device_unavailable", device=str(device), allowed=", ".join(available))
    return chosen


def choose_precision(precision: str, device: torch.device) -> str:
    """`auto` is float32 on a CPU, half precision on a GPU that has it.

    Raises InvalidRequest for an unknown name, UnsupportedOperation for one that does not work on `device`.
    """
    if precision not in get_args(Precision):
        allowed = ", ".join(get_args(Precision))
        raise InvalidRequest("unknown_choice", field="precision", value=precision, allowed=allowed)
    possible = possible_precisions(device)
    if precision == "auto":
        return possible[0]
    if precision not in possible:
        raise UnsupportedOperation(
            "precision_unavailable", precision=precision, device=device.type, allowed=", ".join(possible)
        )
    return precision


def possible_precisions(device: torch.device) -> tuple[str, ...]:
    """What works on `device`, the one that `auto` takes first."""
    if device.type == "cpu":
        return ("float32", "bfloat16")
    if device.type == "cuda" and torch.cuda.get_device_capability(device)[0] >= AMPERE:
        # Of the two, bfloat16 has the range of float32: activations cannot overflow.
        return ("bfloat16", "float16", "float32")
    return ("float16", "float32")


def total_memory(device: torch.device) -> int | None:
    """Bytes that the device has, used or not; None where it does not say."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory())
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _windows_memory() -> int | None:
    import ctypes  # noqa: PLC0415  # only Windows needs it

    status = (ctypes.c_ulonglong * 8)()  # MEMORYSTATUSEX: length and load, then the total, then what is free
    status[0] = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  # the name exists on Windows alone
    return int(status[1]) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def batch_limit(device: torch.device, bytes_per_picture: int) -> int:
    """How many pictures to draw at once at most, so that they take at most a third of the memory."""
    limit = BATCH_LIMIT.get(device.type, 1)
    memory = total_memory(device)
    return limit if memory is None else max(1, min(limit, memory // 3 // max(1, bytes_per_picture)))


def thread_policy(network: nn.Module) -> Callable[[], AbstractContextManager[None]]:
    """What to draw each step of `network` within, so that it takes as many threads as are good for it."""
    on_cpu = next(network.parameters()).device.type == "cpu"
    small = sum(parameter.nbytes for parameter in network.parameters()) < SMALL_NETWORK
    return one_thread if on_cpu and small else nullcontext


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute on the calling thread alone, then with as many threads as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether torch gave up for want of memory: GPUs have an error of their own, the CPU says it in words."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    said = str(error)  # by the allocator, or by the system when a file of weights is mapped
    return isinstance(error, RuntimeError) and ("not enough memory" in said or "Cannot allocate memory" in said)


def release_memory(device: torch.device) -> None:
    """Give cached blocks back after memory ran out; never needed otherwise."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
