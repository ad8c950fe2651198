"""How other threads steer one run.

A control belongs to one run and is never cleared for another: a late click on a finished run's button
must not reach the next one.
"""

from __future__ import annotations

import threading

from model_runtime.bounds import whole_number
from model_runtime.errors import InvalidRequest
from model_runtime.request import MAX_IMAGES, MAX_SEED


class RunControl:
    """Asks to a running `stream`; every method may be called from any thread, also before the run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._stopping = threading.Event()
        self._restarts: dict[int, int] = {}
        self._image_count: int | None = None

    # Asked by the person ------------------------------------------------------------------------

    def cancel(self) -> None:
        """End the run at the next token, with RunCancelled: finished pictures only."""
        self._cancelled.set()

    def stop_and_keep(self) -> None:
        """End the run at the next token, with RunCancelled: unfinished pictures are kept too."""
        self._stopping.set()

    def restart(self, index: int, seed: int) -> None:
        """Draw picture `index` (from 0) again from its start with `seed`; the others go on.

        The last ask for a picture counts. Raises InvalidRequest where there is no such picture or seed.
        """
        seed = whole_number("seed", seed, 0, MAX_SEED)
        with self._lock:
            last = (self._image_count or MAX_IMAGES) - 1
            self._restarts[whole_number("index", index, 0, last)] = seed

    # Read by the run ----------------------------------------------------------------------------

    def claim(self, image_count: int) -> None:
        """Take this control for a run of `image_count` pictures; raises InvalidRequest the second time.

        Also raises it where an earlier `restart` named a picture that this run does not draw.
        """
        with self._lock:
            if self._image_count is not None:
                raise InvalidRequest("control_used", field="control")
            for index in self._restarts:
                whole_number("index", index, 0, image_count - 1)
            self._image_count = image_count

    @property
    def cancelled(self) -> bool:
        """Whether the run shall end with its finished pictures; goes before `stopping`."""
        return self._cancelled.is_set()

    @property
    def stopping(self) -> bool:
        """Whether the run shall end with all that it has drawn."""
        return self._stopping.is_set()

    def take_restarts(self) -> tuple[tuple[int, int], ...]:
        """The (index, seed) asked for since the last call, in the order first asked; each given once."""
        if not self._restarts:  # asked at every token: look before locking
            return ()
        with self._lock:
            taken = tuple(self._restarts.items())
            self._restarts.clear()
        return taken
