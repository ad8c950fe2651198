"""A folder: typed, browsed for, or left to the usual one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.theme.roles import repolish
from desktop_app.ui.theme.theme import Theme


class FolderField(QWidget):
    """An empty text stands for the usual folder, which the empty field shows.

    edited(folder): the person chose another, on Enter, by leaving the field or with Browse….
    """

    edited = Signal(str)

    def __init__(self, theme: Theme, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = ""
        self._label = label
        self.path = QLineEdit()
        self.path.setAccessibleName(label)
        self.browse_button = QPushButton(self.tr("Browse…"))
        self.browse_button.setAccessibleName(self.tr("Browse for {folder}").format(folder=label))
        self.browse_button.setAutoDefault(False)  # Enter takes what was typed
        self.reset_button = IconButton("reset", theme, self.tr("Back to the usual folder"))
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.path, 1)
        layout.addWidget(self.reset_button)
        layout.addWidget(self.browse_button)
        self.path.editingFinished.connect(self._take_typed)
        self.browse_button.clicked.connect(self._browse)
        self.reset_button.clicked.connect(lambda: self._take(""))
        self.setFocusProxy(self.path)
        self.set_folder("")

    def set_usual(self, folder: str) -> None:
        """Say which folder it is where none is chosen."""
        self.path.setPlaceholderText(folder)

    def set_folder(self, folder: str) -> None:
        """Show a folder; nothing is told."""
        self._folder = folder
        self.path.setText(folder)
        self.reset_button.setVisible(bool(folder))

    def mark(self, invalid: bool) -> None:
        """Mark what stands in the field as wrong, or no longer."""
        self.path.setProperty("invalid", invalid)
        repolish(self.path)

    def _take_typed(self) -> None:
        self._take(self.path.text().strip())

    def _take(self, folder: str) -> None:
        if folder == self._folder:
            return
        self.set_folder(folder)
        self.edited.emit(folder)

    def _browse(self) -> None:
        """The system's own dialog, beside the window rather than in its way."""
        dialog = QFileDialog(self, self._label, self._folder or self.path.placeholderText())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._take)
        dialog.open()
