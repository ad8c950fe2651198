"""Searching the catalogue: a query and an order in, rows out, within the time between two keys."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from sqlite3 import Connection

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import connect, faults_of, transaction
from desktop_app.core.library.search.conditions import Condition, Conditions, conditions
from desktop_app.core.library.search.found import Found, PictureIds, Sort, days_of
from desktop_app.core.library.search.orders import Orders, matching, numbers
from desktop_app.core.library.search.picture_row import PictureRow, picture_row
from desktop_app.core.library.search.query import Query, TextIs, parse
from desktop_app.core.prompts.completion import folded

DEEPEST = 4
"""Smart collections that ask for smart collections; one that asks for itself finds nothing."""
_COUNTED = "SELECT collection_id, count(*) FROM collection_pictures JOIN images ON id = picture_id GROUP BY 1"
_MEMBERS = "SELECT row AS number FROM collection_pictures JOIN images ON id = picture_id WHERE collection_id = ?"


@dataclass(frozen=True)
class CollectionCount:
    """A collection of the side bar. query: None where its pictures are chosen. count: of those that are known."""

    id: str
    name: str
    query: str | None
    count: int


@dataclass(frozen=True)
class SideCounts:
    """How many pictures stand behind each line of the side bar; collections in their order."""

    all: int
    favourites: int
    unfinished: int
    missing: int
    collections: tuple[CollectionCount, ...]


class Finder:
    """Reads one catalogue; may be used from any thread, one at a time. All methods raise LibraryError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._file = catalogue.connections.file
        self._one_at_a_time = threading.Lock()
        self._orders = Orders()
        with faults_of(self._file):
            self._db = connect(self._file)

    def close(self) -> None:
        """Close its connection, once nobody uses it any more."""
        with self._one_at_a_time:
            self._db.close()

    def search(self, query: str | Query = "", sort: Sort = Sort.NEWEST, *, collection: str | None = None) -> Found:
        """The pictures that match, in order; `collection`: only those of the collection with this id."""
        with self._reading() as db:
            return self._search(db, query, sort, collection, 0)

    def rows(self, ids: Collection[int] | PictureIds) -> list[PictureRow]:
        """Those of the rows that are still there, in the order asked: a window of what `search` found."""
        wanted = [int(row) for row in ids]
        query = "SELECT * FROM images WHERE row IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            records = {
                row["row"]: picture_row(row, self._catalogue.pictures)
                for row in db.execute(query, (json.dumps(wanted),))
            }
        return [records[row] for row in wanted if row in records]

    def picture_ids(self, ids: Collection[int] | PictureIds) -> list[str]:
        """The pictures' own ids, in the order asked: what acts want."""
        wanted = [int(row) for row in ids]
        query = "SELECT row, id FROM images WHERE row IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            known = dict(db.execute(query, (json.dumps(wanted),)).fetchall())
        return [known[row] for row in wanted if row in known]

    def rows_of(self, picture_ids: Sequence[str]) -> PictureIds:
        """The other way round; pictures that are not known are left out."""
        query = "SELECT id, row FROM images WHERE id IN (SELECT value FROM json_each(?))"
        with self._reading() as db:
            known = dict(db.execute(query, (json.dumps(list(picture_ids)),)).fetchall())
        return np.array([known[key] for key in picture_ids if key in known], np.int64)

    def counts(self) -> SideCounts:
        """For the side bar; each smart collection is searched."""
        query = """
            SELECT count(*), coalesce(sum(favourite), 0), coalesce(sum(tokens_done < image_length), 0),
                coalesce(sum(missing), 0) FROM images
        """
        with self._reading() as db:
            everything, favourites, unfinished, missing = db.execute(query).fetchone()
            rows = db.execute("SELECT id, name, query FROM collections ORDER BY place, name, id").fetchall()
            chosen = dict(db.execute(_COUNTED).fetchall())
            counted = tuple(
                CollectionCount(
                    key, name, words, chosen.get(key, 0) if words is None else len(self._members(db, key, words, 0))
                )
                for key, name, words in rows
            )
        return SideCounts(everything, favourites, unfinished, missing, counted)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._one_at_a_time, faults_of(self._file), transaction(self._db, "BEGIN"):
            self._orders.refresh(self._db)
            yield self._db

    def _search(self, db: Connection, query: str | Query, sort: Sort, collection: str | None, depth: int) -> Found:
        wanted = conditions(parse(query) if isinstance(query, str) else query)
        order = self._orders.rows(db, sort)
        chosen = self._matching(db, wanted, int(order.max(initial=0)) + 1, depth)
        if collection is not None:
            words = db.execute("SELECT query FROM collections WHERE id = ?", (collection,)).fetchone()
            members = self._members(db, collection, words[0] if words else None, depth)
            if sort is Sort.COLLECTION and words and words[0] is None:
                ids = members if chosen is None else members[chosen[members]]
                return _found(ids)
            inside = np.zeros(int(order.max(initial=0)) + 1, np.bool_)
            inside[members] = True
            chosen = inside if chosen is None else chosen & inside
        by_time = sort in (Sort.NEWEST, Sort.OLDEST)
        if chosen is None:
            return _found(order, self._orders.days(db, sort) if by_time else None)
        kept = chosen[order]
        return _found(order[kept], self._orders.days(db, sort)[kept] if by_time else None)

    def _matching(self, db: Connection, wanted: Conditions, size: int, depth: int) -> NDArray[np.bool_] | None:
        """Row → whether it is found; None = all are."""
        chosen: NDArray[np.bool_] | None = None

        def narrow(rows: PictureIds, negated: bool = False) -> None:
            nonlocal chosen
            mask = np.full(size, negated)
            mask[rows] = not negated
            chosen = mask if chosen is None else chosen & mask

        if wanted.words:
            narrow(matching(db, " AND ".join(wanted.words)))
        if wanted.columns:
            sql = " AND ".join(f"({_positive(condition)})" for condition in wanted.columns)
            values = tuple(value for condition in wanted.columns for value in condition.values)
            narrow(numbers(db, f"SELECT row AS number FROM images WHERE {sql}", values))  # noqa: S608
        for expression in wanted.without:
            narrow(matching(db, expression), negated=True)
        for term in wanted.collections:
            narrow(self._named(db, term, depth), term.negated)
        return chosen

    def _named(self, db: Connection, term: TextIs, depth: int) -> PictureIds:
        """The pictures of the collections with a name, or one that begins so while it is being typed."""
        name = folded(term.text).strip()
        found = [
            self._members(db, key, words, depth)
            for key, called, words in db.execute("SELECT id, name, query FROM collections").fetchall()
            if (folded(called).strip() == name if term.whole else folded(called).startswith(name))
        ]
        return np.concatenate(found) if found else np.empty(0, np.int64)

    def _members(self, db: Connection, key: str, words: str | None, depth: int) -> PictureIds:
        if words is None:
            return numbers(db, f"{_MEMBERS} ORDER BY collection_pictures.position", (key,))
        if depth >= DEEPEST:
            return np.empty(0, np.int64)
        return self._search(db, words, Sort.NEWEST, None, depth + 1).ids


def _positive(condition: Condition) -> str:
    # A picture that lacks a value does not fulfil a condition on it, and fulfils the opposite.
    return f"({condition.sql}) IS NOT TRUE" if condition.negated else condition.sql


def _found(ids: PictureIds, days: PictureIds | None = None) -> Found:
    ids = np.ascontiguousarray(ids).view()
    ids.flags.writeable = False
    return Found(ids, () if days is None else days_of(days))
