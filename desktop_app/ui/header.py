"""The line on top of the window: the name, what draws and how fast, the theme, the preferences."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from model_runtime.resources import resource_path

LOGO = 24
BUTTON = 32


class Header(QFrame):
    """theme_toggled(), preferences_requested(), panel_toggled(bool), fields_toggled(bool): a side panel folded or not.

    The two panel buttons are there only while the window is too narrow for the panels.
    """

    theme_toggled = Signal()
    preferences_requested = Signal()
    fields_toggled = Signal(bool)
    panel_toggled = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "toolbar")
        self._theme = theme
        self.fields_button = self._button("left", self.tr("Prompt and sampling"), checkable=True)
        self.fields_button.toggled.connect(self.fields_toggled)
        self.panel_button = self._button("right", self.tr("Queue and recent runs"), checkable=True)
        self.panel_button.toggled.connect(self.panel_toggled)
        self.theme_button = self._button("moon", "")
        self.theme_button.clicked.connect(self.theme_toggled)
        preferences = self._button("settings", self.tr("Preferences"))
        preferences.clicked.connect(self.preferences_requested)
        self._buttons = {self.fields_button: "left", self.panel_button: "right", preferences: "settings"}

        logo = QLabel()
        logo.setPixmap(QIcon(str(resource_path("icons", "armchair.svg"))).pixmap(LOGO, LOGO))
        logo.setAccessibleName("Armchair")
        name = QLabel("Armchair")
        name.setProperty("role", "title")
        self._engine = QLabel()
        self._engine.setProperty("role", "chip")
        self._engine.setTextFormat(Qt.TextFormat.PlainText)
        self._engine.setAccessibleName(self.tr("Engine"))

        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 16, 8)
        line.setSpacing(8)
        for widget in (self.fields_button, logo, name):
            line.addWidget(widget)
        line.addStretch(1)
        for widget in (self._engine, self.theme_button, preferences, self.panel_button):
            line.addWidget(widget)
        theme.changed.connect(self._recolour)
        self._recolour()
        self.show_panel_buttons(fields=False, panel=False)
        self.show_engine("")

    def show_engine(self, text: str) -> None:
        """What draws, how, and how fast."""
        self._engine.setText(text)
        self._engine.setVisible(bool(text))

    def show_panel_buttons(self, *, fields: bool, panel: bool) -> None:
        """Which panels fold away and need a button."""
        self.fields_button.setVisible(fields)
        self.panel_button.setVisible(panel)

    def _button(self, _icon: str, text: str, *, checkable: bool = False) -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "quiet")
        button.setFixedSize(BUTTON, BUTTON)
        button.setIconSize(QSize(20, 20))
        button.setCheckable(checkable)
        button.setAccessibleName(text)
        button.setToolTip(text)
        return button

    def _recolour(self) -> None:
        for button, name in self._buttons.items():
            button.setIcon(icon(name, self._theme))
        dark = self._theme.is_dark
        self.theme_button.setIcon(icon("sun" if dark else "moon", self._theme))
        text = self.tr("Use the light theme") if dark else self.tr("Use the dark theme")
        self.theme_button.setAccessibleName(text)
        self.theme_button.setToolTip(text)
