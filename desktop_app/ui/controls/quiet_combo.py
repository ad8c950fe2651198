"""A choice from a list, which does not change when a panel is scrolled over it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget


class QuietCombo(QComboBox):
    """Hears the wheel only while it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Let the panel scroll instead where another widget is being used."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
