"""All rows in each order, kept from one search to the next as long as nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection

import numpy as np

from desktop_app.core.library.connections import text
from desktop_app.core.library.search.found import PictureIds, Sort, local_days

_NUMBERS: Mapping[Sort, str] = {
    Sort.NEWEST: "SELECT row AS number FROM images ORDER BY created DESC, row DESC",
    Sort.SCORE: "SELECT row AS number FROM images ORDER BY likelihood_gain DESC, created DESC, row DESC",
    Sort.RATING: "SELECT row AS number FROM images ORDER BY rating DESC, created DESC, row DESC",
}
_SECONDS = "SELECT second AS number FROM images ORDER BY created DESC, row DESC"


class Orders:
    """What one connection sees; `refresh` comes first in every transaction."""

    def __init__(self) -> None:
        self._version = -1
        self._orders: dict[Sort, PictureIds] = {}
        self._days: PictureIds | None = None

    def refresh(self, db: Connection) -> None:
        """Forget everything where another connection has written since."""
        db.execute("SELECT 1 FROM images LIMIT 1").fetchone()
        (version,) = db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._version = version
            self._orders.clear()
            self._days = None

    def rows(self, db: Connection, sort: Sort) -> PictureIds:
        """Every row in an order."""
        key = sort if sort in _NUMBERS else Sort.NEWEST
        if key not in self._orders:
            self._orders[key] = numbers(db, _NUMBERS[key])
        order = self._orders[key]
        return order[::-1] if sort is Sort.OLDEST else order

    def days(self, db: Connection, sort: Sort) -> PictureIds:
        """The day of each of `rows`, for the orders by time."""
        if self._days is None:
            self._days = local_days(numbers(db, _SECONDS))
        return self._days[::-1] if sort is Sort.OLDEST else self._days


def numbers(db: Connection, query: str, values: tuple[str | bytes | int | float, ...] = ()) -> PictureIds:
    """What a query of one column `number` answers, in its order.

    As one text: that takes a quarter of the time of a hundred thousand Python integers.
    """
    (joined,) = db.execute(f"SELECT group_concat(number) FROM ({query})", values).fetchone()  # noqa: S608
    if joined is None:
        return np.empty(0, np.int64)
    return np.fromstring(joined, np.int64, sep=",")


def matching(db: Connection, expression: str) -> PictureIds:
    """The rows that the full-text index finds."""
    query = "SELECT rowid AS number FROM words WHERE words MATCH CAST(? AS TEXT)"
    return numbers(db, query, (text(expression),))
