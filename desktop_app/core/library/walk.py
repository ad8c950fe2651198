"""Finding picture files below a folder: names, sizes and times, without opening any."""

from __future__ import annotations

import hashlib
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


FOREIGN_ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif", ".webp")


class FoundFile(NamedTuple):
    """A picture by its name: whether it is one of ours is for its reader to find out.

    file: below the pictures folder, with '/'.
    """

    path: str
    file: str
    size: int
    mtime_ns: int


@dataclass
class Finds:
    """What a walk came upon.

    files: PNGs. foreign: pictures in formats that are never ours. others: how many visible files are no PNG, `foreign`
    among them. unreadable: folders that cannot be listed.
    """

    files: list[FoundFile] = field(default_factory=list)
    foreign: list[FoundFile] = field(default_factory=list)
    others: int = 0
    unreadable: int = 0
    parts_removed: int = 0


def walk(root: Path, cancelled: Callable[[], bool] = lambda: False, *, start: str = "") -> Finds:
    """Every PNG below `root` in a fixed order; hidden names are skipped and links not followed.

    `start`: only what lies below this folder, which is spelled from `root` on, with '/'.

    Unfinished files (`.part`) that a killed program left long ago are removed on the way.
    """
    finds = Finds()
    below = f"{start.strip('/')}/" if start.strip("/") else ""
    waiting = [(os.fspath(root / below), below, below.count("/"))]
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
    name = entry.name.lower()
    is_ours, is_foreign = name.endswith(".png"), name.endswith(FOREIGN_ENDINGS)
    if not (is_ours or is_foreign) or not entry.is_file(follow_symlinks=False):
        finds.others += 1
        return
    with suppress(FileNotFoundError):  # gone since the folder was listed
        # Not the entry's own answer: on Windows that one may be out of date.
        status = os.stat(entry.path)  # noqa: PTH116  # a hundred thousand times
        found = FoundFile(entry.path, file, status.st_size, status.st_mtime_ns)
        if is_ours:
            finds.files.append(found)
        else:
            finds.others += 1
            finds.foreign.append(found)


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


def is_content_id(image_id: str) -> bool:
    """Whether an id is the sha256 of a foreign picture's file, and not a recipe's."""
    return len(image_id) == 64


def content_id(path: str | Path) -> str:
    """The id of a foreign picture: the sha256 of its file. Raises OSError."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def holds_picture(path: Path, image_id: str) -> bool:
    """Whether the picture with this id can be read from a file."""
    try:
        if is_content_id(image_id):
            return path.is_file() and content_id(path) == image_id
        return read_recipe(path).id == image_id
    except (CorruptPicture, OSError):
        return False
