"""A note on a picture: grows with what is written, and is kept when it is left."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

LEAST_LINES, MOST_LINES = 2, 10


class NoteField(QPlainTextEdit):
    """written(str, str): the picture's id and its note, when the field is left with another note than it had."""

    written = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture_id = ""
        self._before = ""
        self.setPlaceholderText(self.tr("Note"))
        self.setAccessibleName(self.tr("Note"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self.updateGeometry)

    def show_note(self, picture_id: str, note: str) -> None:
        """Show a picture's note; what was being written of another one is kept first."""
        if picture_id == self._picture_id and (note == self._before or self.hasFocus()):
            self._before = note
            return
        self.keep()
        self._picture_id, self._before = picture_id, note
        if note != self.toPlainText():
            self.setPlainText(note)

    def keep(self) -> None:
        """Tell what was written, where it is something else."""
        text = self.toPlainText().strip()
        if self._picture_id and text != self._before:
            self._before = text
            self.written.emit(self._picture_id, text)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its lines, from two to ten."""
        lines = min(MOST_LINES, max(LEAST_LINES, self.document().size().height()))
        return QSize(200, round(lines * self.fontMetrics().lineSpacing()) + 30)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same: it scrolls itself only where it is long."""
        return QSize(80, self.sizeHint().height())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Keep it."""
        super().focusOutEvent(event)
        self.keep()
