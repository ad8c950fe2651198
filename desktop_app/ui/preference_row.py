"""One preference: its title, its control, what it means, and what is wrong with what was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_app.core.faults import Fault
from desktop_app.core.settings.preference import Kind, Preference, Value
from desktop_app.ui import texts
from desktop_app.ui.controls.folder_field import FolderField
from desktop_app.ui.controls.quiet_combo import QuietCombo
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from model_runtime.errors import InvalidRequest


class PreferenceRow(QWidget):
    """edited(value): the person chose another value, and the preference can have it."""

    edited = Signal(object)

    def __init__(self, preference: Preference, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preference = preference
        self._theme = theme
        self._title, self._help, self._error = QLabel(texts.setting_title(preference)), QLabel(), QLabel()
        self._help.setText(self._meaning())
        self.control = self._control()
        self.control.setAccessibleName(self._title.text())
        self.control.setAccessibleDescription(self._help.text())
        self._title.setBuddy(self.control)
        self._arrange()
        self.show_error("")

    @property
    def error(self) -> str:
        """What is wrong with what was chosen, or ""."""
        return self._error.text()

    def show_value(self, value: Value) -> None:
        """Show a value; nothing is told."""
        control = self.control
        control.blockSignals(True)
        if isinstance(control, FolderField):
            control.set_folder(str(value))
        elif isinstance(control, QuietCombo):
            if control.findData(value) < 0:  # a model that is not installed any more is still the choice
                control.addItem(str(value), value)
            control.setCurrentIndex(control.findData(value))
        else:
            control.setChecked(bool(value))  # type: ignore[attr-defined]  # a Switch, which this module may not import
        control.blockSignals(False)
        self.show_error("")

    def show_choices(self, choices: Sequence[tuple[Value, str]]) -> None:
        """Offer these values, for a preference whose choices are found out, such as the model."""
        if not isinstance(self.control, QuietCombo):
            raise TypeError(f"{self.preference.key} is not chosen from a list")
        current = self.control.currentData()
        self.control.blockSignals(True)
        self.control.clear()
        for value, words in choices:
            self.control.addItem(words, value)
        self.control.blockSignals(False)
        if current is not None:
            self.show_value(current)

    def show_usual(self, folder: str) -> None:
        """Say which folder is meant where none is chosen."""
        if isinstance(self.control, FolderField):
            self.control.set_usual(folder)

    def show_error(self, sentence: str) -> None:
        """Say what is wrong, or nothing any more."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if isinstance(self.control, FolderField):
            self.control.mark(bool(sentence))

    def _meaning(self) -> str:
        words = texts.setting_help(self.preference)
        if self.preference.needs_restart:
            words += " " + self.tr("Heard when Armchair starts again.")
        return words

    def _take(self, value: object) -> None:
        try:
            checked = self.preference.check(value)
        except InvalidRequest as error:
            if self.preference.kind is Kind.FOLDER:
                self.show_error(self.tr("Type the whole path of a folder, or browse for it."))
            else:
                self.show_error(texts.sentence(Fault.of(error)))
            return
        self.show_error("")
        self.edited.emit(checked)

    def _control(self) -> QWidget:
        match self.preference.kind:
            case Kind.FOLDER:
                field = FolderField(self._theme, self._title.text())
                field.edited.connect(self._take)
                return field
            case Kind.SWITCH:
                # superqt takes a fifth of a second to import, which the first paint must not wait for.
                from desktop_app.ui.controls.switch import Switch  # noqa: PLC0415

                switch = Switch(self._theme)
                switch.toggled.connect(self._take)
                return switch
            case _:
                combo = QuietCombo()
                for choice in self.preference.choices:
                    combo.addItem(texts.choice_title(choice), choice.value)
                combo.currentIndexChanged.connect(lambda _index: self._take(combo.currentData()))
                return combo

    def _arrange(self) -> None:
        for label, role in ((self._title, "body"), (self._help, "explanation"), (self._error, "error")):
            set_role(label, role)  # type: ignore[arg-type]  # the literals above
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(label is not self._title)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self._title, 0, 0)
        if self.preference.kind is Kind.FOLDER:
            layout.addWidget(self.control, 1, 0, 1, 2)
        else:
            layout.addWidget(self.control, 0, 1, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._help, 2, 0, 1, 2)
        layout.addWidget(self._error, 3, 0, 1, 2)
