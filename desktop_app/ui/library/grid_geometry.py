"""Where every picture of the grid lies: arithmetic alone, so that a hundred thousand cost no more than ten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from PySide6.QtCore import QPoint, QRect

from desktop_app.core.library.search.found import Day

GAP = 10
"""Pixels between pictures."""
BETWEEN_DAYS = 14
"""Pixels from one day's last line to the next day's head, beside the gap."""

Span = tuple[int, int]
"""Places from the first to the last, both included."""


@dataclass(frozen=True)
class Section:
    """A day's pictures. top: of its head, in the grid's own coordinates. day: None where pictures are not by day."""

    first: int
    count: int
    top: int
    day: Day | None


class GridGeometry:
    """The places of `total` pictures in lines that fill `width` evenly; about `size` pixels each.

    Coordinates begin at the left top of the grid's content. A section's place is found by bisection.
    """

    def __init__(self, *, total: int, days: Sequence[Day], width: int, size: int, margin: int, head: int) -> None:
        self.margin = margin
        self.total = total
        self._inner = max(1, width - 2 * margin)
        self.columns = max(1, round((self._inner + GAP) / (size + GAP)))
        self.side = max(1, (self._inner - GAP * (self.columns - 1)) // self.columns)
        self.head = head if days else 0
        by_day: list[Day | None] = [*days] or [None]
        counts = [total if day is None else day.count for day in by_day]
        heights = [self.head + self._lines(count) * (self.side + GAP) + BETWEEN_DAYS for count in counts]
        tops = [0, *accumulate(heights)]
        firsts = [0, *accumulate(counts)]
        self.sections = tuple(
            Section(first, count, top, day)
            for first, count, top, day in zip(firsts, counts, tops, by_day, strict=False)
        )
        self._firsts, self._tops = firsts[:-1], tops[:-1]
        self.height = tops[-1] - BETWEEN_DAYS + margin if total else 0

    def rect(self, place: int) -> QRect:
        """A picture's square."""
        section = self.section_of(place)
        line, column = divmod(place - section.first, self.columns)
        top = section.top + self.head + line * (self.side + GAP)
        return QRect(self._left(column), top, self.side, self.side)

    def place_at(self, point: QPoint) -> int | None:
        """The picture at a point; None between them."""
        for first, last in self.spans_in(QRect(point, point)):
            for place in range(first, last + 1):
                if self.rect(place).contains(point):
                    return place
        return None

    def section_of(self, place: int) -> Section:
        """The day that a picture belongs to."""
        return self.sections[max(0, bisect_right(self._firsts, place) - 1)]

    def sections_in(self, top: int, bottom: int) -> Sequence[Section]:
        """The days of which something lies between two heights."""
        first = max(0, bisect_right(self._tops, top) - 1)
        return self.sections[first : bisect_right(self._tops, bottom)]

    def spans_in(self, area: QRect) -> list[Span]:
        """The pictures that touch an area, as spans of places: one a line, or one a day where whole lines do."""
        left, right = self._column_from(area.left()), self._column_to(area.right())
        if left > right:
            return []
        spans = []
        for section in self.sections_in(area.top(), area.bottom()):
            lines = self._lines_between(section, area.top(), area.bottom())
            if left == 0 and right == self.columns - 1 and lines:
                spans.append(
                    (section.first + lines[0] * self.columns, section.first + (lines[-1] + 1) * self.columns - 1)
                )
            else:
                starts = [section.first + line * self.columns for line in lines]
                spans += [(start + left, start + right) for start in starts]
            spans = [(first, min(last, section.first + section.count - 1)) for first, last in spans]
        return [(first, last) for first, last in spans if first <= last]

    def in_sight(self, top: int, bottom: int) -> Span | None:
        """All pictures of the lines that touch a strip between two heights."""
        spans = self.spans_in(QRect(self.margin, top, self._inner, max(1, bottom - top)))
        return (spans[0][0], spans[-1][1]) if spans else None

    def beside(self, place: int, steps: int) -> int:
        """The picture so many lines below a place, above it where negative; in the same column where there is one."""
        column = (place - self.section_of(place).first) % self.columns
        for _ in range(abs(steps)):
            section = self.section_of(place)
            line = (place - section.first) // self.columns + (1 if steps > 0 else -1)
            if line < 0:
                if section.first == 0:
                    break
                section = self.section_of(section.first - 1)
                line = self._lines(section.count) - 1
            elif line >= self._lines(section.count):
                if section.first + section.count >= self.total:
                    break
                section, line = self.section_of(section.first + section.count), 0
            place = min(section.first + line * self.columns + column, section.first + section.count - 1)
        return place

    def lines_in(self, height: int) -> int:
        """How many lines fit into a height, at least one."""
        return max(1, height // (self.side + GAP))

    def _lines(self, count: int) -> int:
        return -(-count // self.columns)

    def _left(self, column: int) -> int:
        # The pixels that do not divide evenly are shared out, so that both edges are straight.
        return self.margin + (column * (self._inner - self.side) // max(1, self.columns - 1) if self.columns > 1 else 0)

    def _column_from(self, x: int) -> int:
        return next((column for column in range(self.columns) if self._left(column) + self.side > x), self.columns)

    def _column_to(self, x: int) -> int:
        return next((column for column in reversed(range(self.columns)) if self._left(column) <= x), -1)

    def _lines_between(self, section: Section, top: int, bottom: int) -> range:
        start, step = section.top + self.head, self.side + GAP
        first = max(0, (top - start + GAP) // step)
        return range(first, min(self._lines(section.count), (bottom - start) // step + 1))
