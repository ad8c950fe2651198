"""Reading `config.json`: a stranger's file, so every value is looked at before it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model_runtime.errors import CorruptCheckpoint, UnsupportedConfig

HIGHEST_SIZE = 2**24
"""Far above every width and vocabulary, and low enough that the product of two never overflows."""

HIGHEST_LAYERS = 1000
"""Building a network costs time for each layer, so a damaged count must not start a loop without end."""


def read_json_object(file: Path, *, optional: bool = False) -> dict[str, Any]:
    """Read a JSON file that must hold an object. Raises CorruptCheckpoint naming the file."""
    if optional and not file.exists():
        return {}
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason="the file is missing") from None
    except (OSError, ValueError, RecursionError) as error:
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
    if not isinstance(values, dict):
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason="it does not hold a JSON object")
    return values


def entry(values: Mapping[str, Any], key: str, *, file: Path) -> Any:
    """The value of `key`. Raises CorruptCheckpoint where it is absent or null."""
    if values.get(key) is None:
        raise CorruptCheckpoint("missing_config", file=str(file), key=key)
    return values[key]


def whole_number(
    values: Mapping[str, Any], key: str, *, file: Path, lowest: int = 1, highest: int = HIGHEST_SIZE
) -> int:
    """The whole number under `key`. Raises CorruptCheckpoint for anything else or outside the bounds."""
    value = entry(values, key, file=file)
    if type(value) is not int or not lowest <= value <= highest:  # `type`: True is an int to isinstance
        raise bad_entry(key, value, f"a whole number from {lowest} to {highest}", file=file)
    return value


def switch(values: Mapping[str, Any], key: str, *, file: Path) -> bool:
    """The truth value under `key`. Raises CorruptCheckpoint for anything else."""
    value = entry(values, key, file=file)
    if not isinstance(value, bool):
        raise bad_entry(key, value, "true or false", file=file)
    return value


def bad_entry(key: str, value: object, allowed: str, *, file: Path) -> CorruptCheckpoint:
    """The error for an impossible value."""
    return CorruptCheckpoint("bad_config", file=str(file), key=key, value=value, allowed=allowed)


def refuse_other_switches(values: Mapping[str, Any], needed: Mapping[str, object], *, file: Path) -> None:
    """Raise UnsupportedConfig for the first key that is present with another value than the one needed."""
    for key, allowed in needed.items():
        if key in values and values[key] != allowed:
            raise UnsupportedConfig(
                "unsupported_switch", file=str(file), key=key, value=values[key], allowed=repr(allowed)
            )
