"""Moving the whole library: everything is copied and compared, then the program is told, then the old goes.

Killed before the program is told, the old library is as it was, and moving again goes on where it stopped. Killed
afterwards, the new one is whole, and `remove_moved` clears away what is left of the old. No moment has neither.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.library.copying import (
    LOCK_SUFFIX,
    Cancelled,
    Progress,
    Stopped,
    copy_checked,
    digest,
    files_below,
)
from desktop_app.core.library.errors import LibraryError
from model_runtime.recipe.exclusive import is_part


@dataclass(frozen=True, kw_only=True)
class MoveReport:
    """files: that lie in the new folder. left: of the old ones that changed meanwhile, and stayed."""

    files: int
    left: tuple[Path, ...] = ()


def move_library(
    old: Path,
    new: Path,
    switch: Callable[[], object],
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> MoveReport:
    """Move everything below `old` to `new`, which is empty, not there yet, or left by a move that was cut short.

    switch: makes the program use `new` from now on; called once, when every file has been compared. Nothing should
    draw meanwhile; files that appear while others are copied come along all the same. progress(bytes, of all).
    Raises Stopped, LibraryError (move_into_itself, move_target_used, move_no_room, copy_differs), OSError, and what
    `switch` raises: in each case the old library is whole and in use.
    """
    if _is_inside(new, old) or _is_inside(old, new):
        raise LibraryError("move_into_itself", file=str(new))
    files = list(files_below(old))
    _check_target(old, new)
    _check_room(files, old, new)
    copied: dict[Path, tuple[int, int]] = {}
    while pending := [path for path in files_below(old) if path not in copied]:
        total = sum(path.stat().st_size for path in pending)
        done = 0
        for path in pending:
            if cancelled():
                raise Stopped
            progress(done, total)
            status = path.stat()
            target = new / path.relative_to(old)
            if not target.exists() or digest(target) != digest(path):
                # The journal may have grown since a move that was cut short; `_check_target` knows all others.
                target.unlink(missing_ok=True)
                copy_checked(path, target)
            copied[path] = (status.st_size, status.st_mtime_ns)
            done += status.st_size
        progress(total, total)
    switch()
    left = remove_moved(old, new)
    return MoveReport(files=len(copied), left=left)


def remove_moved(old: Path, new: Path) -> tuple[Path, ...]:
    """Remove the files below `old` that lie below `new` with the same contents, and empty folders; returns the others.

    Raises nothing: what cannot be removed stays and is among those returned.
    """
    left = []
    try:
        files = list(files_below(old))
    except OSError:
        return (old,)
    for path in files:
        try:
            if digest(path) == digest(new / path.relative_to(old)):
                path.unlink()
                continue
        except OSError:
            pass
        left.append(path)
    _remove_leftovers(old)
    return tuple(left)


def _check_target(old: Path, new: Path) -> None:
    """Whatever lies in the new folder must be a copy of the same file of the old one, but for its journal."""
    if not new.exists():
        return
    for path in files_below(new):
        source = old / path.relative_to(new)
        if path.suffix == ".jsonl" and path.parent.name == ".armchair":
            continue
        if not source.is_file() or digest(source) != digest(path):
            raise LibraryError("move_target_used", file=str(path))


def _check_room(files: list[Path], old: Path, new: Path) -> None:
    needed = sum(path.stat().st_size for path in files if not (new / path.relative_to(old)).exists())
    place = new
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if needed > free:
        raise LibraryError("move_no_room", file=str(new), needed_mb=needed // 2**20 + 1, free_mb=free // 2**20)


def _remove_leftovers(old: Path) -> None:
    folders = sorted((path for path in [old, *old.rglob("*")] if path.is_dir() and not path.is_symlink()), reverse=True)
    for folder in folders:
        with suppress(OSError):
            for path in folder.iterdir():
                if is_part(path) or path.name.endswith(LOCK_SUFFIX):
                    path.unlink()
            folder.rmdir()  # refused where something is left


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
