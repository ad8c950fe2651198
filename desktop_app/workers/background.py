"""Slow work beside the window: files, tokenizers, pictures."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject

from desktop_app.core.faults import Fault
from desktop_app.workers.delivery import Delivery

THREADS = 2
"""The disk is what is waited for; more threads would only take cores from the engine."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Background(QObject):
    """`presenters.ports.Background`: every `run` ends in exactly one call, in the thread this object lives in.

    After `shutdown` nothing is called any more.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._delivery = Delivery(self)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="background")
        self._closed = False

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Fault], None] | None = None
    ) -> None:
        """Do `work` in another thread; `done` hears its result, `failed` its fault."""
        if not self._closed:
            self._pool.submit(self._work, work, done, failed or _note)

    def shutdown(self) -> None:
        """Wait for what is being done, drop what waits; no call comes after this."""
        self._closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Fault], None]) -> None:
        try:
            result = work()
        except Exception as error:  # whatever it is, the window hears of it
            _log.info("background work failed", exc_info=error)
            self._delivery.post(partial(self._tell, partial(failed, Fault.of(error))))
        else:
            self._delivery.post(partial(self._tell, partial(done, result)))

    def _tell(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()


def _note(fault: Fault) -> None:
    _log.warning("nobody hears of the fault %s", fault.code)
