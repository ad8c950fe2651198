"""How a widget picks its look."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QWidget

Role = Literal[
    # labels
    "heading",
    "title",
    "body",
    "explanation",
    "figure",
    "error",
    # buttons
    "primary",
    "secondary",
    "quiet",
    "danger",
    "segment",
    "icon",
    "chip",  # a label's too
    # frames
    "panel",
    "card",
    "notice",
    "separator",
    "separator-vertical",
    "segments",
    "field",
    "toolbar",
]


def set_role(widget: QWidget, role: Role) -> None:
    """Give a widget its look; it may change later, which setting the property alone would not show."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    repolish(widget)


def repolish(widget: QWidget) -> None:
    """Have the style sheet read a widget's properties again."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.updateGeometry()
    widget.update()
