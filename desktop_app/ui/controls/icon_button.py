"""A button that is only a picture."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.ui.theme.icons import SIZE, icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class IconButton(QPushButton):
    """28 × 28 pixels, quiet until hovered. `label` says what it does: its tooltip and accessible name."""

    def __init__(
        self, name: str, theme: Theme, label: str, parent: QWidget | None = None, *, color: str = "text_2"
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._color = color
        set_role(self, "icon")
        self.setAutoDefault(False)  # Enter in a dialog's field must not press it
        self.setIconSize(QSize(SIZE, SIZE))
        self.set_icon(name, label)
        theme.changed.connect(self.update)

    def set_icon(self, name: str, label: str) -> None:
        """Show another icon, for another act."""
        self.setIcon(icon(name, self._theme, self._color))
        self.setToolTip(label)
        self.setAccessibleName(label)
