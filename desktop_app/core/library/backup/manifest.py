"""The list that a backup carries of itself: every file with its sha256, size and time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from desktop_app.core.library.errors import LibraryError
from model_runtime.recipe.record import program_version

NAME = "manifest.json"
VERSION = 1
MAX_BYTES = 512 * 2**20
MAX_FILES = 5_000_000
FILES = "library"
"""The folder inside the archive that mirrors the pictures folder."""
APART = "journal-apart.jsonl"
"""The journal of the data folder, where there is one."""
_SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Kept:
    """One file as it was: name in the archive → these."""

    sha256: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Manifest:
    """files: in the order of the archive."""

    created: str
    files: dict[str, Kept]

    def text(self) -> str:
        """As it stands in the archive."""
        files = {name: {"sha256": k.sha256, "size": k.size, "mtime_ns": k.mtime_ns} for name, k in self.files.items()}
        values = {"version": VERSION, "created": self.created, "program": program_version(), "files": files}
        return json.dumps(values, indent=1)


def new_manifest(files: dict[str, Kept]) -> Manifest:
    """The list of a backup made now."""
    return Manifest(datetime.now(UTC).isoformat(timespec="seconds"), files)


def read_manifest(text: bytes, *, file: str) -> Manifest:
    """The list in a backup; raises LibraryError newer_backup (file, found, known), bad_backup (file, reason)."""
    try:
        values = json.loads(text)
        version = int(values["version"])
        if version > VERSION:
            raise LibraryError("newer_backup", file=file, found=version, known=VERSION)
        files = {str(name): _kept(name, value) for name, value in values["files"].items()}
        return Manifest(str(values["created"]), files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LibraryError("bad_backup", file=file, reason=f"{NAME}: {error}") from None


def is_safe(name: str) -> bool:
    """Whether a name from an archive stays below the folder that it is unpacked into, on every system."""
    path = PurePosixPath(name)
    return (
        bool(name)
        and not path.is_absolute()
        and ".." not in path.parts
        and not any(mark in name for mark in ("\\", "\0", ":"))
        and path.parts[0] in (FILES, APART)
    )


def _kept(name: object, value: dict[str, Any]) -> Kept:
    kept = Kept(str(value["sha256"]), int(value["size"]), int(value["mtime_ns"]))
    if not isinstance(name, str) or not is_safe(name) or not _SHA256.fullmatch(kept.sha256) or kept.size < 0:
        raise ValueError(f"the entry {name!r:.100}")
    return kept
