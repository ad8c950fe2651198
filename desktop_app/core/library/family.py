"""What came from what: a picture's ancestors, and everything drawn from them, out of the catalogue."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, Row

from desktop_app.core.library.connections import Connections

MOST = 200
"""Pictures of one family that are shown; the nearest come first."""
MOST_ANCESTORS = 64
"""Steps back at most: a file may claim any parent, in a circle even."""

_COLUMNS = "id, parent_kind, parent_id, created, seed, file, missing, image_length, tokens_done"


@dataclass(frozen=True, kw_only=True)
class Relative:
    """One picture of a family.

    depth: 0 for the earliest ancestor. kind: how it was made from its parent ("rewind", "finish", …), "" for none.
    path: None where the catalogue does not know the picture: a parent that was deleted, or never here.
    seed: None = not known.
    """

    id: str
    parent: str
    kind: str
    depth: int
    path: Path | None
    seed: int | None
    finished: bool
    missing: bool


@dataclass(frozen=True, kw_only=True)
class Family:
    """`members` in the order of a tree: each parent before its children, children by age.

    is_whole: whether that is all of them.
    """

    members: tuple[Relative, ...]
    is_whole: bool = True

    @property
    def is_single(self) -> bool:
        """Whether the picture has no relatives."""
        return len(self.members) < 2


def family(connections: Connections, pictures: Path, image_id: str) -> Family:
    """The family of a picture, () for one that is not known. Raises LibraryError; for any thread.

    A picture that several say they were made from and that the catalogue does not know stands for itself.
    """
    with connections.reading() as db:
        line = _ancestors(db, image_id)
        if not line:
            return Family(members=())
        first = line[-1]
        # A parent that is not known any more still holds its children together.
        root = first["parent_id"] if first["parent_id"] and len(line) <= MOST_ANCESTORS else first["id"]
        tree = _Tree(pictures, line={row["id"] for row in line})
        tree.grow(db, root)
    return Family(members=tuple(tree.members), is_whole=tree.is_whole)


def _ancestors(db: Connection, image_id: str) -> list[Row]:
    """The picture and those it was made from, as far as they are known, the earliest last."""
    line: list[Row] = []
    seen: set[str] = set()
    wanted: str | None = image_id
    while wanted and wanted not in seen and len(line) <= MOST_ANCESTORS:
        row = db.execute(f"SELECT {_COLUMNS} FROM images WHERE id = ?", (wanted,)).fetchone()  # noqa: S608
        if row is None:
            break
        seen.add(wanted)
        line.append(row)
        wanted = row["parent_id"]
    return line


class _Tree:
    def __init__(self, pictures: Path, line: set[str]) -> None:
        self._pictures = pictures
        self._line = line
        self._rows: dict[str, Row] = {}
        self._children: dict[str, list[str]] = {}
        self.members: list[Relative] = []
        self.is_whole = True

    def grow(self, db: Connection, root: str) -> None:
        row = db.execute(f"SELECT {_COLUMNS} FROM images WHERE id = ?", (root,)).fetchone()  # noqa: S608
        if row is not None:
            self._rows[root] = row
        generation, seen = [root], {root}
        while generation and len(seen) < MOST:
            found = db.execute(
                f"SELECT {_COLUMNS} FROM images WHERE parent_id IN (SELECT value FROM json_each(?))"  # noqa: S608
                " ORDER BY created, id LIMIT ?",
                (json.dumps(generation), MOST + 1),
            ).fetchall()
            # Those on the way to the picture asked about are never left out.
            found.sort(key=lambda row: row["id"] not in self._line)
            room = MOST - len(seen)
            new = [row for row in found if row["id"] not in seen]
            self.is_whole &= len(new) <= room
            chosen = sorted(new[:room], key=lambda row: (row["created"], row["id"]))
            for child in chosen:
                self._rows[child["id"]] = child
                self._children.setdefault(child["parent_id"], []).append(child["id"])
            generation = [child["id"] for child in chosen]
            seen.update(generation)
        self._walk(root, "", 0)

    def _walk(self, key: str, parent: str, depth: int) -> None:
        waiting = [(key, parent, depth)]
        while waiting:
            here, above, level = waiting.pop()
            self.members.append(self._relative(here, above, level))
            waiting += [(child, here, level + 1) for child in reversed(self._children.get(here, []))]

    def _relative(self, key: str, parent: str, depth: int) -> Relative:
        row = self._rows.get(key)
        return Relative(
            id=key,
            parent=parent,
            kind="" if row is None or not parent else (row["parent_kind"] or ""),
            depth=depth,
            path=None if row is None else self._pictures / row["file"],
            seed=None if row is None else row["seed"],
            finished=row is None or row["tokens_done"] == row["image_length"],
            missing=row is None or bool(row["missing"]),
        )
