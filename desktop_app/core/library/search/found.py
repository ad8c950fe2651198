"""The answer to a search: the rows in order, and where each day begins among them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

PictureIds = NDArray[np.int64]
"""Rows of images: the addresses of pictures in this catalogue, for as long as it is open."""

_EPOCH = date(1970, 1, 1)
_DAY = 86_400


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
    # Clocks are changed on few days a year: on all others one answer serves a whole day.
    days, places = np.unique(seconds // _DAY, return_inverse=True)
    edges = [_offset(int(day) * _DAY) for day in days], [_offset(int(day) * _DAY + _DAY - 1) for day in days]
    first, last = (np.array(edge, np.int64) for edge in edges)
    offsets = first[places]
    for place in np.flatnonzero((first != last)[places]):
        offsets[place] = _offset(int(seconds[place]))
    return (seconds + offsets) // _DAY


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


@lru_cache(maxsize=2**15)
def _offset(second: int) -> int:
    """Seconds that the person's clock is ahead of UTC."""
    try:
        return time.localtime(second).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        return 0
