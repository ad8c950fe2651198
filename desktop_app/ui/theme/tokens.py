"""The two palettes, and the measure of whether they can be read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Colours as #RRGGBB, named for what they are used for.

    background: behind the pictures. surface: panels, cards, fields. surface_2: segments, chips, secondary
    buttons. text, text_2: words; explanations and labels. line: separators only. line_strong: borders of
    fields, buttons and sliders. accent, on_accent: the main button, slider fill, focus; words on it.
    accent_soft: selected rows. danger: stop, delete, errors. placeholder: rows not drawn yet.
    """

    background: str
    surface: str
    surface_2: str
    text: str
    text_2: str
    line: str
    line_strong: str
    accent: str
    on_accent: str
    accent_soft: str
    danger: str
    placeholder: str


LIGHT = Tokens(
    background="#F5F4EF",
    surface="#FFFFFF",
    surface_2="#EDEBE3",
    text="#1F221C",
    text_2="#5B6054",
    line="#DCD9CE",
    line_strong="#8A8D80",
    accent="#4A7426",
    on_accent="#FFFFFF",
    accent_soft="#E4EDD8",
    danger="#B3372E",
    placeholder="#E7E4DA",
)
DARK = Tokens(
    background="#151714",
    surface="#1D201C",
    surface_2="#272B25",
    text="#ECEEE7",
    text_2="#A2A899",
    line="#343931",
    line_strong="#6B7264",
    accent="#A9D373",
    on_accent="#16200B",
    accent_soft="#2B3720",
    danger="#F08A7E",
    placeholder="#242822",
)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two #RRGGBB colours, 1..21, by WCAG 2.2's formula."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
