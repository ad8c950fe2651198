"""The engine's end of the pipe: controls act at once, everything else waits its turn."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from multiprocessing.connection import Connection

from desktop_app.workers.messages import (
    Ask,
    AskDecode,
    AskEstimate,
    AskLogits,
    Cancel,
    Control,
    Draw,
    Load,
    Restart,
    StopAndKeep,
    ToEngine,
)
from model_runtime.control import RunControl
from model_runtime.errors import InvalidRequest

Order = Load | Draw | Ask


class EngineInbox:
    """Reads the pipe in a thread of its own, so that a click is heard in the middle of a token.

    Where the pipe closes, the window is done with the engine, or gone: the process ends on the spot.
    It has nothing to tidy up, since only the window's process writes files.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._orders: deque[Order] = deque()
        self._controls: dict[str, RunControl] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._read, name="engine-inbox", daemon=True).start()

    def next_order(self) -> Order:
        """The next thing to do; waits for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders)
            return self._orders.popleft()

    def next_ask(self) -> Ask | None:
        """The next order where it is one that can be done between two tokens."""
        if not self._orders:  # looked at after every event
            return None
        with self._changed:
            if isinstance(self._orders[0], AskLogits | AskEstimate | AskDecode):
                return self._orders.popleft()  # type: ignore[return-value]  # the line above says so
            return None

    def control(self, job_id: str) -> RunControl:
        """What steers a run, from the moment its order came in."""
        return self._controls[job_id]

    def forget(self, job_id: str) -> None:
        """The run is over: late clicks on it do nothing."""
        with self._changed:
            del self._controls[job_id]

    def _read(self) -> None:
        try:
            while True:
                self._take(self._connection.recv())
        except (EOFError, OSError):
            os._exit(0)

    def _take(self, message: ToEngine) -> None:
        with self._changed:
            if isinstance(message, Control):
                self._steer(message)
                return
            if isinstance(message, Draw):
                self._controls[message.job_id] = RunControl()
            self._orders.append(message)
            self._changed.notify()

    def _steer(self, message: Control) -> None:
        control = self._controls.get(message.job_id)
        if control is None:
            return
        match message:
            case Cancel():
                control.cancel()
            case StopAndKeep():
                control.stop_and_keep()
            case Restart():
                # The sender has checked it; a picture that is not there is no reason to lose the others.
                with contextlib.suppress(InvalidRequest):
                    control.restart(message.index, message.seed)
