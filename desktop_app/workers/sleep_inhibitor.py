"""Keeps the computer from falling asleep by itself while it draws; a person can still send it to sleep."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop_app.workers.desktop_bus import Call, Method

REASON = "Drawing pictures"
"""Shown by some desktops in their power settings."""

POWER_MANAGEMENT = Method(
    service="org.freedesktop.PowerManagement",
    path="/org/freedesktop/PowerManagement/Inhibit",
    interface="org.freedesktop.PowerManagement.Inhibit",
    name="Inhibit",
)
"""KDE, Xfce and others: the screen may go dark, the computer stays awake."""

SCREEN_SAVER = Method(
    service="org.freedesktop.ScreenSaver",
    path="/org/freedesktop/ScreenSaver",
    interface="org.freedesktop.ScreenSaver",
    name="Inhibit",
)
"""GNOME and most others, where the one above is missing: the screen stays on, too."""

LOGIN = Method(
    service="org.freedesktop.login1",
    path="/org/freedesktop/login1",
    interface="org.freedesktop.login1.Manager",
    name="Inhibit",
    system=True,
)
"""systemd itself, which can be set to sleep when nobody does anything."""

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001

_log = logging.getLogger(__name__)

Undo = Callable[[], None]


class SleepInhibitor(QObject):
    """`acquire` and `release` return at once; the second of either in a row does nothing.

    What keeps the computer awake ends with the program, however that ends.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._released: threading.Event | None = None

    def acquire(self) -> None:
        """Stay awake from now on."""
        if self._released is None:
            self._released = threading.Event()
            threading.Thread(target=_stay_awake, args=(self._released,), name="stay-awake", daemon=True).start()

    def release(self) -> None:
        """The computer may sleep again."""
        if self._released is not None:
            self._released.set()
            self._released = None


def _stay_awake(released: threading.Event) -> None:
    """In a thread that lasts as long: Windows keeps the wish by thread, D-Bus connections belong to theirs."""
    undo: list[Undo] = []
    try:
        undo = _begin()
    except Exception:  # the pictures matter more
        _log.exception("the computer cannot be kept awake")
    released.wait()
    for act in undo:
        act()


def _begin() -> list[Undo]:
    """Do what this system has for it; what undoes it again."""
    if sys.platform == "win32":
        return _on_windows()
    if sys.platform == "darwin":
        return _on_macos()
    return _on_linux()


def _on_linux() -> list[Undo]:
    held = []
    for methods, arguments in (
        ((POWER_MANAGEMENT, SCREEN_SAVER), ["Armchair", REASON]),
        ((LOGIN,), ["idle", "Armchair", REASON, "block"]),
    ):
        for method in methods:
            call = Call(method, arguments)
            if call.succeeded:
                held.append(call.close)
                break
            call.close()
    return held


def _on_windows() -> list[Undo]:
    import ctypes  # noqa: PLC0415  # only Windows needs it

    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  # the name exists on Windows alone
    kernel.SetThreadExecutionState(_CONTINUOUS | _SYSTEM_REQUIRED)
    return [lambda: kernel.SetThreadExecutionState(_CONTINUOUS)]


def _on_macos() -> list[Undo]:
    # -w: it ends with this program, however that ends.
    awake = subprocess.Popen(["/usr/bin/caffeinate", "-i", "-w", str(os.getpid())])  # noqa: S603

    def undo() -> None:
        awake.terminate()
        awake.wait()

    return [undo]
