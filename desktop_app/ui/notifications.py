"""A word to somebody who looks at another window: the desktop's own notification, where it has such."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from model_runtime.resources import resource_path

SHOWN = 8000
"""Milliseconds that the icon, and with it the notification, stays in the tray."""


class Notifications(QObject):
    """clicked(): the person wants to see."""

    clicked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(SHOWN)
        self._away.timeout.connect(self.hide)

    def show(self, title: str, text: str) -> None:
        """Show a notification; without a tray to show it in nothing happens."""
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QIcon(str(resource_path("icons", "armchair.svg"))), self)
            self._tray.messageClicked.connect(self.clicked)
            self._tray.activated.connect(lambda _reason: self.clicked.emit())
        self._tray.show()
        # Some desktops read markup in it, and a prompt is anybody's text.
        self._tray.showMessage(title, text.replace("<", "‹").replace("&", "＆"))
        self._away.start()

    def hide(self) -> None:
        """Leave the tray again."""
        if self._tray is not None:
            self._tray.hide()
