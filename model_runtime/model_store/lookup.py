"""From what a person calls a model to its folder.

An existing folder goes before an installed id, an installed id before a hub name: what lies on the disk
and is named outright is never shadowed by something else. Nothing here touches the network.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from model_runtime.errors import CorruptCheckpoint, ModelNotInstalled, UnsupportedOperation
from model_runtime.model_store.description import FILE_NAME, ModelDescription
from model_runtime.model_store.words import FILE_NAME as WORDS_FILE
from model_runtime.resources import resource_path

TEXT_MODEL, VQGAN, CLIP = "dalle_bart", "vqgan", "clip"
"""The parts of our own model folder."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """Where the parts of one model lie. `clip` and `words` are None where there is none."""

    description: ModelDescription
    text_model: Path
    vqgan: Path
    clip: Path | None
    words: Path | None


def find_model(
    model: str | os.PathLike[str],
    *,
    models_dir: str | os.PathLike[str] | None = None,
    vqgan: str | os.PathLike[str] | None = None,
    clip: str | os.PathLike[str] | None = None,
    download: bool = False,
) -> ModelFolder:
    """The folders of `model`; `vqgan` and `clip` take the place of its own.

    Raises ModelNotInstalled where it is neither a folder nor installed, UnsupportedOperation where only a
    download would help or the picture decoder is missing, CorruptCheckpoint for a folder that holds no
    model.
    """
    models = None if models_dir is None else Path(models_dir)
    folder = locate(model, models)
    if folder is None:
        if download:
            raise UnsupportedOperation("download_not_available", model=os.fspath(model))
        installed = ", ".join(installed_models(models)) or "none"
        raise ModelNotInstalled("model_not_installed", model=os.fspath(model), installed=installed)
    own = (folder / TEXT_MODEL).is_dir()
    if not own and not (folder / "config.json").is_file():
        reason = f"it holds neither {TEXT_MODEL}/ nor config.json"
        raise CorruptCheckpoint("not_a_model_folder", file=str(folder), reason=reason)
    pictures = Path(vqgan) if vqgan is not None else folder / VQGAN
    if vqgan is None and not pictures.is_dir():
        raise UnsupportedOperation("vqgan_needed", model=folder.name)
    words = folder / WORDS_FILE
    judge = Path(clip) if clip is not None else folder / CLIP
    return ModelFolder(
        description=ModelDescription.read(folder),
        text_model=folder / TEXT_MODEL if own else folder,
        vqgan=pictures,
        clip=judge if clip is not None or judge.is_dir() else None,
        words=words if words.is_file() else None,
    )


def locate(model: str | os.PathLike[str], models_dir: Path | None) -> Path | None:
    """The folder called `model`: the path itself, or that of an installed id; None where there is neither."""
    name = os.fspath(model)
    if name and Path(name).is_dir():
        return Path(name)
    return installed_models(models_dir).get(name)


def installed_models(models_dir: Path | None) -> dict[str, Path]:
    """Ids that need no download and their folders; a model in `models_dir` goes before one that ships."""
    installed: dict[str, Path] = {}
    for place in (models_dir, resource_path("models")):
        if place is None or not place.is_dir():
            continue
        for folder in sorted(place.iterdir()):
            holds_model = (folder / FILE_NAME).is_file() or (folder / TEXT_MODEL).is_dir()
            if _ID.fullmatch(folder.name) and holds_model:
                installed.setdefault(folder.name, folder)
    return installed
