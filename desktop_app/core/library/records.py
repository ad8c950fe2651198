"""What the catalogue gives back: a run with its pictures, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Row

from desktop_app.core.library.connections import text
from model_runtime.recipe.record import ModelIdentity, Parent, Recipe
from model_runtime.request import SamplingSettings

Columns = dict[str, str | bytes | int | float | None]


@dataclass(frozen=True, kw_only=True)
class ImageRecord:
    """One picture.

    position: place in the request, from 0. path: absolute. file_size, file_mtime_ns: of the file as it was read.
    likelihood_gain, clip_score: None = not known. missing: no picture was at `path` when last looked at.
    """

    id: str
    run_id: str
    position: int
    seed: int
    created: datetime
    path: Path
    file_size: int
    file_mtime_ns: int
    image_length: int
    tokens_done: int
    likelihood_gain: float | None
    clip_score: float | None
    parent: Parent | None
    missing: bool

    @property
    def finished(self) -> bool:
        """Whether every token is drawn."""
        return self.tokens_done == self.image_length


@dataclass(frozen=True, kw_only=True)
class GenerationRecord:
    """A run and its pictures in request order. created: of its earliest picture. model: "" = unknown parts."""

    id: str
    created: datetime
    prompt: str
    model: ModelIdentity
    sampling: SamplingSettings
    precision: str
    device: str
    images: tuple[ImageRecord, ...]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much the catalogue holds; `missing` and `unfinished` are among `images`."""

    runs: int
    images: int
    missing: int
    unfinished: int


@dataclass(frozen=True, kw_only=True)
class FileMark:
    """What a row says of its file. file: as stored, see `stored_name`."""

    id: str
    file: str
    size: int
    mtime_ns: int
    missing: bool


def stored_name(path: Path, pictures: Path) -> str:
    """A file's name in the catalogue: below the pictures folder with '/', absolute where it lies outside."""
    try:
        return path.relative_to(pictures).as_posix()
    except ValueError:
        return str(path.absolute())


def moment(value: datetime) -> str:
    """A time as stored: text that sorts by time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def run_columns(recipe: Recipe) -> Columns:
    """The row of a picture's run; `created` and `image_count` follow from its pictures' rows."""
    run, sampling = recipe.run, recipe.run.sampling
    return {
        "id": run.run_id,
        "created": moment(recipe.created),
        "prompt": text(run.prompt),
        "model_id": text(run.model.id),
        "model_revision": text(run.model.revision),
        "model_sha256": run.model.sha256,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "condition_scale": sampling.condition_scale,
        "precision": text(run.precision),
        "device": text(run.device),
    }


def image_columns(recipe: Recipe, file: str, size: int, mtime_ns: int) -> Columns:
    """The row of a picture whose file is called `file` and has this size and time."""
    return {
        "id": recipe.id,
        "run_id": recipe.run.run_id,
        "position": recipe.index,
        "seed": recipe.seed,
        "created": moment(recipe.created),
        "file": text(file),
        "file_size": size,
        "file_mtime_ns": mtime_ns,
        "image_length": recipe.image_length,
        "tokens_done": recipe.tokens_done,
        "likelihood_gain": recipe.likelihood_gain,
        "clip_score": recipe.clip_score,
        "parent_kind": None if recipe.parent is None else recipe.parent.kind,
        "parent_id": None if recipe.parent is None else recipe.parent.id,
        "second": int(recipe.created.timestamp()),
        "prompt": text(recipe.run.prompt),
        "model_id": text(recipe.run.model.id),
        "temperature": recipe.run.sampling.temperature,
        "top_k": recipe.run.sampling.top_k,
        "top_p": recipe.run.sampling.top_p,
        "condition_scale": recipe.run.sampling.condition_scale,
    }


def image_record(row: Row, pictures: Path) -> ImageRecord:
    """A row of images as a value."""
    parent = None if row["parent_kind"] is None else Parent(kind=row["parent_kind"], id=row["parent_id"])
    return ImageRecord(
        id=row["id"],
        run_id=row["run_id"],
        position=row["position"],
        seed=row["seed"],
        created=datetime.fromisoformat(row["created"]),
        path=pictures / row["file"],
        file_size=row["file_size"],
        file_mtime_ns=row["file_mtime_ns"],
        image_length=row["image_length"],
        tokens_done=row["tokens_done"],
        likelihood_gain=row["likelihood_gain"],
        clip_score=row["clip_score"],
        parent=parent,
        missing=bool(row["missing"]),
    )


def generation_record(row: Row, images: Iterable[ImageRecord]) -> GenerationRecord:
    """A row of runs as a value, with its pictures."""
    return GenerationRecord(
        id=row["id"],
        created=datetime.fromisoformat(row["created"]),
        prompt=row["prompt"],
        model=ModelIdentity(id=row["model_id"], revision=row["model_revision"], sha256=row["model_sha256"]),
        sampling=SamplingSettings(
            temperature=row["temperature"],
            top_k=row["top_k"],
            top_p=row["top_p"],
            condition_scale=row["condition_scale"],
        ),
        precision=row["precision"],
        device=row["device"],
        images=tuple(images),
    )
