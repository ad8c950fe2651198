"""Which two pictures are compared."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.ui.controls.eliding_label import ElidingLabel
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.mode_bar import ModeBar


class CompareBar(ModeBar):
    """other_stepped(int): compare with the one before or after. swap_wanted(): the two change places."""

    other_stepped = Signal(int)
    swap_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = ElidingLabel(), ElidingLabel()
        self.before = IconButton("left", theme, self.tr("Compare with the one before"))
        self.after = IconButton("right", theme, self.tr("Compare with the next one"))
        self.swap = QPushButton(self.tr("Swap"))
        self.row.addWidget(self.left, 1)
        self.row.addWidget(self.swap)
        self.row.addWidget(self.right, 1)
        self.row.addWidget(self.before)
        self.row.addWidget(self.after)
        self.before.clicked.connect(lambda: self.other_stepped.emit(-1))
        self.after.clicked.connect(lambda: self.other_stepped.emit(1))
        self.swap.clicked.connect(self.swap_wanted)
        self.sentence.setText(
            self.tr("Drag the line, or move it with the left and right keys. Zoom and place are shared.")
        )

    def show_names(self, left: str, right: str) -> None:
        """What the two pictures are called."""
        self.left.setText(self.tr("Left: {name}").format(name=left))
        self.right.setText(self.tr("Right: {name}").format(name=right))
