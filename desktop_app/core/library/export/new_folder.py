"""A folder that appears whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path


def write_new_folder(path: Path, fill: Callable[[Path], object]) -> Path:
    """Let `fill` put files into a new folder and return its path: `path`, or `-2`, `-3`, … where that is taken.

    Missing folders above are made. Whatever `fill` or the disk raises passes through, with nothing left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".{uuid.uuid4().hex}.part"
    part.mkdir()
    try:
        fill(part)
        return _publish(part, path)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _publish(part: Path, path: Path) -> Path:
    number = 1
    while True:
        final = path if number == 1 else path.with_name(f"{path.name}-{number}")
        number += 1
        try:
            if os.name == "nt":
                return part.rename(final)  # Windows refuses where the name exists
            # Elsewhere a folder may be moved onto an empty one, so the name is claimed first, by our own.
            final.mkdir()
        except FileExistsError:
            continue
        try:
            return part.rename(final)
        except OSError:
            final.rmdir()
            raise
