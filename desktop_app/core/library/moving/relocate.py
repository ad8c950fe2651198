"""Pointing to pictures again that lie elsewhere now: a folder that was moved or renamed outside the program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.imports import OWN, all_imports
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.records import stored_name
from desktop_app.core.library.rows import file_marks, set_missing
from desktop_app.core.library.walk import holds_picture, is_content_id


@dataclass(frozen=True, kw_only=True)
class Relocated:
    """found: pictures that are known at their new place now. not_found: of the old folder, that are not there."""

    found: int
    not_found: int


def relocate(catalogue: Catalogue, old_folder: Path, new_folder: Path) -> Relocated:
    """Look for the pictures of `old_folder` (absolute; it need not exist) at the same places below `new_folder`.

    Only a file that holds the picture counts. Pictures that lie outside the library then are written into the
    journal, so that a rebuild finds them too. Raises LibraryError.
    """
    pictures = catalogue.pictures
    with catalogue.connections.reading() as db:
        marks = [mark for mark in file_marks(db) if (pictures / mark.file).is_relative_to(old_folder)]
        imports = all_imports(db)
        created = dict(db.execute("SELECT id, created FROM images").fetchall())
    found = 0
    entries: list[Entry] = []
    for mark in marks:
        path = new_folder / (pictures / mark.file).relative_to(old_folder)
        if not holds_picture(path, mark.id):
            continue
        found += 1
        status = path.stat()
        name = stored_name(path, pictures)
        known = imports.get(mark.id)
        if known is not None:
            value = replace(known, file=name, size=status.st_size, mtime_ns=status.st_mtime_ns).value()
            entries.append(Entry(mark.id, "imported", value))
        elif Path(name).is_absolute():
            value = {"file": name, "size": status.st_size, "mtime_ns": status.st_mtime_ns, "source": OWN}
            entries.append(Entry(mark.id, "imported", value | {"created": created[mark.id]}))
        if not is_content_id(mark.id):
            catalogue.add_file(path)
    if entries:
        catalogue.record(entries)
        with catalogue.connections.writing() as db:
            set_missing(db, [entry.id for entry in entries], False)
    return Relocated(found=found, not_found=len(marks) - found)
