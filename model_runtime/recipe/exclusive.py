"""Files that appear whole or not at all, and never in the place of another.

The bytes go to a hidden temporary name in the same folder and onto the disk; only then does the final
name come into being, in one step that fails where it exists. Killed at any moment, the program leaves
at most a hidden `.part` file.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from model_runtime.recipe.names import with_number

PART_SUFFIX = ".part"

_NO_HARD_LINKS = {
    errno.EPERM,  # FAT and exFAT on Linux
    errno.EACCES,  # shared storage that forbids links
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EINVAL,  # FAT and exFAT on Windows
    errno.EMLINK,
    errno.EXDEV,  # folders stacked from several file systems
}


def write_exclusive(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Let `write` fill a new file and return its path: `path`, or `-2`, `-3`, … where that is taken.

    Missing folders are made. Whatever `write` or the disk raises passes through, with nothing left.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{uuid.uuid4().hex}{PART_SUFFIX}"
    try:
        with part.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        final = _publish(part, path)
    finally:
        part.unlink(missing_ok=True)
    _flush_folder(folder)
    return final


def move_exclusive(source: Path, path: Path) -> Path:
    """Move a file on the same disk and return where it went: `path`, or `-2`, `-3`, … where that is taken.

    Missing folders are made. Killed in the middle, the file may have both names; it is the same file then.
    Raises OSError where the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    final = _publish(source, path)
    source.unlink(missing_ok=True)  # gone already where it was renamed
    _flush_folder(path.parent)
    return final


def is_part(path: Path) -> bool:
    """Whether a file is an unfinished one of `write_exclusive`."""
    return path.name.startswith(".") and path.suffix == PART_SUFFIX


def _publish(part: Path, path: Path) -> Path:
    place: Callable[[Path, Path], None] = os.link
    number = 1
    while True:
        final = with_number(path, number)
        try:
            place(part, final)
        except FileExistsError:
            number += 1
        except OSError as error:
            if place is _rename or error.errno not in _NO_HARD_LINKS:
                raise
            place = _rename
        else:
            return final


def _rename(part: Path, final: Path) -> None:
    """Move without overwriting, where there are no hard links."""
    if os.name == "nt":
        part.rename(final)  # Windows refuses where the name exists
        return
    # Elsewhere rename overwrites, so the name is claimed first: what is overwritten is our own empty
    # file. Killed between the two steps, an empty file stays, which no reader takes for a picture.
    os.close(os.open(final, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        part.replace(final)
    except BaseException:
        final.unlink(missing_ok=True)
        raise


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut; where folders cannot be flushed, the system does it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(handle)
