"""Copying files so that each is known to have arrived."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from desktop_app.core.library.errors import LibraryError
from model_runtime.recipe.exclusive import is_part, write_exclusive

BLOCK = 2**20
LOCK_SUFFIX = ".lock"

Progress = Callable[[int, int], object]
"""Called with what is done, and all there is to do."""
Cancelled = Callable[[], bool]


class Stopped(Exception):  # it is no error: somebody asked for it
    """The person stopped it; what was there before is as it was."""


def files_below(folder: Path) -> Iterator[Path]:
    """Every regular file, hidden ones too, in a fixed order; links are not followed, leftovers and locks left out.

    Raises OSError where a folder cannot be listed: to leave it out in silence could lose pictures.
    """
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from files_below(path)
        elif entry.is_file(follow_symlinks=False) and not is_part(path) and not entry.name.endswith(LOCK_SUFFIX):
            yield path


def digest(path: Path) -> str:
    """The sha256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_checked(source: Path, target: Path) -> str:
    """Copy a file with its time, read the copy again and return the sha256 of both.

    Raises FileExistsError where `target` is taken, LibraryError copy_differs (file), OSError; then there is no copy.
    """
    if target.exists():
        raise FileExistsError(17, "File exists", str(target))
    hashing = hashlib.sha256()

    def write(copy: BinaryIO) -> None:
        with source.open("rb") as file:
            while block := file.read(BLOCK):
                hashing.update(block)
                copy.write(block)

    status = source.stat()
    copy = write_exclusive(target, write)
    found = hashing.hexdigest()
    if copy != target or digest(copy) != found:
        copy.unlink(missing_ok=True)
        raise LibraryError("copy_differs", file=str(target))
    with suppress(OSError):  # a disk without times; the picture is safe
        os.utime(copy, ns=(status.st_mtime_ns, status.st_mtime_ns))
    return found
