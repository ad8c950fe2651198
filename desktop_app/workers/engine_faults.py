"""What an exception in the engine's process means."""

from __future__ import annotations

import dataclasses
import sys
import traceback

from desktop_app.core.faults import Fault
from model_runtime.errors import OutOfMemory


class TorchMissing(Exception):
    """torch, or a library it stands on, cannot be loaded on this computer."""


def fault_of(error: Exception, device: str) -> Fault:
    """As `Fault.of`; also knows want of memory in all its forms, on `device`, and a torch that is broken."""
    if isinstance(error, TorchMissing):
        reason = " ".join(str(error).split())
        details = "".join(traceback.format_exception(error))
        return Fault(code="engine_not_loadable", parameters={"reason": reason}, details=details)
    if _is_out_of_memory(error):
        short = Fault.of(OutOfMemory("out_of_memory", device=device, batch=1))
        return dataclasses.replace(short, details="".join(traceback.format_exception(error)))
    return Fault.of(error)


def _is_out_of_memory(error: Exception) -> bool:
    if "torch" not in sys.modules:
        return isinstance(error, MemoryError)
    from model_runtime.devices import is_out_of_memory  # noqa: PLC0415  # torch is there already

    return is_out_of_memory(error)
