"""Finding picture files below a folder: names, sizes and times, without opening any."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from model_runtime.errors import CorruptPicture
from model_runtime.recipe.exclusive import is_part
from model_runtime.recipe.picture_file import read_recipe

PART_AGE = 3600.0
"""Seconds after which an unfinished file is nobody's: no picture takes that long to write."""
MAX_DEPTH = 16
"""Folders within folders: far more than people make, and an end for what programs make."""


class FoundFile(NamedTuple):
    """A PNG by its name: whether it is a picture of ours is for its reader to find out.

    file: below the walked folder, with '/'.
    """

    path: str
    file: str
    size: int
    mtime_ns: int


@dataclass
class Finds:
    """What a walk came upon. others: visible files that are no PNG; unreadable: folders that cannot be listed."""

    files: list[FoundFile] = field(default_factory=list)
    others: int = 0
    unreadable: int = 0
    parts_removed: int = 0


def walk(root: Path, cancelled: Callable[[], bool] = lambda: False) -> Finds:
    """Every PNG below `root` in a fixed order; hidden names are skipped and links not followed.

    Unfinished files (`.part`) that a killed program left long ago are removed on the way.
    """
    finds = Finds()
    waiting = [(os.fspath(root), "", 0)]
    while waiting and not cancelled():
        folder, below, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                # The shortest name first: a picture before the copies that people made of it.
                ordered = sorted(entries, key=lambda entry: (len(entry.name), entry.name))
        except FileNotFoundError:
            continue
        except OSError:
            finds.unreadable += 1
            continue
        for entry in ordered:
            if entry.name.startswith("."):
                finds.parts_removed += _remove_old_part(Path(entry.path))
            elif entry.is_dir(follow_symlinks=False):
                if depth < MAX_DEPTH:
                    waiting.append((entry.path, f"{below}{entry.name}/", depth + 1))
            else:
                _note(entry, below + entry.name, finds)
    return finds


def _note(entry: os.DirEntry[str], file: str, finds: Finds) -> None:
    if not entry.name.lower().endswith(".png") or not entry.is_file(follow_symlinks=False):
        finds.others += 1
        return
    with suppress(FileNotFoundError):  # gone since the folder was listed
        # Not the entry's own answer: on Windows that one may be out of date.
        status = os.stat(entry.path)  # noqa: PTH116  # a hundred thousand times
        finds.files.append(FoundFile(entry.path, file, status.st_size, status.st_mtime_ns))


def _remove_old_part(path: Path) -> int:
    if not is_part(path):
        return 0
    try:
        if path.is_symlink() or time.time() - path.stat().st_mtime < PART_AGE:
            return 0
        path.unlink()
    except OSError:
        return 0
    return 1


def is_there(path: str | Path) -> bool:
    """Whether a file may be at a path; a disk that does not answer is no proof that it is gone."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def holds_picture(path: Path, image_id: str) -> bool:
    """Whether the picture with this id can be read from a file."""
    try:
        return read_recipe(path).id == image_id
    except (CorruptPicture, OSError):
        return False
