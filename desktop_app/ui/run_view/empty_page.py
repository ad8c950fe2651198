"""What stands in the middle before anything was drawn: examples to start from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.run_view.example_card import Example, ExampleCard
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

_GAP = 20
_CARD_WIDTHS = (150, 236)
"""Pixels: the narrowest that is still pleasant, the widest before pictures look coarse."""


class EmptyPage(QWidget):
    """example_chosen(prompt: str, seed: int): somebody wants to start from an example."""

    example_chosen = Signal(str, object)  # a seed may be too large for a signal's int

    def __init__(self, theme: Theme, examples: Sequence[Example] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards: list[ExampleCard] = []
        self._waiting: list[Example] = []
        # One card a turn of the event loop: all at once held the window up for more than a tenth of a second.
        self._making = QTimer(self, interval=0)
        self._making.timeout.connect(self._make_next)
        self._columns, self._card_width = 0, _CARD_WIDTHS[0]
        self._title = QLabel()
        set_role(self._title, "title")
        self._title.setWordWrap(True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._under = QLabel(self.tr("Every picture is saved as it is finished."))
        set_role(self._under, "explanation")
        self._under.setWordWrap(True)
        self._under.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._flow = QWidget()
        self._grid = QGridLayout(self._flow)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._lay_out()
        self.set_examples(examples)

    def _lay_out(self) -> None:
        page = QWidget()
        page.setProperty("role", "page")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._flow)
        row.addStretch(1)
        inside = QVBoxLayout(page)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(4)
        inside.addStretch(1)
        inside.addWidget(self._title)
        inside.addWidget(self._under)
        inside.addSpacing(_GAP)
        inside.addLayout(row)
        inside.addStretch(2)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    @property
    def cards(self) -> tuple[ExampleCard, ...]:
        """The examples, in order, as far as they are made."""
        return tuple(self._cards)

    def set_examples(self, examples: Sequence[Example]) -> None:
        """Show these examples; they appear one by one, within a moment."""
        for card in self._cards:
            self._grid.removeWidget(card)
            card.deleteLater()
        self._cards, self._waiting = [], list(examples)
        self._title.setText(
            self.tr("Type what you want to see, or start from one of these.")
            if examples
            else self.tr("Type what you want to see.")
        )
        self._columns = 0
        self._arrange()
        self._making.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """As many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def _make_next(self) -> None:
        if not self._waiting:
            self._making.stop()
            return
        example = self._waiting.pop(0)
        card = ExampleCard(example, self._theme)
        card.clicked.connect(lambda: self.example_chosen.emit(example.prompt, example.seed))
        card.load()
        card.setFixedSize(self._card_width, card.heightForWidth(self._card_width))
        self._place(card, len(self._cards))
        self._cards.append(card)

    def _arrange(self) -> None:
        room = self.width() - 48 - self._scroll.verticalScrollBar().sizeHint().width()
        narrowest, widest = _CARD_WIDTHS
        count = len(self._cards) + len(self._waiting)
        columns = _even_columns(count, max(1, (room + _GAP) // (narrowest + _GAP)))
        width = self._card_width = min(widest, max(96, (room - _GAP * (columns - 1)) // columns))
        for card in self._cards:
            card.setFixedSize(width, card.heightForWidth(width))
        if columns != self._columns:
            self._columns = columns
            for number, card in enumerate(self._cards):
                self._place(card, number)

    def _place(self, card: ExampleCard, number: int) -> None:
        self._grid.addWidget(card, *divmod(number, self._columns), Qt.AlignmentFlag.AlignTop)


def _even_columns(count: int, most: int) -> int:
    """The number of columns, at most `most` and four, that leaves the fewest places of the last row empty."""
    most = min(most, count, 4)
    if most < 1:
        return 1
    return min(range((most + 1) // 2, most + 1), key=lambda columns: (-count % columns, -columns))
