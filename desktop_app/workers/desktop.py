"""Shows a file where it lies, in the person's own file manager."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from desktop_app.workers.desktop_bus import Call, Method

SHOW_ITEMS = Method(
    service="org.freedesktop.FileManager1",
    path="/org/freedesktop/FileManager1",
    interface="org.freedesktop.FileManager1",
    name="ShowItems",
)

_log = logging.getLogger(__name__)


def show_in_folder(path: Path) -> None:
    """Open the file's folder with the file selected; where that cannot be, the folder alone.

    Called in the window's thread, and returns at once. Of a file that is gone the nearest folder that is left is
    opened.
    """
    _Errand(path)


class _Errand(QObject):
    """Asks the file manager in a thread of its own: it may have to be started first."""

    _came_back = Signal(bool)

    def __init__(self, path: Path) -> None:
        super().__init__(QCoreApplication.instance())
        self._path = path
        self._came_back.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._run, name="show-in-folder", daemon=True).start()

    def _run(self) -> None:
        try:
            shown = self._path.exists() and _select(self._path)
        except OSError:
            _log.exception("the file manager cannot be asked")
            shown = False
        self._came_back.emit(shown)

    def _finish(self, shown: bool) -> None:
        if not shown:
            folder = next(folder for folder in self._path.absolute().parents if folder.is_dir())
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        self.deleteLater()


def _select(path: Path) -> bool:
    if sys.platform == "win32":
        # One text: Explorer reads its own kind of quotes, and its exit code says nothing.
        subprocess.Popen(f'explorer /select,"{path}"')  # noqa: S603
        return True
    if sys.platform == "darwin":
        return subprocess.run(["/usr/bin/open", "-R", str(path)], check=False).returncode == 0  # noqa: S603
    call = Call(SHOW_ITEMS, [[path.absolute().as_uri()], ""])
    shown = call.succeeded
    call.close()
    return shown
