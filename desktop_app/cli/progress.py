"""How far a run is: one line written over on a terminal, a line at each quarter elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.cli.console import Console
from model_runtime.events import BatchReduced, Event, ImageFinished, Progress, StageChanged

_STAGES = {
    "encoding": "reading the prompt",
    "drawing": "drawing",
    "decoding": "turning tokens into pixels",
    "scoring": "judging",
    "ranking": "ranking",
}
_EIGHTHS = " ▏▎▍▌▋▊▉"
_BAR = 24
"""Columns, at most."""


class ProgressLine:
    """Shows the events of one run; `clock` is in seconds."""

    def __init__(self, console: Console, image_count: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._count = image_count
        self._clock = clock
        self._finished = 0
        self._stage = "encoding"
        self._now: Progress | None = None
        self._first: tuple[float, int] | None = None
        self._quarters = 0

    def show(self, event: Event) -> None:
        """Take one event of the run into account."""
        if isinstance(event, StageChanged):
            self._stage = event.stage
        elif isinstance(event, Progress):
            self._now = event
            if self._first is None:
                self._first = (self._clock(), event.done)
        elif isinstance(event, ImageFinished):
            self._finished += 1
        elif isinstance(event, BatchReduced):
            self._console.say(f"memory is short: drawing {event.batch} at once from here on")
        else:
            return
        self._draw()

    def _draw(self) -> None:
        if self._console.live:
            self._console.status(self._line())
            return
        now = self._now
        quarters = 4 * now.done // now.total if now else 0
        if quarters > self._quarters:
            self._quarters = quarters
            self._console.say(self._words())

    def _line(self) -> str:
        if self._now is None or self._stage != "drawing":
            return f"{_STAGES[self._stage]} …" if self._console.can_show("…") else _STAGES[self._stage]
        words = self._words()
        room = min(_BAR, self._console.width - len(words) - 4)
        return f"{self._bar(self._now.done / self._now.total, room)} {words}" if room >= 8 else words

    def _bar(self, share: float, columns: int) -> str:
        if not self._console.can_show("█▏▕" + _EIGHTHS):
            full = int(share * columns)
            return f"[{'#' * full}{'.' * (columns - full)}]"
        full, eighths = divmod(int(share * columns * 8), 8)
        bar = "█" * full + (_EIGHTHS[eighths] if full < columns else "")
        return f"▕{bar.ljust(columns)}▏"

    def _words(self) -> str:
        now = self._now or Progress(0, 1)
        plural = "picture" if self._count == 1 else "pictures"
        parts = [f"{100 * now.done // now.total} %", f"{self._finished} of {self._count} {plural}"]
        pace = self._pace(now)
        if pace > 0:
            tokens_a_picture = now.total / self._count
            parts.append(f"{_short(60 * pace / tokens_a_picture)} a minute")
            if now.done < now.total:
                parts.append(f"{_duration((now.total - now.done) / pace)} left")
        return ", ".join(parts)

    def _pace(self, now: Progress) -> float:
        """Tokens a second since the first word of progress; 0 = not known yet."""
        if self._first is None:
            return 0.0
        started, done_then = self._first
        seconds = self._clock() - started
        return (now.done - done_then) / seconds if seconds > 0 and now.done > done_then else 0.0


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 20 else f"{number:.1f}" if number >= 0.1 else f"{number:.2f}"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"
