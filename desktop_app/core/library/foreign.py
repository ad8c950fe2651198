"""Files of other programs in a look over the library: those that were taken in, and those that are nobody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import text
from desktop_app.core.library.imports import OWN, all_imports
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.rebuild_report import RebuildReport
from desktop_app.core.library.records import FileMark
from desktop_app.core.library.rows import file_marks, set_missing
from desktop_app.core.library.walk import FoundFile, content_id, holds_picture, is_content_id, is_there
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.picture_file import read_recipe


def strangers_of(db: Connection) -> set[tuple[str, int, int]]:
    """Files (name, size, time) that were read and found to be no pictures of ours."""
    return {(file, size, mtime_ns) for file, size, mtime_ns in db.execute("SELECT * FROM foreign_files")}


def remember_strangers(db: Connection, files: Iterable[FoundFile]) -> None:
    """Do not read these again until they change."""
    db.executemany(
        "INSERT OR REPLACE INTO foreign_files VALUES (CAST(? AS TEXT), ?, ?)",
        [(text(found.file), found.size, found.mtime_ns) for found in files],
    )


def settle_foreign(catalogue: Catalogue, pictures: Path, unknown: list[FoundFile], report: RebuildReport) -> None:
    """Find pictures of other programs whose file is gone among the `unknown` files; mark those that are back.

    One that lies elsewhere now is written into the journal. Pictures of ours that are only referenced come back too.
    """
    with catalogue.connections.reading() as db:
        marks = [mark for mark in file_marks(db) if is_content_id(mark.id)]
        imports = all_imports(db)
    there = {mark.id: _is_as_it_was(mark, pictures) for mark in marks}
    back = [mark.id for mark in marks if mark.missing and there[mark.id]]
    gone = {mark.id: mark for mark in marks if there[mark.id] is False}
    taken = {mark.file for mark in marks if mark.id not in gone}
    sizes = {mark.size for mark in gone.values()}
    moved: list[Entry] = []
    for found in unknown:
        key = _content(found) if found.size in sizes and found.file not in taken else ""
        if key in gone and key in imports:
            del gone[key]
            place = replace(imports[key], file=found.file, size=found.size, mtime_ns=found.mtime_ns)
            moved.append(Entry(key, "imported", place.value()))
    if moved:
        catalogue.record(moved)
    replaced = [mark.id for mark in gone.values() if is_there(pictures / mark.file)]
    with catalogue.connections.writing() as db:
        set_missing(db, [entry.id for entry in moved], False)
        report.found_again += set_missing(db, back, False)
        report.missing += set_missing(db, replaced, True)
    report.moved += len(moved)
    report.added += bring_back_referenced(catalogue)


def _is_as_it_was(mark: FileMark, pictures: Path) -> bool | None:
    """Whether a row's file holds its picture; None where the disk does not answer, which proves nothing."""
    path = pictures / mark.file
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return None
    if status.st_size != mark.size:
        return False
    return (not mark.missing and status.st_mtime_ns == mark.mtime_ns) or holds_picture(path, mark.id)


def _content(found: FoundFile) -> str:
    try:
        return content_id(found.path)
    except OSError:
        return ""


def bring_back_referenced(catalogue: Catalogue) -> int:
    """Write the rows of our own pictures outside the library's folder, of which only the journal tells; how many."""
    with catalogue.connections.reading() as db:
        known = {row[0] for row in db.execute("SELECT id FROM images WHERE run_id IS NOT NULL")}
        wanted = {key: each for key, each in all_imports(db).items() if each.source == OWN and key not in known}
    added = 0
    for each in wanted.values():
        path = catalogue.pictures / each.file
        if not is_there(path):
            continue
        try:
            catalogue.add_picture(read_recipe(path), path)
        except (CorruptPicture, OSError):
            continue
        added += 1
    return added
