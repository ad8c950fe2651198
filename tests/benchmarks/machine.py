"""What the numbers were taken on; standard library only."""

from __future__ import annotations

import os
import platform
from pathlib import Path

TELLING = (
    "avx",
    "avx2",
    "fma",
    "f16c",
    "avx512f",
    "avx512_vnni",
    "avx512_bf16",
    "avx_vnni",
    "amx_tile",
    "asimd",
)
"""Instruction sets that decide how fast products are."""


def machine_facts() -> dict[str, object]:
    """Names no host, user or path."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    entries = dict(line.split(":", 1) for line in lines if ":" in line)
    entries = {key.strip(): value.strip() for key, value in entries.items()}
    flags = entries.get("flags", entries.get("Features", "")).split()
    return {
        "processor": entries.get("model name") or platform.processor() or platform.machine(),
        "instruction_sets": [flag for flag in TELLING if flag in flags],
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def load_average() -> float | None:
    """How many processes have wanted to compute in the last minute; None where the system does not say."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
