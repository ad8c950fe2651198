"""A picture's facts in two columns, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_app.presenters.library.details_presenter import DetailsState
from desktop_app.ui.controls.eliding_label import ElidingLabel
from desktop_app.ui.formats import number, reading_locale
from desktop_app.ui.theme.roles import set_role
from model_runtime.recipe.foreign.recipe import ForeignRecipe

translate = QCoreApplication.translate
Fact = tuple[str, str]


def facts(state: DetailsState, model_name: str) -> list[Fact]:
    """What is known of a picture, in the order to be read; what is not known has no line."""
    row, opened = state.row, state.opened
    if row is None:
        return []
    said: list[tuple[str, str | None]] = [
        (translate("Facts", "Seed"), None if row.seed is None else str(row.seed)),
        (translate("Facts", "Model"), model_name or row.model or None),
        (translate("Facts", "Temperature"), _number(row.temperature, 2)),
        (translate("Facts", "Condition scale"), _number(row.condition_scale, 1)),
        (translate("Facts", "Top-k, top-p"), _cuts(row.top_k, row.top_p) if row.temperature is not None else None),
        (translate("Facts", "Fits the words"), _gain(row.score)),
        (translate("Facts", "CLIP score"), _number(row.clip_score, 3)),
    ]
    if opened is not None and opened.foreign is not None:
        said += _foreign(opened.foreign)
    if row.done < 1:
        share = translate("Facts", "{percent} % of the tokens").format(percent=number(100 * row.done))
        said.append((translate("Facts", "Drawn so far"), share))
    said.append((translate("Facts", "Drawn"), _moment(row.created)))
    if opened is not None and not opened.image.isNull():
        size = f"{number(opened.image.width())} × {number(opened.image.height())}"
        said.append((translate("Facts", "Size"), size))
    said.append((translate("Facts", "File"), row.path.name))
    return [(name, value) for name, value in said if value]


def _foreign(recipe: ForeignRecipe) -> list[tuple[str, str | None]]:
    return [
        (translate("Facts", "Program"), recipe.program.value),
        (translate("Facts", "Not wanted"), recipe.negative_prompt or None),
        (translate("Facts", "Steps"), _number(recipe.steps, 0)),
        (translate("Facts", "Sampler"), recipe.sampler or None),
        (translate("Facts", "Guidance scale"), _number(recipe.scale, 1)),
    ]


def _moment(created: datetime) -> str:
    """In the person's own zone and order, with the month as a word: 21 Nov 2026, 14:15."""
    locale = reading_locale()
    day = locale.dateFormat(QLocale.FormatType.LongFormat).replace("dddd, ", "").replace("MMMM", "MMM")
    clock = locale.timeFormat(QLocale.FormatType.ShortFormat)
    return locale.toString(QDateTime.fromSecsSinceEpoch(int(created.timestamp())), f"{day}, {clock}")


def _number(value: float | None, decimals: int) -> str | None:
    if value is None:
        return None
    return number(value, decimals if round(value, decimals) == value else decimals + 2)


def _cuts(top_k: int | None, top_p: float | None) -> str:
    off = translate("Facts", "off")
    return ", ".join([off if top_k is None else number(top_k), off if top_p is None else number(top_p, 2)])


def _gain(gain: float | None) -> str | None:
    if gain is None:
        return None
    sign = "−" if gain < 0 else "+"
    return translate("Facts", "{gain} nats a token").format(gain=sign + number(abs(gain), 2))


class FactList(QWidget):
    """Names left, values right; what does not fit is in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setHorizontalSpacing(12)
        self._layout.setVerticalSpacing(5)
        self._layout.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, ElidingLabel]] = []

    @property
    def shown(self) -> list[Fact]:
        """What can be read."""
        return [(name.text(), value.text()) for name, value in self._rows if not name.isHidden()]

    def show_facts(self, shown: Sequence[Fact]) -> None:
        """Show these; labels are used again, so that nothing flickers from picture to picture."""
        while len(self._rows) < len(shown):
            self._add_row()
        for place, (name, value) in enumerate(self._rows):
            there = place < len(shown)
            name.setVisible(there)
            value.setVisible(there)
            if there:
                name.setText(shown[place][0])
                value.setText(shown[place][1])
                value.setAccessibleName(": ".join(shown[place]))

    def _add_row(self) -> None:
        name, value = QLabel(), ElidingLabel(mode=Qt.TextElideMode.ElideMiddle)
        for label in (name, value):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        set_role(name, "explanation")
        self._layout.addWidget(name, len(self._rows), 0)
        self._layout.addWidget(value, len(self._rows), 1)
        self._rows.append((name, value))
