"""What `doctor` finds out; every part answers, whatever is broken."""

from __future__ import annotations

import dataclasses
import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from desktop_app.core.paths import AppPaths

PACKAGES = (
    "armchair",
    "torch",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "Pillow",
    "PySide6-Essentials",
)


def check_versions() -> dict[str, str | None]:
    """Of the system, Python and the packages that matter; None = not installed."""
    found: dict[str, str | None] = {"system": platform.platform(), "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = None
    return found


def check_engine() -> dict[str, Any]:
    """The device and precision that "auto" picks here, and why; `fault` says why torch cannot be loaded."""
    try:
        return _ask_torch()
    except Exception as error:  # a broken torch raises whatever its libraries raise
        return {"fault": " ".join(f"{type(error).__name__}: {error}".split())}


def _ask_torch() -> dict[str, Any]:
    import torch  # noqa: PLC0415  # seconds, and it may be broken

    from model_runtime.devices import (  # noqa: PLC0415
        available_devices,
        choose_device,
        choose_precision,
        possible_precisions,
        total_memory,
    )

    available = available_devices()
    device = choose_device("auto")
    memory = total_memory(device)
    precisions = possible_precisions(device)
    return {
        "fault": "",
        "device": str(device),
        "device_name": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor(),
        "device_reason": _device_reason(available),
        "devices": list(available),
        "precision": choose_precision("auto", device),
        "precision_reason": f"the first that suits {device.type} of {', '.join(precisions)}",
        "precisions": list(precisions),
        "memory_gb": None if memory is None else round(memory / 1e9, 1),
        "threads": torch.get_num_threads(),
    }


def _device_reason(available: tuple[str, ...]) -> str:
    if available == ("cpu",):
        return "torch sees no CUDA and no MPS device here"
    return f"the fastest of {', '.join(available)}"


def check_folders(paths: AppPaths) -> list[dict[str, Any]]:
    """Each folder, whether it can be written (or made), and the space left; nothing is created."""
    found = []
    for field in dataclasses.fields(paths):
        folder: Path = getattr(paths, field.name)
        there = _nearest(folder)
        found.append(
            {
                "name": field.name,
                "folder": str(folder),
                "exists": folder.is_dir(),
                "writable": there.is_dir() and os.access(there, os.W_OK | os.X_OK),
                "free_gb": _free(there),
            }
        )
    return found


def _nearest(folder: Path) -> Path:
    """The folder itself, or the first of those above it that exists."""
    return next((path for path in (folder, *folder.parents) if path.exists()), folder)


def _free(folder: Path) -> float | None:
    try:
        return round(shutil.disk_usage(folder).free / 1e9, 1)
    except OSError:
        return None
