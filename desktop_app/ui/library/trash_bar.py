"""Above the trash: what becomes of the pictures there, and the two ways out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMessageBox, QPushButton, QWidget

from desktop_app.ui.theme.roles import set_role


class TrashBar(QWidget):
    """restore_wanted(): the chosen pictures. empty_wanted(): after the person said so twice."""

    restore_wanted = Signal()
    empty_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel(self.tr("Pictures stay here for 30 days, then they go to the system’s trash."))
        words.setWordWrap(True)
        set_role(words, "explanation")
        self.restore = QPushButton(self.tr("Restore"))
        self.empty = QPushButton(self.tr("Empty trash…"))
        set_role(self.restore, "secondary")
        set_role(self.empty, "danger")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(words, 1)
        layout.addWidget(self.restore)
        layout.addWidget(self.empty)
        self.restore.clicked.connect(self.restore_wanted)
        self.empty.clicked.connect(self.ask)
        self.show_counts(chosen=0, total=0)

    def show_counts(self, *, chosen: int, total: int) -> None:
        """How many pictures could be restored, and how many there are."""
        self.restore.setEnabled(chosen > 0)
        self.empty.setEnabled(total > 0)

    def ask(self) -> None:
        """Ask whether the trash shall be emptied: this cannot be taken back here."""
        box = QMessageBox(self.window())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Empty the trash?"))
        box.setInformativeText(self.tr("The pictures leave the library for good. This cannot be undone here."))
        empty = box.addButton(self.tr("Empty trash"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.exec()
        if box.clickedButton() is empty:
            self.empty_wanted.emit()
        box.deleteLater()
