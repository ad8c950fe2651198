"""One picture as the library shows it, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Row

from model_runtime.recipe.record import Parent


@dataclass(frozen=True, kw_only=True)
class PictureRow:
    """id: its row, for as long as the catalogue is open. picture_id: its own, everywhere and for ever.

    path: absolute. stamp: size and time of its file, as it was read. done: share of its tokens drawn, 0..1.
    model: "" = not known. created: in UTC. rating: 0 = none, else 1..5. source: "" = drawn here, else the program
    that it came from. seed, temperature, condition_scale, score, clip_score: None = not known; top_k, top_p: None =
    off or not known. run_id: None = not drawn here. details: what another program wrote of it.
    """

    id: int
    picture_id: str
    path: Path
    stamp: tuple[int, int]
    prompt: str
    model: str
    created: datetime
    done: float
    missing: bool
    favourite: bool
    rating: int
    tags: tuple[str, ...]
    note: str
    source: str
    run_id: str | None
    position: int
    seed: int | None
    temperature: float | None
    top_k: int | None
    top_p: float | None
    condition_scale: float | None
    score: float | None
    clip_score: float | None
    parent: Parent | None
    details: str


def picture_row(row: Row, pictures: Path) -> PictureRow:
    """A row of images as a value."""
    return PictureRow(
        id=row["row"],
        picture_id=row["id"],
        path=pictures / row["file"],
        stamp=(row["file_size"], row["file_mtime_ns"]),
        prompt=row["prompt"],
        model=row["model_id"],
        created=datetime.fromisoformat(row["created"]),
        done=row["tokens_done"] / row["image_length"] if row["image_length"] else 1.0,
        missing=bool(row["missing"]),
        favourite=bool(row["favourite"]),
        rating=row["rating"],
        tags=tuple(row["tags"].split("\n")) if row["tags"] else (),
        note=row["note"],
        source="" if row["source"] == "armchair" else row["source"],
        run_id=row["run_id"],
        position=row["position"],
        seed=row["seed"],
        temperature=row["temperature"],
        top_k=row["top_k"],
        top_p=row["top_p"],
        condition_scale=row["condition_scale"],
        score=row["likelihood_gain"],
        clip_score=row["clip_score"],
        parent=None if row["parent_kind"] is None else Parent(kind=row["parent_kind"], id=row["parent_id"]),
        details=row["details"],
    )
