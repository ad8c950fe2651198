"""Sizes of type, which follow the system's own."""

from __future__ import annotations

from dataclasses import dataclass

_BODY = 13


@dataclass(frozen=True, kw_only=True)
class TypeScale:
    """Pixel sizes: section heads, explanations, body, titles and the prompt."""

    heading: int
    explanation: int
    body: int
    title: int

    @classmethod
    def following(cls, system_pixels: float) -> TypeScale:
        """The scale for a system whose interface font has this pixel size.

        It grows with the system's and never shrinks below the designed sizes: small system fonts are
        meant for dense lists, not for reading.
        """
        factor = max(1.0, system_pixels / _BODY)
        return cls(
            heading=round(11 * factor),
            explanation=round(12 * factor),
            body=round(_BODY * factor),
            title=round(15 * factor),
        )
