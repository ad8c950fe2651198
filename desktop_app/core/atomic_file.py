"""Small files that are replaced whole: a reader finds the old text or the new one, never half of either."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MAX_BYTES = 8 * 2**20
"""Far above every file of this program's own; more than this is read into no memory."""


def replace_file(path: Path, text: str) -> None:
    """Put `text` (UTF-8) in the place of the file, which need not exist; missing folders are made.

    A link is followed, so that settings kept elsewhere stay there, and the file keeps its permissions.
    Raises OSError with nothing changed.
    """
    path = Path(os.path.realpath(path))  # Path.resolve raises RuntimeError for links in a circle
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".{path.name}.{uuid.uuid4().hex}.part"
    try:
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # a new file, or a disk without permissions
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def replace_json(path: Path, values: Mapping[str, Any]) -> None:
    """`replace_file` with a JSON object that a person can read."""
    replace_file(path, json.dumps(values, indent=1) + "\n")


def read_text(path: Path) -> str:
    """The file's text. Raises OSError, and ValueError for one that is no UTF-8 or beyond MAX_BYTES."""
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES} bytes")
    return content.decode("utf-8-sig")  # editors on Windows like to put a mark in front


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file, {} where there is no file.

    Raises OSError where it cannot be read, and ValueError where it holds anything but a JSON object.
    """
    try:
        values = json.loads(read_text(path))
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(values, dict):
        raise ValueError("it does not hold a JSON object")  # noqa: TRY004  # of the file, not of an argument
    return values


def set_aside(path: Path, why: str) -> Path:
    """Give the file another name, `<name>.<why>-<utc>`, which is returned; nothing is overwritten.

    Raises OSError where it cannot be moved.
    """
    aside = _name_aside(path, why)
    path.rename(aside)
    return aside


def copy_aside(path: Path, why: str) -> Path:
    """As `set_aside`, but the file stays and its copy gets the name."""
    aside = _name_aside(path, why)
    with aside.open("xb") as copy:
        copy.write(path.read_bytes())
        copy.flush()
        os.fsync(copy.fileno())
    return aside


def _name_aside(path: Path, why: str) -> Path:
    name = f"{path.name}.{why}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside, number = path.with_name(name), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{name}-{number}")
    return aside
