"""The answer to a search: the rows in order, and where each day begins among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

PictureIds = NDArray[np.int64]
"""Rows of images: the addresses of pictures in this catalogue, for as long as it is open."""

_EPOCH = date(1970, 1, 1)


class Sort(StrEnum):
    """In which order pictures are shown; the newest first among those that are alike."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SCORE = "score"  # how much the prompt mattered, the most first; those without a score last
    RATING = "rating"
    COLLECTION = "collection"  # as the person arranged the collection; the newest first where there is none


@dataclass(frozen=True)
class Day:
    """Pictures of one day of the user's own calendar. first: the place of the first of them among those found."""

    date: date
    first: int
    count: int


@dataclass(frozen=True, eq=False)
class Found:
    """ids: rows in order, read-only. days: in the same order, covering all ids; () where the order is not by time."""

    ids: PictureIds
    days: tuple[Day, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


def local_days(seconds: PictureIds) -> PictureIds:
    """Days since 1970 in the user's own calendar, for seconds since 1970."""
    if not len(seconds):
        return seconds
    # Clocks are changed on the quarter of an hour everywhere, so one answer serves a quarter.
    quarters, places = np.unique(seconds // 900, return_inverse=True)
    offsets = np.fromiter((_offset(int(quarter) * 900) for quarter in quarters), np.int64, len(quarters))
    return (seconds + offsets[places]) // 86_400


def days_of(days: PictureIds) -> tuple[Day, ...]:
    """Where each day begins in a list of days of the same order as the pictures."""
    if not len(days):
        return ()
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(days)) + 1))
    ends = np.append(firsts[1:], len(days))
    return tuple(
        Day(_EPOCH + timedelta(days=int(days[first])), int(first), int(end - first))
        for first, end in zip(firsts, ends, strict=True)
    )


def _offset(second: int) -> int:
    try:
        offset = datetime.fromtimestamp(second).astimezone().utcoffset()
    except (OverflowError, OSError, ValueError):
        return 0
    return 0 if offset is None else int(offset.total_seconds())
