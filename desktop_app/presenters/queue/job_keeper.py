"""Writes what becomes of the jobs to the store, in order and off the window's thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job
from desktop_app.presenters.ports import Background
from desktop_app.presenters.queue.ports import JobStore


class JobKeeper:
    """Every act waits for those before it; after the first that fails nothing more is tried.

    failed: hears of that one, in the window's thread.
    """

    def __init__(self, store: JobStore, background: Background, failed: Callable[[Fault], None]) -> None:
        self._store = store
        self._background = background
        self._failed = failed
        self._acts: deque[Callable[[], None]] = deque()
        self._writing = threading.Lock()
        self._broken = False

    def add(self, job: Job) -> None:
        """Keep a job, the last in order; a private one is not kept."""
        self._do(lambda: self._store.add(job))

    def remove(self, job_id: str) -> None:
        """Keep a job no longer."""
        self._do(lambda: self._store.remove(job_id))

    def mark_running(self, job_id: str) -> None:
        """Note that the engine has the job."""
        self._do(lambda: self._store.mark_running(job_id))

    def arrange(self, job_ids: Sequence[str]) -> None:
        """Keep the order."""
        self._do(lambda: self._store.arrange(job_ids))

    def flush(self) -> None:
        """Write what is not written yet; returns when it is. For the program's end."""
        try:
            self._write()
        except Exception as error:
            self._on_failed(Fault.of(error))

    def _do(self, act: Callable[[], None]) -> None:
        if not self._broken:
            self._acts.append(act)
            self._background.run(self._write, lambda _: None, self._on_failed)

    def _write(self) -> None:
        # The acts are taken out under the lock, so their order holds whichever thread writes them.
        with self._writing:
            while self._acts:
                self._acts.popleft()()

    def _on_failed(self, fault: Fault) -> None:
        if not self._broken:
            self._broken = True
            self._acts.clear()
            self._failed(fault)
