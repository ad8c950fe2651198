"""A part of a panel: its head in small capitals, something at the head's right, its widgets below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.theme.roles import set_role


class Section(QWidget):
    """Widgets are added to `body`; `trailing`, where there is one, sits at the right of the title."""

    def __init__(self, title: str, parent: QWidget | None = None, *, trailing: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel(title)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._title, "heading")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addStretch()
        if trailing is not None:
            head.addWidget(trailing)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Write another title."""
        self._title.setText(title)
