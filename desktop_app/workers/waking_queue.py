"""Work for a thread that also waits on a pipe."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

T = TypeVar("T")


class WakingQueue(Generic[T]):
    """A queue whose `reader` becomes ready, for `multiprocessing.connection.wait`, when something lies in it."""

    def __init__(self) -> None:
        self.reader: Connection
        self.reader, self._writer = Pipe(duplex=False)
        self._lock = threading.Lock()
        self._items: list[T] = []

    def put(self, item: T) -> None:
        """Add an item; from any thread, and it never waits."""
        with self._lock:
            self._items.append(item)
            # One byte, however many items: the pipe cannot fill up.
            if len(self._items) == 1:
                self._writer.send_bytes(b"!")

    def take(self) -> list[T]:
        """All items, in the order they came; empty where there are none."""
        with self._lock:
            items, self._items = self._items, []
            if items:
                self.reader.recv_bytes()
        return items

    def close(self) -> None:
        """Give the pipe back; nothing may be put in any more."""
        self.reader.close()
        self._writer.close()
