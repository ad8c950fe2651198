"""What a journal's entries add up to: the one place that says what each of them means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from desktop_app.core.library.journal.entry import Entry

_OF_PICTURES = frozenset({"favourite", "rating", "note", "tags"})


@dataclass(frozen=True)
class Mark:
    """What a person says of a picture. rating: 0 = none, else 1 to 5. tags: in the order given, each once."""

    favourite: bool = False
    rating: int = 0
    note: str = ""
    tags: tuple[str, ...] = ()


UNMARKED = Mark()


@dataclass
class Collection:
    """query: None where the pictures are chosen. pictures: their ids in order; a dict for its order and speed."""

    name: str
    query: str | None = None
    place: float = 0.0
    pictures: dict[str, None] = field(default_factory=dict)


@dataclass
class State:
    """Picture id → mark, collection id → collection, picture id → what a foreign picture is."""

    marks: dict[str, Mark] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    imports: dict[str, dict[str, Any]] = field(default_factory=dict)

    def apply(self, entries: Iterable[Entry]) -> None:
        """Go on with what was done next."""
        for entry in entries:
            if entry.field in _OF_PICTURES:
                self._mark(entry)
            elif entry.field == "imported":
                self._import(entry)
            elif entry.field == "name":
                self._name(entry)
            elif (collection := self.collections.get(entry.id)) is not None:
                _change(collection, entry.field, entry.value)

    def entries(self) -> Iterator[Entry]:
        """The fewest entries that add up to this."""
        for key, value in self.imports.items():
            yield Entry(key, "imported", value)
        for key, mark in self.marks.items():
            for name in ("favourite", "rating", "note", "tags"):
                value = getattr(mark, name)
                if value != getattr(UNMARKED, name):
                    yield Entry(key, name, list(value) if name == "tags" else value)
        for key, collection in self.collections.items():
            yield Entry(key, "name", collection.name)
            yield Entry(key, "place", collection.place)
            if collection.query is not None:
                yield Entry(key, "query", collection.query)
            if collection.pictures:
                yield Entry(key, "added", list(collection.pictures))

    def _mark(self, entry: Entry) -> None:
        value = tuple(dict.fromkeys(entry.value)) if entry.field == "tags" else entry.value
        changes: dict[str, Any] = {entry.field: value}
        mark = replace(self.marks.get(entry.id, UNMARKED), **changes)
        if mark == UNMARKED:
            self.marks.pop(entry.id, None)
        else:
            self.marks[entry.id] = mark

    def _import(self, entry: Entry) -> None:
        if entry.value is None:
            self.imports.pop(entry.id, None)
        else:
            self.imports[entry.id] = entry.value

    def _name(self, entry: Entry) -> None:
        if entry.value is None:
            self.collections.pop(entry.id, None)
        elif entry.id in self.collections:
            self.collections[entry.id].name = entry.value
        else:
            self.collections[entry.id] = Collection(entry.value)


def _change(collection: Collection, name: str, value: Any) -> None:
    if name == "query":
        collection.query = value
    elif name == "place":
        collection.place = float(value)
    elif name == "added":
        collection.pictures |= dict.fromkeys(value)
    elif name == "removed":
        for key in value:
            collection.pictures.pop(key, None)
    elif name == "order":
        first = {key: None for key in value if key in collection.pictures}
        collection.pictures = first | collection.pictures
