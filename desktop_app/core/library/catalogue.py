"""The catalogue: an SQLite index of the picture files, and the home of the waiting jobs.

What it says of pictures can be read from their files again (`rebuild.reconcile`), so it is a cache: a damaged
file is moved aside and a fresh one begun.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.core.library.connections import Connections
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.imports import import_of, put_foreign
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.journal.journal import Journal
from desktop_app.core.library.journal.mirror import follow, follow_compaction, knows_entries, load
from desktop_app.core.library.opening import open_file
from desktop_app.core.library.records import Counts, GenerationRecord, ImageRecord, moment, stored_name
from desktop_app.core.library.rows import (
    delete_pictures,
    images_by_id,
    put_picture,
    set_missing,
    settle_runs,
    with_images,
)
from desktop_app.core.library.walk import content_id
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe


class Catalogue:
    """Runs, their pictures and the jobs; every method may be called from any thread.

    Reading never waits for writing. All methods raise LibraryError (catalogue_unavailable) where the disk fails.
    """

    def __init__(self, connections: Connections, pictures: Path, moved_aside: Path | None = None) -> None:
        self.connections = connections
        self.pictures = pictures
        self.journal = Journal(pictures, connections.file.parent)
        self.moved_aside = moved_aside
        """Where a damaged file went when this one was opened in its place; then a rebuild is due."""

    @classmethod
    def open(cls, file: Path, *, pictures: Path) -> Catalogue:
        """Open or make the catalogue of the pictures folder; neither it nor `file` need exist.

        An older file is copied beside itself and migrated. Raises LibraryError (newer_catalogue,
        catalogue_unavailable), OSError where the folder of `file` cannot be made.
        """
        writer, moved_aside = open_file(file)
        return cls(Connections(file, writer), pictures, moved_aside)

    def close(self) -> None:
        """Close the file, once no other thread is using the catalogue."""
        self.connections.close()

    def add_picture(self, recipe: Recipe, path: Path) -> None:
        """Add the picture that was saved at `path`, or bring its row up to date.

        Raises OSError where there is no file.
        """
        status = path.stat()
        with self.connections.writing() as db:
            put_picture(db, recipe, stored_name(path, self.pictures), status.st_size, status.st_mtime_ns)
            settle_runs(db, {recipe.run.run_id})

    def record(self, entries: Sequence[Entry]) -> None:
        """Write what a person did into the journal, then make the rows say it.

        Raises LibraryError (journal_unwritable with nothing done; catalogue_unavailable where only the rows could not
        follow: then they do so the next time).
        """
        self.keep_journal()
        self.journal.append(entries)
        self.follow_journal()
        compacted = self.journal.compact()
        if compacted is not None:
            with self.connections.writing() as db:
                follow_compaction(db, *compacted)

    def follow_journal(self) -> int:
        """Make the rows say what the journals say; returns how many of their lines cannot be read.

        Raises LibraryError (journal_unreadable, catalogue_unavailable).
        """
        try:
            with self.connections.writing() as db:
                return follow(db, self.journal)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LibraryError("journal_unreadable", file=str(error.filename or ""), reason=reason) from error

    def keep_journal(self) -> None:
        """Write the journal from the rows where another program has deleted it."""
        if self.journal.beside.file.exists() or not self.pictures.is_dir():
            return
        with self.connections.reading() as db:
            state = load(db) if knows_entries(db) else None
        if state is not None:
            self.journal.rewrite(state.entries())

    def recent_runs(self, limit: int, before: GenerationRecord | None = None) -> list[GenerationRecord]:
        """The newest runs, newest first; `before`: only those that come after it in that order, for paging."""
        with self.connections.reading() as db:
            if before is None:
                rows = db.execute("SELECT * FROM runs ORDER BY created DESC, id DESC LIMIT ?", (limit,))
            else:
                last = (moment(before.created), before.id, limit)
                query = "SELECT * FROM runs WHERE (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?"
                rows = db.execute(query, last)
            return with_images(db, rows, self.pictures)

    def run(self, run_id: str) -> GenerationRecord | None:
        """One run, or None where it is not known (any more)."""
        with self.connections.reading() as db:
            rows = db.execute("SELECT * FROM runs WHERE id = ?", (run_id,))
            return next(iter(with_images(db, rows, self.pictures)), None)

    def images_of(self, run_id: str) -> tuple[ImageRecord, ...]:
        """A run's pictures in request order; () where the run is not known."""
        run = self.run(run_id)
        return () if run is None else run.images

    def images(self, image_ids: Collection[str]) -> list[ImageRecord]:
        """Those of the pictures that are known, each once, in the order asked."""
        with self.connections.reading() as db:
            known = {image.id: image for image in images_by_id(db, image_ids, self.pictures)}
        return [known[key] for key in dict.fromkeys(image_ids) if key in known]

    def places(self, image_ids: Collection[str]) -> list[tuple[str, Path]]:
        """Id and file of those of the pictures that are known, whoever made them, in the order asked."""
        query = "SELECT id, file FROM images WHERE id IN (SELECT value FROM json_each(?))"
        with self.connections.reading() as db:
            known = dict(db.execute(query, (json.dumps(list(image_ids)),)).fetchall())
        return [(key, self.pictures / known[key]) for key in dict.fromkeys(image_ids) if key in known]

    def add_file(self, path: Path) -> str:
        """Read a picture's file and write its row: ours, or one that was taken in from another program; its id.

        Raises CorruptPicture where it is neither, OSError, LibraryError.
        """
        try:
            recipe = read_recipe(path)
        except CorruptPicture:
            key = content_id(path)
            with self.connections.reading() as db:
                known = import_of(db, key)
            if known is None:
                raise
            status = path.stat()
            place = replace(
                known, file=stored_name(path, self.pictures), size=status.st_size, mtime_ns=status.st_mtime_ns
            )
            if place != known:
                self.record([Entry(key, "imported", place.value())])
            with self.connections.writing() as db:
                put_foreign(db, key, place)
                set_missing(db, [key], False)
            return key
        self.add_picture(recipe, path)
        return recipe.id

    def forget(self, image_ids: Collection[str]) -> None:
        """Delete rows, not files; runs that have no pictures left go too. Unknown ids are ignored."""
        with self.connections.writing() as db:
            delete_pictures(db, image_ids)

    def mark_missing(self, image_ids: Collection[str], missing: bool = True) -> None:
        """Note that there is no picture where the row says, or that it is there again."""
        with self.connections.writing() as db:
            set_missing(db, image_ids, missing)

    def counts(self) -> Counts:
        """How much there is."""
        query = "SELECT count(*), coalesce(sum(missing), 0), coalesce(sum(tokens_done < image_length), 0) FROM images"
        with self.connections.reading() as db:
            images, missing, unfinished = db.execute(query).fetchone()
            (runs,) = db.execute("SELECT count(*) FROM runs").fetchone()
        return Counts(runs=runs, images=images, missing=missing, unfinished=unfinished)
