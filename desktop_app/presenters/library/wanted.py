"""Slow reading for what is in sight: the newest wish first, and what scrolled away is never read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from desktop_app.core.faults import Fault
from desktop_app.presenters.ports import Background

K = TypeVar("K")
V = TypeVar("V")


class Wanted(Generic[K, V]):
    """Keeps a list of wishes and only few of them on their way, so that a new list counts at once.

    read(keys): in another thread, an answer for each. take(key, answer): in the window's thread, for every key
    that was read, wanted still or not. failed(fault): the keys of a batch get no answer until they are wanted anew.
    """

    def __init__(
        self,
        background: Background,
        read: Callable[[Sequence[K]], Sequence[V]],
        take: Callable[[K, V], None],
        failed: Callable[[Fault], None],
        *,
        batch: int = 1,
        flights: int = 2,
    ) -> None:
        self._background = background
        self._read = read
        self._take = take
        self._failed = failed
        self._batch = batch
        self._free = flights
        self._waiting: list[K] = []
        self._flying: set[K] = set()

    def want(self, keys: Iterable[K]) -> None:
        """Read these, in this order, and no others but those that are on their way."""
        self._waiting = [key for key in dict.fromkeys(keys) if key not in self._flying]
        self._go_on()

    @property
    def idle(self) -> bool:
        """Whether everything wanted was read."""
        return not self._waiting and not self._flying

    def _go_on(self) -> None:
        while self._free and self._waiting:
            keys, self._waiting = tuple(self._waiting[: self._batch]), self._waiting[self._batch :]
            self._flying.update(keys)
            self._free -= 1
            self._send(keys)

    def _send(self, keys: tuple[K, ...]) -> None:
        self._background.run(
            lambda: self._read(keys),
            lambda answers: self._landed(keys, answers),
            lambda fault: self._crashed(keys, fault),
        )

    def _landed(self, keys: tuple[K, ...], answers: Sequence[V]) -> None:
        self._free += 1
        self._flying.difference_update(keys)
        for key, answer in zip(keys, answers, strict=True):
            self._take(key, answer)
        self._go_on()

    def _crashed(self, keys: tuple[K, ...], fault: Fault) -> None:
        self._free += 1
        self._flying.difference_update(keys)
        self._failed(fault)
        self._go_on()
