"""Pictures that other programs made, in the catalogue: the journal says what each is, the disk whether it is there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any

from desktop_app.core.library.connections import text
from desktop_app.core.library.marks import show_marks
from desktop_app.core.library.records import moment

OWN = "armchair"
"""The source of a picture of ours that lies outside the library's folder: its row is read from its file."""
MAX_TEXT = 64 * 1024
MAX_WHOLE = 2**63 - 1
_PUT = """
    INSERT INTO images (
        id, source, position, seed, created, second, file, file_size, file_mtime_ns, image_length, tokens_done,
        missing, prompt, model_id, condition_scale, details, pixels_sha256
    ) VALUES (
        :id, CAST(:source AS TEXT), 0, :seed, :created, :second, CAST(:file AS TEXT), :size, :mtime_ns, 0, 0,
        0, CAST(:prompt AS TEXT), CAST(:model AS TEXT), :scale, CAST(:details AS TEXT), CAST(:pixels_sha256 AS TEXT)
    ) ON CONFLICT (id) DO UPDATE SET
        source = excluded.source, seed = excluded.seed, created = excluded.created, second = excluded.second,
        file = excluded.file, file_size = excluded.file_size, file_mtime_ns = excluded.file_mtime_ns,
        prompt = excluded.prompt, model_id = excluded.model_id, condition_scale = excluded.condition_scale,
        details = excluded.details, pixels_sha256 = excluded.pixels_sha256
"""


@dataclass(frozen=True, kw_only=True)
class Import:
    """What the journal says of a foreign picture.

    file: below the pictures folder with '/', absolute where the picture is only referenced. size, mtime_ns: of that
    file as it was read. source: "a1111", "invokeai", "plain", … created: aware. seed, scale: None = not known.
    details: what the other program wrote, as it stands. pixels_sha256: of the picture as shown, "" = not known.
    """

    file: str
    size: int
    mtime_ns: int
    source: str
    created: datetime
    prompt: str = ""
    model: str = ""
    seed: int | None = None
    scale: float | None = None
    details: str = ""
    pixels_sha256: str = ""

    def value(self) -> dict[str, Any]:
        """As it stands in the journal."""
        return {**asdict(self), "created": moment(self.created)}


def read_import(value: Mapping[str, Any]) -> Import | None:
    """The import in a journal's value, None where it is not to be trusted."""
    known = {field.name: value[field.name] for field in fields(Import) if field.name in value}
    try:
        created = datetime.fromisoformat(known["created"]).astimezone(UTC)
        found = Import(**{**known, "created": created})
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    texts: tuple[Any, ...] = (found.file, found.source, found.prompt, found.model, found.details, found.pixels_sha256)
    wholes: tuple[Any, ...] = (found.size, found.mtime_ns, 0 if found.seed is None else found.seed)
    scale: Any = found.scale
    good = (
        all(isinstance(each, str) and len(each) <= MAX_TEXT for each in texts)
        and all(isinstance(each, int) and abs(each) <= MAX_WHOLE for each in wholes)
        and (scale is None or (isinstance(scale, int | float) and math.isfinite(scale)))
        and bool(found.file and found.source and "\0" not in found.file)
        and ".." not in found.file.replace("\\", "/").split("/")
    )
    return found if good else None


def put_imports(db: Connection, imports: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Keep what the journal says of these pictures, and write or delete their rows; None = not imported."""
    gone = [key for key, value in imports.items() if value is None]
    ids = json.dumps(gone)
    query = "DELETE FROM images WHERE run_id IS NULL AND id IN (SELECT value FROM json_each(?))"
    db.execute(query, (ids,))
    db.execute("DELETE FROM imports WHERE picture_id IN (SELECT value FROM json_each(?))", (ids,))
    for key, value in imports.items():
        found = None if value is None else read_import(value)
        if value is None or found is None:
            continue
        db.execute("INSERT OR REPLACE INTO imports VALUES (?, ?)", (key, json.dumps(value)))
        if found.source != OWN:
            put_foreign(db, key, found)


def put_foreign(db: Connection, key: str, found: Import) -> None:
    """Insert a foreign picture's row or bring it up to date; nothing where the id is a picture of ours."""
    if db.execute("SELECT 1 FROM images WHERE id = ? AND run_id IS NOT NULL", (key,)).fetchone():
        return
    bound = {name: text(value) if isinstance(value, str) else value for name, value in found.value().items()}
    created = moment(found.created)
    second = int(found.created.timestamp())
    db.execute(_PUT, {**bound, "id": key, "created": created, "second": second})
    show_marks(db, [key])


def all_imports(db: Connection) -> dict[str, Import]:
    """Picture id → what the journal says of it, of all that can be understood."""
    found = {key: read_import(json.loads(value)) for key, value in db.execute("SELECT * FROM imports")}
    return {key: each for key, each in found.items() if each is not None}


def import_of(db: Connection, picture_id: str) -> Import | None:
    """What the journal says of one foreign picture."""
    row = db.execute("SELECT value FROM imports WHERE picture_id = ?", (picture_id,)).fetchone()
    return None if row is None else read_import(json.loads(row[0]))
