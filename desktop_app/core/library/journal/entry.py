"""One act as a line of the journal, and what is allowed to stand in it.

`{"id": …, "utc": …, "field": …, "value": …}`. Of a picture (id: of the recipe, or a foreign file's sha256):

    favourite  true or false          rating  0 (none) to 5
    note       text                   tags    list of texts
    imported   what a foreign picture is (see imports.py), null = no longer in the library

Of a collection (id: a uuid):

    name       text, makes the collection where there is none; null deletes it
    query      text, a saved search; null = its pictures are chosen
    place      number: collections are shown from the lowest to the highest
    added      list of picture ids, put at the end where they are not in it yet
    removed    list of picture ids
    order      list of picture ids: these come first, in this order; it adds none

Another's journal is data: what does not fit is left out, field by field.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as field_of
from datetime import UTC, datetime
from typing import Any

MAX_LINE = 32 * 2**20
"""Bytes; a collection of 100,000 pictures in a new order takes 4 MB."""
MAX_NOTE = 20_000
MAX_NAME = 200
MAX_QUERY = 2_000
MAX_TAGS = 200
MAX_TAG = 100
MAX_ID = 100
MAX_RATING = 5


def now() -> str:
    """This moment as entries have it: text that sorts by time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Entry:
    """One act. Whoever makes one gives a value that `is_valid`."""

    id: str
    field: str
    value: Any
    utc: str = field_of(default_factory=now)

    def line(self) -> bytes:
        """As it is written, with its line end; any text, lone surrogates too, comes back as it was."""
        values = {"id": self.id, "utc": self.utc, "field": self.field, "value": self.value}
        return json.dumps(values, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


def read_entry(line: bytes) -> Entry | None:
    """The entry in a line; None where it is torn, of a newer program, or not to be trusted."""
    if len(line) > MAX_LINE:
        return None
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    entry = Entry(values.get("id", ""), values.get("field", ""), values.get("value"), values.get("utc", ""))
    return entry if is_valid(entry) else None


def is_valid(entry: Entry) -> bool:
    """Whether everything in it is of the type and within the bounds above."""
    facts: tuple[Any, ...] = (entry.id, entry.field, entry.utc)
    if not all(isinstance(fact, str) and 0 < len(fact) <= MAX_ID for fact in facts):
        return False
    check = _CHECKS.get(entry.field)
    return check is not None and check(entry.value)


def _text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _texts(most: int, longest: int) -> Callable[[Any], bool]:
    one = _text(longest)
    return lambda value: isinstance(value, list) and len(value) <= most and all(one(item) and item for item in value)


def _or_null(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or check(value)


def _rating(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_RATING


def _place(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 and math.isfinite(value)


def _name(value: Any) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= MAX_NAME)


_PICTURES = _texts(10**6, MAX_ID)
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "favourite": lambda value: isinstance(value, bool),
    "rating": _rating,
    "note": _text(MAX_NOTE),
    "tags": _texts(MAX_TAGS, MAX_TAG),
    "imported": _or_null(lambda value: isinstance(value, dict)),
    "name": _name,
    "query": _or_null(_text(MAX_QUERY)),
    "place": _place,
    "added": _PICTURES,
    "removed": _PICTURES,
    "order": _PICTURES,
}
