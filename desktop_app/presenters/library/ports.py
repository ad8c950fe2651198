"""What the library page needs of the core. Everything here but Found's properties is called off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

PictureIds = NDArray[np.int64]


@dataclass(frozen=True)
class Day:
    """Pictures of one day, one after the other. first: the place of the first of them among those found."""

    date: date
    first: int
    count: int


@dataclass(frozen=True)
class Found:
    """ids: in the order shown. days: in the same order, covering all ids; () where the order is not by time."""

    ids: PictureIds
    days: tuple[Day, ...]


@dataclass(frozen=True, kw_only=True)
class PictureRow:
    """One picture as the grid shows it.

    stamp: size and time of its file, as it was read. done: share of its tokens that are drawn, 0..1.
    rating: 0 = none, else 1..5. source: "" = drawn here, else the program that it came from.
    """

    id: int
    path: Path
    stamp: tuple[int, int]
    prompt: str
    model: str
    created: datetime
    done: float
    missing: bool
    favourite: bool
    rating: int
    tags: tuple[str, ...]
    note: str
    source: str


class RowSource(Protocol):
    """The catalogue's reading side, picture by picture."""

    def rows(self, ids: PictureIds) -> Sequence[PictureRow]:
        """Those of the pictures that are known, in no particular order."""
