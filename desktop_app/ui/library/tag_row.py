"""A picture's tags: each can be taken away, and one more typed with what others were called before."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy, QWidget

from desktop_app.ui.controls.chip import Chip
from desktop_app.ui.controls.eliding_label import plain_tooltip
from desktop_app.ui.library.flow_layout import FlowLayout

FIELD_WIDTH = 12
LONGEST = 24
"""Characters: of the field, and of a tag that is shown whole."""


class TagRow(QWidget):
    """added(str), removed(str)."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chips: dict[str, Chip] = {}
        self._known = QStringListModel(self)
        self.add = Chip(self.tr("+ tag"))
        self.add.setAccessibleName(self.tr("Add a tag"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("New tag"))
        self.field.setAccessibleName(self.tr("New tag"))
        self.field.setFixedWidth(self.field.fontMetrics().averageCharWidth() * FIELD_WIDTH + 40)
        self.field.hide()
        self.field.installEventFilter(self)
        self._completer = QCompleter(self._known, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        if (popup := self._completer.popup()) is not None:
            popup.setObjectName("suggestions")
        self.field.setCompleter(self._completer)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._layout = FlowLayout(self)
        self._layout.addWidget(self.add)
        self._layout.addWidget(self.field)
        self.add.clicked.connect(self._begin)
        self.field.returnPressed.connect(self._finish)
        self._completer.activated.connect(lambda _text: self._finish())

    @property
    def tags(self) -> tuple[str, ...]:
        """Those that are shown."""
        return tuple(self._chips)

    def chip(self, tag: str) -> Chip:
        """The one that stands for a tag; clicking it takes the tag away."""
        return self._chips[tag]

    def show_tags(self, tags: Sequence[str], known: Sequence[str]) -> None:
        """Show a picture's tags; `known`: all there are, for completing."""
        if self._known.stringList() != list(known):
            self._known.setStringList(list(known))
        if tuple(tags) == self.tags:
            return
        for chip in self._chips.values():
            self._layout.removeWidget(chip)
            chip.deleteLater()
        self._layout.removeWidget(self.add)
        self._layout.removeWidget(self.field)
        self._chips = {tag: self._chip(tag) for tag in tags}
        for widget in (*self._chips.values(), self.add, self.field):
            self._layout.addWidget(widget)
        for chip in self._chips.values():
            chip.show()  # now that it is inside: before, it would be a window of its own
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Escape, or leaving the empty field, gives up."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._close()
                return True
        elif watched is self.field and event.type() == QEvent.Type.FocusOut and not self.field.text():
            self._show_field(False)
        return super().eventFilter(watched, event)

    def _chip(self, tag: str) -> Chip:
        chip = Chip(tag if len(tag) <= LONGEST else tag[: LONGEST - 1] + "…")
        chip.setAccessibleName(tag)
        words = self.tr("Take this tag away")
        chip.setToolTip(words if len(tag) <= LONGEST else plain_tooltip(f"{tag}\n{words}"))
        chip.setAccessibleDescription(self.tr("Take this tag away"))
        chip.clicked.connect(lambda: self.removed.emit(tag))
        return chip

    def _begin(self) -> None:
        self._show_field(True)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self) -> None:
        text = self.field.text().strip()
        self.field.clear()
        if text:
            self.added.emit(text)
        self.field.setFocus()

    def _close(self) -> None:
        self.field.clear()
        self._show_field(False)
        self.add.setFocus()

    def _show_field(self, shown: bool) -> None:
        self.field.setVisible(shown)
        self.add.setVisible(not shown)
        self.updateGeometry()
