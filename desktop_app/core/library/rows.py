"""Reading and writing rows of runs and images; every function works inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from sqlite3 import Connection, Row

from desktop_app.core.library.marks import show_marks
from desktop_app.core.library.records import (
    FileMark,
    GenerationRecord,
    ImageRecord,
    generation_record,
    image_columns,
    image_record,
    run_columns,
)
from model_runtime.recipe.record import Recipe

_PUT_RUN = """
    INSERT INTO runs (
        id, created, prompt, model_id, model_revision, model_sha256,
        temperature, top_k, top_p, condition_scale, precision, device, image_count
    ) VALUES (
        :id, :created, CAST(:prompt AS TEXT), CAST(:model_id AS TEXT), CAST(:model_revision AS TEXT), :model_sha256,
        :temperature, :top_k, :top_p, :condition_scale, CAST(:precision AS TEXT), CAST(:device AS TEXT), 0
    ) ON CONFLICT (id) DO NOTHING
"""
_PUT_IMAGE = """
    INSERT INTO images (
        id, source, run_id, position, seed, created, second, file, file_size, file_mtime_ns,
        image_length, tokens_done, likelihood_gain, clip_score, parent_kind, parent_id, missing,
        prompt, model_id, temperature, top_k, top_p, condition_scale
    ) VALUES (
        :id, 'armchair', :run_id, :position, :seed, :created, :second, CAST(:file AS TEXT), :file_size, :file_mtime_ns,
        :image_length, :tokens_done, :likelihood_gain, :clip_score, :parent_kind, :parent_id, 0,
        CAST(:prompt AS TEXT), CAST(:model_id AS TEXT), :temperature, :top_k, :top_p, :condition_scale
    ) ON CONFLICT (id) DO UPDATE SET
        source = excluded.source, run_id = excluded.run_id, position = excluded.position, seed = excluded.seed,
        created = excluded.created, second = excluded.second,
        file = excluded.file, file_size = excluded.file_size, file_mtime_ns = excluded.file_mtime_ns,
        image_length = excluded.image_length, tokens_done = excluded.tokens_done,
        likelihood_gain = excluded.likelihood_gain, clip_score = excluded.clip_score,
        parent_kind = excluded.parent_kind, parent_id = excluded.parent_id, missing = 0,
        prompt = excluded.prompt, model_id = excluded.model_id, temperature = excluded.temperature,
        top_k = excluded.top_k, top_p = excluded.top_p, condition_scale = excluded.condition_scale,
        details = '', pixels_sha256 = ''
"""
_COUNT_RUNS = """
    UPDATE runs SET
        created = (SELECT min(created) FROM images WHERE run_id = runs.id),
        image_count = (SELECT count(*) FROM images WHERE run_id = runs.id)
    WHERE id IN (SELECT value FROM json_each(?)) AND EXISTS (SELECT 1 FROM images WHERE run_id = runs.id)
"""
_DROP_EMPTY_RUNS = """
    DELETE FROM runs
    WHERE id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM images WHERE run_id = runs.id)
"""


def put_picture(db: Connection, recipe: Recipe, file: str, size: int, mtime_ns: int) -> None:
    """Insert a picture's row or bring it up to date, and insert its run's where new; `settle_runs` comes after."""
    db.execute(_PUT_RUN, run_columns(recipe))
    db.execute(_PUT_IMAGE, image_columns(recipe, file, size, mtime_ns))
    if db.execute("SELECT 1 FROM marks WHERE picture_id = ?", (recipe.id,)).fetchone():
        show_marks(db, [recipe.id])


def settle_runs(db: Connection, run_ids: Collection[str]) -> None:
    """Make what runs say of their pictures true again; runs without pictures go."""
    chosen = json.dumps(list(run_ids))
    db.execute(_COUNT_RUNS, (chosen,))
    db.execute(_DROP_EMPTY_RUNS, (chosen,))


def run_ids_of(db: Connection, image_ids: Iterable[str]) -> set[str]:
    """The runs that some pictures belong to; unknown pictures are ignored."""
    query = "SELECT DISTINCT run_id FROM images WHERE run_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
    return {row[0] for row in db.execute(query, (json.dumps(list(image_ids)),))}


def delete_pictures(db: Connection, image_ids: Collection[str]) -> None:
    """Delete rows, and runs that have no pictures left."""
    runs = run_ids_of(db, image_ids)
    db.execute("DELETE FROM images WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(image_ids)),))
    settle_runs(db, runs)


def set_missing(db: Connection, image_ids: Collection[str], missing: bool) -> int:
    """Mark rows; returns how many were marked otherwise before."""
    query = "UPDATE images SET missing = ? WHERE missing <> ? AND id IN (SELECT value FROM json_each(?))"
    return db.execute(query, (missing, missing, json.dumps(list(image_ids)))).rowcount


def file_of(db: Connection, image_id: str) -> str | None:
    """The stored name of a picture's file."""
    row: Row | None = db.execute("SELECT file FROM images WHERE id = ?", (image_id,)).fetchone()
    return None if row is None else row["file"]


def file_marks(db: Connection) -> list[FileMark]:
    """What every row says of its file; of rows that name the same one, the one whose picture is there comes last."""
    query = "SELECT id, file, file_size, file_mtime_ns, missing FROM images ORDER BY missing DESC"
    return [
        FileMark(id=key, file=file, size=size, mtime_ns=mtime_ns, missing=bool(missing))
        for key, file, size, mtime_ns, missing in db.execute(query)
    ]


def images_by_id(db: Connection, image_ids: Iterable[str], pictures: Path) -> list[ImageRecord]:
    """The pictures drawn here with these ids, in no order."""
    query = "SELECT * FROM images WHERE run_id IS NOT NULL AND id IN (SELECT value FROM json_each(?))"
    return [image_record(row, pictures) for row in db.execute(query, (json.dumps(list(image_ids)),))]


def with_images(db: Connection, runs: Iterable[Row], pictures: Path) -> list[GenerationRecord]:
    """Rows of runs as records with their pictures, in the same order."""
    rows = list(runs)
    images: dict[str, list[ImageRecord]] = {row["id"]: [] for row in rows}
    query = "SELECT * FROM images WHERE run_id IN (SELECT value FROM json_each(?)) ORDER BY position, created, id"
    for row in db.execute(query, (json.dumps(list(images)),)):
        images[row["run_id"]].append(image_record(row, pictures))
    return [generation_record(row, images[row["id"]]) for row in rows]
