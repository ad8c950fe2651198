"""A label that shortens its words to the room there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class ElidingLabel(QLabel):
    """One line of plain text with "…" where it does not fit; the tooltip then has the whole of it."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802
        """Show this text; line breaks become spaces."""
        super().setText(" ".join(text.split()))
        self.setAccessibleName(self.text())
        self._tell_rest()

    @property
    def shown_text(self) -> str:
        """What can be seen of the text at this width."""
        return self.fontMetrics().elidedText(self.text(), self._mode, self._line().width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a character and the sign that there is more."""
        few = self.fontMetrics().horizontalAdvance("M…")
        return QSize(min(few, super().minimumSizeHint().width()), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self._line(), self.alignment() | Qt.TextFlag.TextSingleLine, self.shown_text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Look again whether all of it fits."""
        super().resizeEvent(event)
        self._tell_rest()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Look again where the font changed."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._tell_rest()

    def _line(self) -> QRect:
        return self.contentsRect().adjusted(self.margin(), 0, -self.margin(), 0)

    def _tell_rest(self) -> None:
        # Tooltips guess rich text from tags; a leading one in a prompt must stay a prompt.
        hidden = self.shown_text != self.text()
        self.setToolTip(plain_tooltip(self.text()) if hidden else "")


def plain_tooltip(text: str) -> str:
    """Text for a tooltip that is shown as it is, whatever it contains, and wraps."""
    if not text:
        return ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<qt>{escaped}</qt>"
