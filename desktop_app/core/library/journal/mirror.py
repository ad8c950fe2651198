"""The catalogue's copy of what the journals say; every function works inside the caller's transaction.

What an entry means is said by `State` alone: what is touched is read from the tables, changed there, and written back,
so that a catalogue that has followed the journal equals one that has read it from the start.
"""

from __future__ import annotations

import json
from collections.abc import Collection as Ids
from sqlite3 import Connection

from desktop_app.core.library.connections import text
from desktop_app.core.library.imports import put_imports
from desktop_app.core.library.journal.journal import Journal, in_order
from desktop_app.core.library.journal.journal_file import Reading
from desktop_app.core.library.journal.state import UNMARKED, Collection, Mark, State
from desktop_app.core.library.marks import put_marks, show_marks

_LABELS = ("beside", "apart")


def follow(db: Connection, journal: Journal) -> int:
    """Read what is new in the journals and make the catalogue say it; returns the lines that were left out.

    Raises OSError where they cannot be read. A journal that is gone changes nothing: its drive may be unplugged.
    """
    known = {file: (generation, end) for file, generation, end in db.execute("SELECT * FROM journals")}
    places = [known.get(label, ("", 0)) for label in _LABELS]
    files = (journal.beside, journal.apart)
    news = [file.read(*place) for file, place in zip(files, places, strict=True)]
    if not any(reading.entries or reading.bad_lines for reading in news):
        _remember(db, news)
        return 0
    if _must_begin_again(news, places):
        news = [file.read() for file in files]
        _clear(db)
    entries = list(in_order(*news))
    touched = {entry.id for entry in entries}
    state = load(db, touched)
    imports = dict(state.imports)
    state.apply(entries)
    # A row that another look over the files has changed is not touched for the sake of a star.
    changed = {key: state.imports.get(key) for key in touched if state.imports.get(key) != imports.get(key)}
    put_imports(db, changed)
    _store(db, state, touched)
    _remember(db, news)
    return sum(reading.bad_lines for reading in news)


def follow_compaction(db: Connection, before: Reading, after: Reading) -> None:
    """Go on behind a journal that was written anew, where all that was in it is known: it says the same."""
    known = db.execute("SELECT generation, read_bytes FROM journals WHERE file = 'beside'").fetchone()
    if known is not None and tuple(known) == (before.generation, before.end):
        _remember(db, [after])


def load(db: Connection, ids: Ids[str] | None = None) -> State:
    """What the tables say of these pictures and collections; None = of all."""
    chosen = None if ids is None else json.dumps(list(ids))
    state = State()
    query = "SELECT * FROM marks WHERE ?1 IS NULL OR picture_id IN (SELECT value FROM json_each(?1))"
    for key, favourite, rating, note, tags in db.execute(query, (chosen,)):
        state.marks[key] = Mark(bool(favourite), rating, note, tuple(json.loads(tags)))
    query = "SELECT * FROM imports WHERE ?1 IS NULL OR picture_id IN (SELECT value FROM json_each(?1))"
    state.imports |= {key: json.loads(value) for key, value in db.execute(query, (chosen,))}
    query = "SELECT id, name, query, place FROM collections WHERE ?1 IS NULL OR id IN (SELECT value FROM json_each(?1))"
    for key, name, words, place in db.execute(query, (chosen,)):
        pictures = db.execute(
            "SELECT picture_id FROM collection_pictures WHERE collection_id = ? ORDER BY position", (key,)
        )
        state.collections[key] = Collection(name, words, place, {picture: None for (picture,) in pictures})
    return state


def knows_entries(db: Connection) -> bool:
    """Whether a journal beside the pictures has been read."""
    return db.execute("SELECT 1 FROM journals WHERE file = 'beside'").fetchone() is not None


def begin_again(db: Connection) -> None:
    """Forget how far the journals were read, so that `follow` reads all of them."""
    db.execute("DELETE FROM journals")


def _must_begin_again(news: list[Reading], places: list[tuple[str, int]]) -> bool:
    replaced = any(
        reading.generation and generation and reading.generation != generation
        for reading, (generation, _) in zip(news, places, strict=True)
    )
    # What is new in the one may be older than what is known of the other.
    return replaced or all(reading.generation for reading in news)


def _clear(db: Connection) -> None:
    state = load(db)
    put_imports(db, dict.fromkeys(state.imports))
    _store(db, State(), {*state.marks, *state.collections})


def _remember(db: Connection, readings: list[Reading]) -> None:
    for label, reading in zip(_LABELS, readings, strict=False):
        if reading.generation:
            db.execute("INSERT OR REPLACE INTO journals VALUES (?, ?, ?)", (label, reading.generation, reading.end))


def _store(db: Connection, state: State, ids: Ids[str]) -> None:
    put_marks(db, {key: state.marks.get(key, UNMARKED) for key in ids})
    show_marks(db, ids)
    _put_collections(db, {key: state.collections.get(key) for key in ids})


def _put_collections(db: Connection, collections: dict[str, Collection | None]) -> None:
    for key, collection in collections.items():
        db.execute("DELETE FROM collection_pictures WHERE collection_id = ?", (key,))
        db.execute("DELETE FROM collections WHERE id = ?", (key,))
        if collection is None:
            continue
        words = None if collection.query is None else text(collection.query)
        row = (key, text(collection.name), words, collection.place)
        db.execute("INSERT INTO collections VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?)", row)
        db.executemany(
            "INSERT INTO collection_pictures VALUES (?, ?, ?)",
            [(key, position, picture) for position, picture in enumerate(collection.pictures)],
        )
