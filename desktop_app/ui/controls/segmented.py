"""One of a few, all of them in sight."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from desktop_app.ui.theme.roles import set_role


class SegmentedControl(QFrame):
    """Exactly one of its choices is taken, from the beginning the first. Arrow keys go from one to the next.

    value_changed(value): another choice is taken, by whomever. edited(value): the person took another.
    """

    value_changed = Signal(object)
    edited = Signal(object)

    def __init__(self, choices: Sequence[tuple[object, str]], label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        set_role(self, "segments")
        self._buttons: dict[object, QPushButton] = {}
        self._value = choices[0][0]
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        for value, text in choices:
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAccessibleName(f"{label}: {text}")
            set_role(button, "segment")
            self._group.addButton(button)
            self._buttons[value] = button
            layout.addWidget(button, 1)
            button.toggled.connect(lambda taken, value=value: self._take(value) if taken else None)
            button.clicked.connect(lambda _checked, value=value: self._tell_edit(value))
        self._told = self._value
        self._buttons[self._value].setChecked(True)
        self._reserve()

    @property
    def value(self) -> object:
        """The choice that is taken."""
        return self._value

    def set_value(self, value: object) -> None:
        """Take one of the choices; raises KeyError for what is none."""
        self._buttons[value].setChecked(True)
        self._told = value

    def button(self, value: object) -> QPushButton:
        """The button of a choice."""
        return self._buttons[value]

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Make room again where the font changed."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._reserve()

    def _take(self, value: object) -> None:
        if value == self._value:
            return
        self._value = value
        self.value_changed.emit(value)

    def _tell_edit(self, value: object) -> None:
        if value != self._told:
            self._told = value
            self.edited.emit(value)

    def _reserve(self) -> None:
        """Room for the words in bold, so that nothing moves when another choice is taken."""
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        for button in self._buttons.values():
            width = metrics.size(Qt.TextFlag.TextShowMnemonic, button.text()).width()
            button.setMinimumWidth(max(28, width + 22))
