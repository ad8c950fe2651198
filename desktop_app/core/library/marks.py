"""What a person says of pictures, in the catalogue: kept by picture id, and shown in the rows of images."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from sqlite3 import Connection

from desktop_app.core.library.connections import text
from desktop_app.core.library.journal.state import UNMARKED, Mark
from desktop_app.core.prompts.completion import folded

_SHOW = """
    UPDATE images SET
        favourite = coalesce((SELECT favourite FROM marks WHERE picture_id = images.id), 0),
        rating = coalesce((SELECT rating FROM marks WHERE picture_id = images.id), 0),
        note = coalesce((SELECT note FROM marks WHERE picture_id = images.id), ''),
        tags = coalesce(
            (SELECT group_concat(value, char(10)) FROM marks, json_each(marks.tags) WHERE picture_id = images.id), ''
        )
    WHERE id IN (SELECT value FROM json_each(?))
"""


def fold_tag(tag: str) -> str:
    """A tag as it is compared: lower case, without accents, single spaces."""
    return folded(tag).strip()


def put_marks(db: Connection, marks: Mapping[str, Mark]) -> None:
    """Keep these marks in the place of those of the same pictures; an empty mark is not kept."""
    ids = json.dumps(list(marks))
    for table in ("marks", "tags"):
        db.execute(f"DELETE FROM {table} WHERE picture_id IN (SELECT value FROM json_each(?))", (ids,))  # noqa: S608
    kept = {key: mark for key, mark in marks.items() if mark != UNMARKED}
    db.executemany(
        "INSERT INTO marks VALUES (?, ?, ?, CAST(? AS TEXT), ?)",
        [
            (key, mark.favourite, mark.rating, text(mark.note), json.dumps(list(mark.tags)))
            for key, mark in kept.items()
        ],
    )
    db.executemany(
        "INSERT OR IGNORE INTO tags VALUES (CAST(? AS TEXT), ?, CAST(? AS TEXT))",
        [(text(fold_tag(tag)), key, text(tag)) for key, mark in kept.items() for tag in mark.tags],
    )


def show_marks(db: Connection, picture_ids: Collection[str]) -> None:
    """Make the rows of these pictures say what is kept of them."""
    db.execute(_SHOW, (json.dumps(list(picture_ids)),))


def all_tags(db: Connection) -> list[tuple[str, int]]:
    """Every tag of a known picture, with how many pictures have it; by the alphabet."""
    query = """
        SELECT max(tag), count(*) FROM tags WHERE picture_id IN (SELECT id FROM images)
        GROUP BY folded ORDER BY folded
    """
    return [(tag, count) for tag, count in db.execute(query)]
