"""The way round while one picture is shown alone."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class ZoomBar(QWidget):
    """All pictures again, the one before, the next."""

    all_requested = Signal()
    step_requested = Signal(int)  # -1 or 1

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = QPushButton(self.tr("All pictures"))
        self._before, self._next = QPushButton(icon("left", theme), ""), QPushButton(icon("right", theme), "")
        self._place = QLabel()
        set_role(self._place, "figure")
        for button, name, explained in (
            (self._all, self.tr("All pictures"), self.tr("Show the whole run again (Escape)")),
            (self._before, self.tr("Previous picture"), self.tr("Show the picture before this one (left arrow)")),
            (self._next, self.tr("Next picture"), self.tr("Show the picture after this one (right arrow)")),
        ):
            button.setAccessibleName(name)
            button.setAccessibleDescription(explained)
            button.setToolTip(explained)
            set_role(button, "quiet")
        self._all.clicked.connect(self.all_requested)
        self._before.clicked.connect(lambda: self.step_requested.emit(-1))
        self._next.clicked.connect(lambda: self.step_requested.emit(1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._all)
        layout.addStretch(1)
        for widget in (self._before, self._place, self._next):
            layout.addWidget(widget)

    def set_place(self, index: int, count: int) -> None:
        """Say which picture is shown."""
        self._place.setText(self.tr("{place} of {count}").format(place=index + 1, count=count))
        self._before.setEnabled(index > 0)
        self._next.setEnabled(index < count - 1)
