"""A run's clock: how long it took, what is left, pictures a minute."""

from __future__ import annotations

from collections import deque

_WINDOW = 5.0
"""Seconds that the speed is taken over: long enough to be steady, short enough to follow a busy machine."""
_PATIENCE = 0.4
"""Seconds of drawing before a guess is worth showing."""


class RunTiming:
    """Times are seconds of one steady clock."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._ended: float | None = None
        self._marks: deque[tuple[float, int]] = deque()
        self._total = 0

    def note(self, done: int, total: int, now: float) -> None:
        """Tokens drawn at a moment; fewer than before where a picture started over."""
        if self._marks and done < self._marks[-1][1]:
            # Tokens taken back say nothing about speed: move the past down with them.
            fall = self._marks[-1][1] - done
            self._marks = deque((moment, mark - fall) for moment, mark in self._marks)
        self._marks.append((now, done))
        self._total = total
        while now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()

    def end(self, now: float) -> None:
        """The run is over."""
        self._ended = now

    def seconds(self, now: float) -> float:
        """From the start until its end or now."""
        return (now if self._ended is None else self._ended) - self._began

    def seconds_left(self, now: float) -> float | None:
        """Until the last token at the speed of late; None while nobody can tell, and after the end."""
        if self._ended is not None or len(self._marks) < 2:
            return None
        (first, done_then), (last, done) = self._marks[0], self._marks[-1]
        if last - first < _PATIENCE or done <= done_then:
            return None
        left = (self._total - done) * (last - first) / (done - done_then)
        return max(0.0, left - (now - last))

    def a_minute(self, pictures: int, now: float) -> float | None:
        """Pictures a minute over the whole run; None before the first."""
        seconds = self.seconds(now)
        return 60 * pictures / seconds if pictures and seconds > 0 else None
