"""From any thread to the window's: in order, in small portions, without what is out of date."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

PORTION_SECONDS = 0.004
"""After so long the window gets a turn to paint and to hear the keyboard."""


class Delivery(QObject):
    """Calls what other threads post, in the thread it lives in.

    A post with a key takes the place of the one with the same key that was not delivered yet: of ten previews
    of a picture that pile up while the window is busy, it paints one.
    """

    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object] | None] = deque()
        self._keyed: dict[Hashable, int] = {}
        self._delivered = 0
        self._woken = False
        # A timer, since an event posted from within an event would be handled before the window gets its turn.
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._deliver)
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], object], *, key: Hashable = None) -> None:
        """Have `call` called; from any thread, and it never waits."""
        with self._lock:
            if key is not None:
                place = self._keyed.get(key, -1) - self._delivered
                if place >= 0:
                    self._waiting[place] = None
                self._keyed[key] = self._delivered + len(self._waiting)
            self._waiting.append(call)
            wake, self._woken = not self._woken, True
        if wake:
            self._posted.emit()

    def flush(self) -> None:
        """Deliver all there is, in this thread, which must be the one the object lives in."""
        while (call := self._next()) is not None:
            call()

    def _deliver(self) -> None:
        with self._lock:
            self._woken = False
        begin = time.monotonic()
        self._rest.start()  # so that it goes on in an event loop that a receiver opens, too
        while (call := self._next()) is not None:
            call()
            if time.monotonic() - begin > PORTION_SECONDS:
                return
        self._rest.stop()

    def _next(self) -> Callable[[], object] | None:
        with self._lock:
            while self._waiting:
                call = self._waiting.popleft()
                self._delivered += 1
                if call is not None:
                    return call
            self._keyed.clear()
            return None
