"""The engine's process, as the window's process holds it."""

from __future__ import annotations

import signal
from multiprocessing import get_context
from multiprocessing.connection import Connection

from desktop_app.core.faults import Fault
from desktop_app.workers.engine_process import run_engine
from desktop_app.workers.messages import FromEngine, ToEngine

LEAVING_SECONDS = 2.0
"""So long may the process take to leave before it is made to; it has nothing to lose."""


class EngineDied(Exception):
    """The process is gone though nobody told it to leave; `fault` says how."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.code)


class EngineChild:
    """A running engine process. Belongs to one thread; `end` must be called, also after EngineDied."""

    def __init__(self) -> None:
        # spawn: a fork would copy the window's threads and locks in whatever state they are.
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=run_engine, args=(theirs,), name="armchair-engine", daemon=True)
        try:
            self._process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()  # so that its death closes the pipe
        self.connection: Connection = ours
        """To be waited on; becomes ready when there is something to `receive`."""

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def send(self, message: ToEngine) -> None:
        """Raises EngineDied. Returns at once: the other side always reads."""
        try:
            self.connection.send(message)
        except OSError as error:
            raise EngineDied(self._how_it_died()) from error

    def receive(self) -> FromEngine:
        """The next message; waits for it. Raises EngineDied after the last one."""
        try:
            message: FromEngine = self.connection.recv()
        except (EOFError, OSError) as error:
            raise EngineDied(self._how_it_died()) from error
        return message

    def end(self) -> None:
        """Have the process gone when this returns."""
        self.connection.close()  # it leaves when it sees that
        self._process.join(LEAVING_SECONDS)
        self._process.kill()
        self._process.join()
        self._process.close()

    def _how_it_died(self) -> Fault:
        # The pipe closes a moment before the process is gone.
        self._process.join(LEAVING_SECONDS)
        code = self._process.exitcode
        name = ""
        if code is not None and code < 0:
            try:
                name = signal.Signals(-code).name
            except ValueError:  # a real-time signal has no name
                name = str(-code)
        return Fault(code="engine_died", parameters={"exit_code": code, "signal": name})
