"""Which files of a folder may be pictures: by their names alone, in a fixed order, without opening any."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.core.library.importing.caps import MAX_DEPTH, MAX_FILES

PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp"})


@dataclass
class Candidates:
    """What lies in a folder. others: visible files with other endings; unreadable: folders that cannot be listed."""

    files: list[Path] = field(default_factory=list)
    others: int = 0
    unreadable: int = 0


def candidates(
    folder: Path, *, without: Path | None = None, cancelled: Callable[[], bool] = lambda: False
) -> Candidates:
    """The files below `folder`, but not those below `without`. Hidden names are skipped and links not followed.

    Raises OSError where `folder` itself cannot be listed.
    """
    found = Candidates()
    os.scandir(folder).close()  # what is wrong with the folder itself is not a detail
    avoided = None if without is None else os.path.realpath(without)
    waiting = [(folder, 0)]
    while waiting and len(found.files) < MAX_FILES and not cancelled():
        place, depth = waiting.pop()
        if avoided is not None and os.path.realpath(place) == avoided:
            continue
        try:
            with os.scandir(place) as entries:
                ordered = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            found.unreadable += 1
            continue
        deeper = []
        for entry in ordered:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                deeper.append((Path(entry.path), depth + 1))
            elif os.path.splitext(entry.name)[1].lower() in PICTURE_ENDINGS:  # noqa: PTH122  # a million times
                found.files.append(Path(entry.path))
            else:
                found.others += 1
        if depth < MAX_DEPTH:
            waiting += reversed(deeper)
    return found
