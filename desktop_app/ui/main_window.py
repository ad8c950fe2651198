"""The window: header, messages, page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QIcon, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from desktop_app.ui.create.create_page import CreatePage
from desktop_app.ui.header import Header
from model_runtime.resources import resource_path

FIRST_SIZE = QSize(1400, 900)
LEAST_SIZE = QSize(640, 480)


class MainWindow(QMainWindow):
    """first_painted(): once, when the window can be seen; slow things begin after it.

    close_requested(): the person closes the window; whoever owns it calls `close_now` when nothing stands
    against it. came_to_front(): the window is looked at again.
    """

    first_painted = Signal()
    close_requested = Signal()
    came_to_front = Signal()

    def __init__(self, header: Header, banner: QWidget, page: CreatePage) -> None:
        super().__init__()
        self.setWindowTitle("Armchair")
        self.setWindowIcon(QIcon(str(resource_path("icons", "armchair.svg"))))
        self.setMinimumSize(LEAST_SIZE)
        self.resize(FIRST_SIZE)
        self._page = page
        self._closing = False
        self._painted = False
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(header)
        layout.addWidget(banner)
        layout.addWidget(page, 1)
        self.setCentralWidget(content)
        header.fields_toggled.connect(lambda shown: page.show_drawer("fields", shown=shown))
        header.panel_toggled.connect(lambda shown: page.show_drawer("panel", shown=shown))
        page.folded_changed.connect(lambda fields, panel: header.show_panel_buttons(fields=fields, panel=panel))
        page.drawer_closed.connect(lambda: header.fields_button.setChecked(False))
        page.drawer_closed.connect(lambda: header.panel_button.setChecked(False))

    def add_shortcut(self, keys: str, text: str, act: Callable[[], object]) -> None:
        """A key that works wherever the focus is; `text` names it for accessibility and shortcut lists."""
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(lambda _checked: act())
        self.addAction(action)

    def show_progress(self, prompt: str, percent: int | None) -> None:
        """The title, which taskbars show too: what is being drawn and how far it is."""
        if percent is None:
            self.setWindowTitle("Armchair")
            return
        short = " ".join(prompt.split())
        short = short if len(short) <= 48 else short[:47] + "…"
        self.setWindowTitle(self.tr("{percent} % · {prompt} – Armchair").format(percent=percent, prompt=short))

    def saved_state(self) -> tuple[bytes, bytes]:
        """Geometry and columns, for `restore`."""
        return bytes(self.saveGeometry().data()), bytes(self._page.splitter.saveState().data())

    def restore(self, geometry: bytes, columns: bytes) -> None:
        """Be as `saved_state` was; what cannot be read changes nothing."""
        if geometry:
            self.restoreGeometry(QByteArray(geometry))
        if columns:
            self._page.splitter.restoreState(QByteArray(columns))

    def raise_up(self) -> None:
        """Come to the front, also from an icon."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()

    def close_now(self) -> None:
        """Close without asking."""
        self._closing = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask first whether anything stands against it."""
        if self._closing:
            event.accept()
            return
        event.ignore()
        # Afterwards: while Qt is closing a window, it does not hear that the same window is closed.
        QTimer.singleShot(0, self.close_requested.emit)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Tell once that there is something to see."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell when the window is looked at again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.came_to_front.emit()
