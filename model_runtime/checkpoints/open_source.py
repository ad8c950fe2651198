"""Finding the weight file of a model folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from model_runtime.checkpoints.flax_source import FlaxSource
from model_runtime.checkpoints.source import SafetensorsSource, TensorSource
from model_runtime.errors import CorruptCheckpoint, UnsupportedConfig

SAFETENSORS = "model.safetensors"
FLAX = "flax_model.msgpack"


def open_source(folder: Path, flax_name: Callable[[str], str | None]) -> TensorSource:
    """Open `model.safetensors`, or else `flax_model.msgpack` whose paths `flax_name` translates.

    Raises CorruptCheckpoint where the folder or both files are missing or damaged, UnsupportedConfig for a
    layout that is known and not read.
    """
    if not folder.is_dir():
        reason = "it is a file" if folder.exists() else "there is no such folder"
        raise CorruptCheckpoint("not_a_model_folder", file=str(folder), reason=reason)
    if (folder / SAFETENSORS).is_file():
        return SafetensorsSource(folder / SAFETENSORS)
    if (folder / FLAX).is_file():
        return FlaxSource(folder / FLAX, flax_name)
    if (folder / f"{FLAX}.index.json").is_file():
        shards = "several msgpack files (shards)"
        raise UnsupportedConfig("unsupported_layout", file=str(folder), layout=shards)
    raise CorruptCheckpoint("not_a_model_folder", file=str(folder), reason=f"it holds neither {SAFETENSORS} nor {FLAX}")
