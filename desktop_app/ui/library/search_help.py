"""What can be typed into the search field, as examples that can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.ui.controls.chip import Chip
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

translate = QCoreApplication.translate
WIDTH = 440


def examples() -> list[tuple[str, str]]:
    """What can be typed, and what it finds."""
    return [
        ("fox moon", translate("SearchHelp", "both words, or words that begin so")),
        ('"red fox"', translate("SearchHelp", "these words in a row")),
        ("-hat", translate("SearchHelp", "without this word; works for filters too")),
        ("fav", translate("SearchHelp", "favourites; also unfinished and missing")),
        ("rating:>=4", translate("SearchHelp", "four stars and up; also rating:2..4")),
        ("tag:night", translate("SearchHelp", "with this tag")),
        ("model:mega", translate("SearchHelp", "drawn with this model")),
        ("date:2026-11", translate("SearchHelp", "of a day, month or year; also after: and before:")),
        ("seed:7", translate("SearchHelp", "any setting: temperature:<1, top_k:off, scale:>3, score:>1")),
    ]


class ExampleTable(QWidget):
    """Examples beside what they find. chosen(str)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(12)
        layout.setVerticalSpacing(4)
        for line, (text, meaning) in enumerate(examples()):
            chip = Chip(text)
            chip.setAccessibleDescription(meaning)
            chip.clicked.connect(lambda _checked, text=text: self.chosen.emit(text))
            label = QLabel(meaning)
            set_role(label, "explanation")
            label.setWordWrap(True)
            layout.addWidget(chip, line, 0, Qt.AlignmentFlag.AlignLeft)
            layout.addWidget(label, line, 1)
        layout.setColumnStretch(1, 1)


class SearchHelp(QFrame):
    """Lies over the page until something else is clicked. example_chosen(str)."""

    example_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        set_role(self, "field")
        title = QLabel(self.tr("What can be typed"))
        set_role(title, "title")
        table = ExampleTable()
        table.setMinimumWidth(WIDTH)
        table.chosen.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(table)

    def show_below(self, place: QPoint) -> None:
        """Show it with its left top corner at a place of the screen."""
        self.move(place + QPoint(0, 4))
        self.show()

    def _choose(self, text: str) -> None:
        self.hide()
        self.example_chosen.emit(text)
