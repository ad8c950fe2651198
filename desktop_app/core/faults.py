"""A fault as a value: it crosses threads and processes, waits in a list and becomes words only in the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop_app.core.disk_faults import kind_of
from desktop_app.core.tracebacks import private_traceback
from model_runtime.errors import ArmchairError


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What went wrong: `code` and `parameters` as ArmchairError has them.

    details: what "copy details" gives: a traceback without the prompt, or "".
    is_bug: whether it is the program's own mistake rather than something a person can act on.
    """

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    details: str = ""
    is_bug: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Fault:
        """The fault that an exception means; parameters are kept as plain text and numbers.

        ArmchairError keeps its own code, OSError becomes `os_error` (file, reason, and kind as
        `disk_faults.kind_of` tells them apart), anything else `unexpected_error` (kind, reason) and is a bug.
        """
        details = private_traceback(error)
        if isinstance(error, ArmchairError):
            return cls(code=error.code, parameters=_plain(error.parameters), details=details)
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            parameters = {"file": str(error.filename or ""), "reason": reason, "kind": kind_of(error)}
            return cls(code="os_error", parameters=parameters, details=details)
        kind = type(error).__name__
        return cls(
            code="unexpected_error", parameters={"kind": kind, "reason": str(error)}, details=details, is_bug=True
        )


def _plain(parameters: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in parameters.items()
    }
