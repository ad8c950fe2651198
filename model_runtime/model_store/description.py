"""What a model folder's `model.json` says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from model_runtime.errors import CorruptCheckpoint, InvalidRequest
from model_runtime.request import SamplingSettings

FILE_NAME = "model.json"


@dataclass(frozen=True, kw_only=True)
class ModelDescription:
    """A model's name tag.

    id: what requests and recipes call it. revision, sha256 (hex, of its weights): "" = unknown.
    defaults: the sampling that its makers recommend. card: what to tell people about it, as the file has it.
    """

    id: str
    name: str
    revision: str = ""
    sha256: str = ""
    defaults: SamplingSettings = field(default_factory=SamplingSettings)
    card: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def read(cls, folder: Path) -> ModelDescription:
        """Read `model.json`; a folder without one is described by its own name alone.

        Raises CorruptCheckpoint for a file that is no JSON object or has an entry of the wrong kind.
        """
        file = folder / FILE_NAME
        if not file.is_file():
            return cls(id=folder.name, name=folder.name)
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
        if not isinstance(values, dict):
            raise CorruptCheckpoint("corrupt_file", file=str(file), reason="it does not hold a JSON object")
        identity = _entry(values, "id", str, folder.name, file)
        return cls(
            id=identity,
            name=_entry(values, "name", str, identity, file),
            revision=_entry(values, "revision", str, "", file),
            sha256=_entry(values, "sha256", str, "", file),
            defaults=_defaults(_entry(values, "defaults", dict, {}, file), file),
            card=_entry(values, "card", dict, {}, file),
        )


def _entry(values: Mapping[str, Any], key: str, kind: type, otherwise: Any, file: Path) -> Any:
    value = values.get(key, otherwise)
    if not isinstance(value, kind):
        allowed = "text" if kind is str else "an object"
        raise CorruptCheckpoint("bad_config", file=str(file), key=key, value=value, allowed=allowed)
    return value


def _defaults(values: Mapping[str, Any], file: Path) -> SamplingSettings:
    try:
        return SamplingSettings(**values)
    except (InvalidRequest, TypeError) as error:  # TypeError: a setting that nobody knows
        raise CorruptCheckpoint(
            "bad_config", file=str(file), key="defaults", value=dict(values), allowed="sampling settings"
        ) from error
