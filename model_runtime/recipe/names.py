"""How picture files and their folders are called."""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path

from anyascii import anyascii

MAX_SLUG = 40
"""Characters of the prompt in a name: enough to know it again, short on every file system."""


def slug(prompt: str) -> str:
    """The prompt as lower-case ASCII words joined by hyphens, or "picture" where nothing is left.

    The result is safe in names everywhere: a-z, 0-9 and single inner hyphens only.
    """
    plain = anyascii(prompt[: 8 * MAX_SLUG]).lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain)
    short = ""
    for word in words:
        longer = f"{short}-{word}" if short else word[:MAX_SLUG]
        if len(longer) > MAX_SLUG:
            break
        short = longer
    return short or "picture"


def picture_name(created_local: datetime, prompt: str, seed: int) -> str:
    """`20261121-141502-avocado-armchair-7.png`; the date in front keeps Windows' reserved names away."""
    return f"{created_local:%Y%m%d-%H%M%S}-{slug(prompt)}-{seed}.png"


def dated_folder(root: Path, created_local: datetime) -> Path:
    """`root/2026-11-21`: one folder a day of the user's own calendar."""
    return root / f"{created_local:%Y-%m-%d}"


def with_number(path: Path, number: int) -> Path:
    """`picture.png` → `picture-2.png`; the first of a name (number 1) keeps it."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def file_path(target: str | os.PathLike[str], created: datetime, prompt: str, seed: int) -> Path:
    """Where to save: `target` itself, or a named file inside it where it is a folder.

    A folder is one that exists or is spelled with a separator at the end. `created` is aware.
    """
    path = Path(target)
    ends = (os.sep, os.altsep or os.sep)
    if path.is_dir() or os.fspath(target).endswith(ends):
        return path / picture_name(created.astimezone(), prompt, seed)
    return path
