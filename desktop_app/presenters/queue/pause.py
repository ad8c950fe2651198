"""Why nothing new starts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop_app.core.faults import Fault


class PauseReason(StrEnum):
    """Who or what held the queue."""

    ASKED = "asked"  # the person, now or "after this one"
    RESTORED = "restored"  # these waited when the program closed
    ENGINE_FAILED = "engine_failed"  # the engine fails whatever it is given


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A queue on hold. waited: how many were restored. fault: what the engine failed with."""

    reason: PauseReason
    waited: int = 0
    fault: Fault | None = None

    @property
    def by_program(self) -> bool:
        """Whether nobody asked for it."""
        return self.reason is not PauseReason.ASKED
