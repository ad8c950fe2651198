"""All rows in each order, kept from one search to the next as long as nothing is written that changes it."""

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
_NAMES: Mapping[Sort, str] = {Sort.NEWEST: "time", Sort.SCORE: "score", Sort.RATING: "rating"}
_SECONDS = "SELECT second AS number FROM images ORDER BY created DESC, row DESC"


class Orders:
    """For one connection; `refresh` comes first in every transaction."""

    def __init__(self) -> None:
        self._changes: dict[str, int] = {}
        self._orders: dict[Sort, PictureIds] = {}
        self._days: PictureIds | None = None

    def refresh(self, db: Connection) -> None:
        """Forget the orders that have changed since."""
        changes = dict(db.execute("SELECT name, changes FROM orders").fetchall())
        before, self._changes = self._changes, changes
        for sort, name in _NAMES.items():
            if changes[name] != before.get(name):
                self._orders.pop(sort, None)
        if changes["time"] != before.get("time"):
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
