"""The live line "the model reads …": tokens, what is cut struck through, unknown words marked."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.theme.theme import Theme

if TYPE_CHECKING:
    from model_runtime.text.reading import PromptReading  # its libraries are slow to import

SHOWN = 400
"""Characters of the model's text that are shown; the rest is said as a number."""


class ReadingLine(QWidget):
    """Two lines under the prompt; `show_reading` fills them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._reading: PromptReading | None = None
        self._verdict, self._count, self._text = QLabel(), QLabel(), QLabel()
        self._verdict.setProperty("role", "explanation")
        self._verdict.setWordWrap(True)
        self._verdict.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setProperty("role", "explanation")
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._text.setProperty("role", "explanation")
        self._text.setWordWrap(True)
        # Rich text for strokes and colours; every piece of the prompt in it is escaped.
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setAccessibleName(self.tr("What the model reads"))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._verdict, 1)
        line.addWidget(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._text)
        theme.changed.connect(lambda: self.show_reading(self._reading))
        self.show_reading(None)

    def show_reading(self, reading: PromptReading | None) -> None:
        """None: nothing has been read yet, and the line keeps its place."""
        self._reading = reading
        if reading is None:
            self._verdict.setText(self.tr("The model reads short, plain descriptions in English."))
            self._count.setText("")
            self._text.hide()
            return
        self._verdict.setText(self._sentence(reading))
        self._count.setText(
            self.tr("{used} of {most} tokens").format(used=reading.tokens_in_all, most=reading.max_tokens)
        )
        self._text.setText(self.tr("The model reads: {text}").format(text=marked_up(reading, self._theme)))
        self._text.setAccessibleDescription(reading.text.strip())
        self._text.show()

    def _sentence(self, reading: PromptReading) -> str:
        if reading.is_cut:
            return self.tr("Too long: what is struck through is not read.")
        words = list(dict.fromkeys(word.text for word in reading.unknown_words))
        if not words:
            return self.tr("The model knows every word")
        if len(words) == 1:
            return self.tr("The model does not know “{word}”").format(word=words[0])
        return self.tr("The model does not know {words}").format(words=", ".join(f"“{word}”" for word in words[:4]))


def marked_up(reading: PromptReading, theme: Theme) -> str:
    """The model's text as HTML: every second token shaded, unknown words underlined, what is cut struck through."""
    tokens = theme.tokens
    unknown = [(word.start, word.end) for word in reading.unknown_words]
    pieces = reading.pieces
    if not pieces:
        return escape(reading.text)
    bounds = [piece.start for piece in pieces] + [len(reading.text)]
    spans: list[str] = []
    for index, (start, end) in enumerate(pairwise(bounds)):
        if start >= SHOWN:
            spans.append("…")
            break
        text = reading.text[start:end]
        body = escape(text.lstrip(" "))
        lead = " " if text.startswith(" ") and index else ""
        style = f"background-color:{tokens.surface_2};" if index % 2 == 0 else ""
        if pieces[index].is_cut:
            style = f"text-decoration:line-through; color:{tokens.text_2};"
        elif any(first < end and start < last for first, last in unknown):
            style += f"text-decoration:underline; color:{tokens.danger};"
        spans.append(f'{lead}<span style="{style}">{body}</span>' if body else lead)
    return "".join(spans)
