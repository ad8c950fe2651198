"""Writing a network as our own folder: `model.safetensors` under canonical names and `config.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from model_runtime.checkpoints.fill import itself
from model_runtime.checkpoints.names import dalle_bart_parts
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.vqgan.model import VQGAN


def save_dalle_bart(model: DalleBart, folder: str | Path, *, dtype: torch.dtype = torch.float32) -> None:
    """Write the network into `folder`, made where missing; `dtype` is float32, float16 or bfloat16.

    Each file appears whole or not at all: a folder that held a model before still holds one after a failure.
    """
    write_folder(Path(folder), stored_tensors(model, dtype, dalle_bart_parts), model.config.to_json())


def save_vqgan(model: VQGAN, folder: str | Path, *, dtype: torch.dtype = torch.float32) -> None:
    """Write a VQGAN the same way; without an encoder the file loads as decoder-only."""
    write_folder(Path(folder), stored_tensors(model, dtype, itself), model.config.to_json())


def stored_tensors(
    model: torch.nn.Module, dtype: torch.dtype, parts: Callable[[str], tuple[str, ...]]
) -> dict[str, Tensor]:
    """Contiguous copies on the CPU under canonical names, fused parameters taken apart."""
    stored: dict[str, Tensor] = {}
    for name, parameter in model.named_parameters():
        names = parts(name)
        for part, rows in zip(names, parameter.detach().chunk(len(names)), strict=True):
            # A copy in any case: parts of one storage cannot be written.
            stored[part] = rows.to("cpu", dtype, copy=True, memory_format=torch.contiguous_format)
    return stored


def write_folder(folder: Path, tensors: dict[str, Tensor], config: Mapping[str, Any]) -> None:
    """Write both files under temporary names, flush them, then give them their names."""
    folder.mkdir(parents=True, exist_ok=True)
    weights, description = folder / "model.safetensors", folder / "config.json"
    temporaries = {final: final.with_name(f".{final.name}.{os.getpid()}.part") for final in (weights, description)}
    try:
        save_file(tensors, temporaries[weights], metadata={"format": "pt"})
        text = json.dumps(config, indent=2, sort_keys=True) + "\n"
        temporaries[description].write_text(text, encoding="utf-8")
        for temporary in temporaries.values():
            flush(temporary)
        for final, temporary in temporaries.items():
            temporary.replace(final)
    finally:
        for temporary in temporaries.values():
            temporary.unlink(missing_ok=True)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        flush(folder)


def flush(path: Path) -> None:
    """Wait until a file's contents, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
