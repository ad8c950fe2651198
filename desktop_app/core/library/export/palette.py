"""The program's colours for what is made outside of its window; a test holds them equal to the window's own."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "background": "#F5F4EF",
    "surface": "#FFFFFF",
    "surface_2": "#EDEBE3",
    "text": "#1F221C",
    "text_2": "#5B6054",
    "line": "#DCD9CE",
    "line_strong": "#8A8D80",
    "accent": "#4A7426",
    "accent_soft": "#E4EDD8",
    "placeholder": "#E7E4DA",
}
DARK: Mapping[str, str] = {
    "background": "#151714",
    "surface": "#1D201C",
    "surface_2": "#272B25",
    "text": "#ECEEE7",
    "text_2": "#A2A899",
    "line": "#343931",
    "line_strong": "#6B7264",
    "accent": "#A9D373",
    "accent_soft": "#2B3720",
    "placeholder": "#242822",
}
