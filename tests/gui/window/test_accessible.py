"""Every control can be reached by keyboard and says what it is."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit)

Session = Any
"""What conftest's `session` gives."""


def controls_of(window: QWidget) -> list[QWidget]:
    """What a person can act on; scroll bars, and fields inside of others, belong to what holds them."""
    found = []
    for widget in window.findChildren(QWidget):
        holder = widget.parentWidget()
        while holder is not None and not isinstance(holder, QComboBox | QAbstractSpinBox):
            holder = holder.parentWidget()
        inside = holder is not None
        if isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar) and not inside:
            found.append(widget)
    return found


def name_of(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parentWidget()).__name__}"


@pytest.mark.parametrize("place", ["window", "preferences"])
def test_every_control_has_a_name_and_a_key_reaches_it(session: Session, place: str) -> None:
    window: QWidget = session.preferences() if place == "preferences" else session.window
    controls = controls_of(window)
    assert len(controls) > 15
    assert [described(widget) for widget in controls if not name_of(widget)] == []
    unreachable = [widget for widget in controls if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [described(widget) for widget in unreachable if widget.isVisible() and widget.isEnabled()] == []
