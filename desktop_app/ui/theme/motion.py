"""Whether things may move."""

from __future__ import annotations

from PySide6.QtGui import QStyleHints

LONGEST = 150
"""Milliseconds that any movement may take."""


def system_prefers_stillness(hints: QStyleHints) -> bool:
    """Whether the person asked the system for less motion; False where the platform or this Qt cannot say."""
    # Qt tells since 6.11; older ones are still allowed to run.
    accessibility = getattr(hints, "accessibility", None)
    preference = getattr(accessibility() if accessibility else None, "motionPreference", None)
    return preference is not None and preference().name.startswith("Reduced")
