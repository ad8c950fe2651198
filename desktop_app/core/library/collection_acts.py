"""Making, changing and ordering collections, each act with the way back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.change import Recorded, Saying, recorded
from desktop_app.core.library.journal.mirror import load
from desktop_app.core.library.journal.state import Collection


class CollectionActs:
    """Acts on the collections of one library, by their ids; all raise LibraryError (collection_unknown, …)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def create_collection(self, name: str, query: str | None = None) -> Recorded:
        """Begin a collection behind the others, a smart one where there is a query; its `id` is the answer's."""
        name = _named(name)
        key = str(uuid.uuid4())
        places = [each.place for each in self._all().values()]
        place = max(places, default=0.0) + 1.0
        forth: list[Saying] = [(key, "name", name), (key, "place", place)]
        if query is not None:
            forth.append((key, "query", query))
        return recorded(self._catalogue, forth, [(key, "name", None)], id_=key)

    def rename_collection(self, collection: str, name: str) -> Recorded:
        """Call it otherwise."""
        before = self._one(collection).name
        return self._say(collection, "name", _named(name), before)

    def set_query(self, collection: str, query: str) -> Recorded:
        """Have a smart collection search for something else."""
        return self._say(collection, "query", query, self._one(collection).query)

    def move_collection(self, collection: str, place: int) -> Recorded:
        """Put it at a place, from 0, among those of its kind: smart ones, or those of chosen pictures."""
        moved = self._one(collection)
        alike = {key: each for key, each in self._all().items() if (each.query is None) == (moved.query is None)}
        order = sorted((key for key in alike if key != collection), key=lambda key: _rank(key, alike[key]))
        order.insert(max(0, place), collection)
        slots = [float(number) for number in range(1, len(order) + 1)]
        changed = [(key, slot) for key, slot in zip(order, slots, strict=True) if alike[key].place != slot]
        return recorded(
            self._catalogue,
            [(key, "place", slot) for key, slot in changed],
            [(key, "place", alike[key].place) for key, _ in changed],
            id_=collection,
        )

    def delete_collection(self, collection: str) -> Recorded:
        """Forget it; its pictures stay."""
        before = self._one(collection)
        back: list[Saying] = [(collection, "name", before.name), (collection, "place", before.place)]
        if before.query is not None:
            back.append((collection, "query", before.query))
        if before.pictures:
            back.append((collection, "added", list(before.pictures)))
        return recorded(self._catalogue, [(collection, "name", None)], back, id_=collection)

    def add_to_collection(self, collection: str, pictures: Sequence[str]) -> Recorded:
        """Put pictures behind those that are there; those that are in it already stay where they are."""
        before = self._chosen(collection).pictures
        new = [key for key in dict.fromkeys(pictures) if key not in before]
        return recorded(
            self._catalogue,
            [(collection, "added", new)] if new else [],
            [(collection, "removed", new)] if new else [],
            count=len(new),
            id_=collection,
        )

    def remove_from_collection(self, collection: str, pictures: Sequence[str]) -> Recorded:
        """Take pictures out; taken back, they are where they were."""
        before = self._chosen(collection).pictures
        gone = [key for key in dict.fromkeys(pictures) if key in before]
        back: list[Saying] = [(collection, "added", gone), (collection, "order", list(before))]
        return recorded(
            self._catalogue,
            [(collection, "removed", gone)] if gone else [],
            back if gone else [],
            count=len(gone),
            id_=collection,
        )

    def reorder_collection(self, collection: str, pictures: Sequence[str]) -> Recorded:
        """Put pictures in this order before the others, which stay as they are."""
        before = list(self._chosen(collection).pictures)
        return self._say(collection, "order", list(dict.fromkeys(pictures)), before)

    def move_in_collection(self, collection: str, pictures: Sequence[str], *, before: str | None) -> Recorded:
        """Put pictures, in their order here, before another one, or at the end where `before` is None."""
        order = list(self._chosen(collection).pictures)
        chosen = set(pictures)
        moved = [key for key in order if key in chosen]
        rest = [key for key in order if key not in chosen]
        place = rest.index(before) if before in rest else len(rest)
        return self._say(collection, "order", [*rest[:place], *moved, *rest[place:]], order)

    def _say(self, collection: str, field: str, value: object, before: object) -> Recorded:
        if value == before:
            return recorded(self._catalogue, (), (), id_=collection)
        return recorded(self._catalogue, [(collection, field, value)], [(collection, field, before)], id_=collection)

    def _all(self) -> dict[str, Collection]:
        self._catalogue.follow_journal()
        with self._catalogue.connections.reading() as db:
            ids = [row[0] for row in db.execute("SELECT id FROM collections")]
            return load(db, ids).collections

    def _one(self, collection: str) -> Collection:
        found = self._all().get(collection)
        if found is None:
            raise LibraryError("collection_unknown", name=collection)
        return found

    def _chosen(self, collection: str) -> Collection:
        found = self._one(collection)
        if found.query is not None:
            raise LibraryError("collection_is_smart", name=found.name)
        return found


def _named(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise LibraryError("collection_needs_name")
    return clean


def _rank(key: str, collection: Collection) -> tuple[float, str, str]:
    return collection.place, collection.name, key
