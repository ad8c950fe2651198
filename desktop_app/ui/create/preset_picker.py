"""Which named sampling settings are set, and keeping those that are set under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


@dataclass(frozen=True)
class PresetRow:
    """One preset to offer. own: whether the person made it, and so may delete it."""

    name: str
    title: str
    own: bool = False


class PresetPicker(QWidget):
    """chosen(name). save_requested(name): keep what is set now. delete_requested(name)."""

    chosen = Signal(str)
    save_requested = Signal(str)
    delete_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PresetRow, ...] = ()
        self.combo = QComboBox()
        self.combo.setPlaceholderText(self.tr("Your own mix"))
        self.combo.setAccessibleName(self.tr("Sampling preset"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(12)
        self.combo.activated.connect(lambda place: self.chosen.emit(self._rows[place].name))
        self.more = IconButton("more", theme, self.tr("Save or delete presets"))
        self.more.clicked.connect(self._show_menu)
        self.name = _NameField(self.tr("Name of the preset"))
        self.name.committed.connect(self._commit)
        self.name.left.connect(self._hide_name)
        self._save = QPushButton(self.tr("Save"))
        set_role(self._save, "secondary")
        self._save.clicked.connect(lambda: self._commit(self.name.text()))
        self._error = QLabel()
        set_role(self._error, "error")
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        self._error.setWordWrap(True)
        heading = QLabel(self.tr("Sampling"))
        set_role(heading, "heading")
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(heading, 1)
        first.addWidget(self.combo)
        first.addWidget(self.more)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.name, 1)
        second.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self._error)
        self._hide_name()

    def show_presets(self, rows: Sequence[PresetRow], current: str | None) -> None:
        """Offer `rows`; `current` is the one that is set, None where none is."""
        self._rows = tuple(rows)
        names = [row.name for row in rows]
        self.combo.blockSignals(True)
        self.combo.clear()
        for row in rows:
            self.combo.addItem(row.title)
        self.combo.setCurrentIndex(names.index(current) if current in names else -1)
        self.combo.blockSignals(False)

    def ask_name(self) -> None:
        """Let a name be typed for what is set now."""
        for widget in (self.name, self._save):
            widget.show()
        self.name.clear()
        self.name.setFocus()

    def show_saved(self) -> None:
        """The name was taken."""
        self._hide_name()

    def show_error(self, sentence: str) -> None:
        """The name was not taken, and why."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _commit(self, name: str) -> None:
        self.show_error("")
        self.save_requested.emit(name.strip())

    def _hide_name(self) -> None:
        for widget in (self.name, self._save, self._error):
            widget.hide()

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Save these settings as a preset…"), self.ask_name)
        own = [row for row in self._rows if row.own]
        if own:
            menu.addSeparator()
        for row in own:
            text = self.tr("Delete “{name}”").format(name=row.title.replace("&", "&&"))
            menu.addAction(text, partial(self.delete_requested.emit, row.name))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


class _NameField(QLineEdit):
    """committed(text): Enter. left(): Escape."""

    committed = Signal(str)
    left = Signal()

    def __init__(self, label: str) -> None:
        super().__init__()
        self.setPlaceholderText(label)
        self.setAccessibleName(label)
        self.setMaxLength(60)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit(self.text())
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
