"""Small rounded bits of text: a state to read, or an offer to take."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_app.ui.theme.roles import set_role


class StateChip(QLabel):
    """A state to read, such as "CPU · int8"."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self, "chip")


class Chip(QPushButton):
    """An offer to take with a click, such as an example's prompt. `text` is shown as it is, & included."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "chip")
        self._words = ""
        self.set_text(text)

    @property
    def words(self) -> str:
        """The text as it was given."""
        return self._words

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._words = text
        self.setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """High enough to hit; narrower than its words, so that a long prompt never widens a panel."""
        return QSize(min(80, self.sizeHint().width()), self.sizeHint().height())
