"""Named sampling settings: those that come with the program, and a person's own in a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.atomic_file import copy_aside, read_json, replace_json, set_aside
from desktop_app.core.faults import Fault
from model_runtime.errors import ArmchairError, InvalidRequest
from model_runtime.presets import PRESETS
from model_runtime.request import SamplingSettings

VERSION = 1
MAX_NAME = 60
MAX_PRESETS = 200

_VERSION, _PRESETS = "version", "presets"
_NAME = "name"
_FIELDS = tuple(field.name for field in dataclasses.fields(SamplingSettings))


class PresetRefused(ArmchairError):
    """A change that cannot be made.

    preset_name_empty, preset_name_long (allowed), preset_name_taken (name), preset_built_in (name),
    preset_unknown (name), preset_too_many (allowed).
    """


@dataclass(frozen=True)
class Preset:
    """sampling: None = the model's own defaults. built_in: its name is a code that the window translates."""

    name: str
    sampling: SamplingSettings | None
    built_in: bool = False


BUILT_IN = tuple(Preset(name, sampling, built_in=True) for name, sampling in PRESETS.items())


class Presets:
    """All presets, the built-in ones first, then a person's own by name. Every change is written at once.

    A change that the disk refuses raises OSError and has not happened.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._own: dict[str, SamplingSettings] = {}
        self._strange: list[Any] = []
        self._rest: dict[str, Any] = {}

    def load(self) -> tuple[Fault, ...]:
        """Read the file, and say what was wrong with it; never raises.

        `bad_preset` (name, reason, file): left out, but kept in the file. `broken_presets` (file, kept,
        reason): the whole file was given the name `kept`. `newer_presets` (file, found, known).
        """
        self._own, self._strange, self._rest = {}, [], {}
        try:
            values = read_json(self._file)
        except OSError as error:
            return (Fault.of(error),)
        except ValueError as error:
            return (self._broken(str(error)),)
        listed = values.pop(_PRESETS, [])
        if not isinstance(listed, list):
            return (self._broken("its presets are not a list"),)
        self._rest = values
        faults = [fault for item in listed if (fault := self._take(item)) is not None]
        found = values.get(_VERSION, VERSION)
        if type(found) is int and found > VERSION:
            parameters = {"file": str(self._file), "found": found, "known": VERSION}
            faults.insert(0, Fault(code="newer_presets", parameters=parameters))
        return tuple(faults)

    def all(self) -> tuple[Preset, ...]:
        """In the order to offer them."""
        own = sorted(self._own.items(), key=lambda item: item[0].casefold())
        return (*BUILT_IN, *(Preset(name, sampling) for name, sampling in own))

    def named(self, sampling: SamplingSettings, model_defaults: SamplingSettings) -> Preset | None:
        """The first preset that stands for these settings with such a model, if any."""
        return next((preset for preset in self.all() if (preset.sampling or model_defaults) == sampling), None)

    def add(self, name: str, sampling: SamplingSettings) -> Preset:
        """A new preset of one's own. Raises PresetRefused for a name that cannot be used."""
        name = self._free_name(name)
        if len(self._own) >= MAX_PRESETS:
            raise PresetRefused("preset_too_many", allowed=MAX_PRESETS)
        self._write({**self._own, name: sampling})
        return Preset(name, sampling)

    def replace(self, name: str, sampling: SamplingSettings) -> Preset:
        """Other settings under the same name. Raises PresetRefused where it is not one's own."""
        name = self._own_name(name)
        self._write({**self._own, name: sampling})
        return Preset(name, sampling)

    def rename(self, name: str, new_name: str) -> Preset:
        """The same settings under another name; a change of case alone is one too."""
        name = self._own_name(name)
        new_name = self._free_name(new_name, instead_of=name)
        self._write({new_name if own == name else own: sampling for own, sampling in self._own.items()})
        return Preset(new_name, self._own[new_name])

    def delete(self, name: str) -> Preset:
        """Take one's own preset away; what is returned can be added again."""
        name = self._own_name(name)
        sampling = self._own[name]
        self._write({own: kept for own, kept in self._own.items() if own != name})
        return Preset(name, sampling)

    def _own_name(self, name: str) -> str:
        if name in self._own:
            return name
        raise PresetRefused("preset_built_in" if name in PRESETS else "preset_unknown", name=name)

    def _free_name(self, name: str, instead_of: str | None = None) -> str:
        name = " ".join(name.split())
        if not name or not name.isprintable():
            raise PresetRefused("preset_name_empty")
        if len(name) > MAX_NAME:
            raise PresetRefused("preset_name_long", allowed=MAX_NAME)
        others = [own for own in (*PRESETS, *self._own) if own != instead_of]
        if name.casefold() in {other.casefold() for other in others}:
            raise PresetRefused("preset_name_taken", name=name)
        return name

    def _take(self, item: object) -> Fault | None:
        name = item.get(_NAME) if isinstance(item, dict) else None
        try:
            if not isinstance(item, dict) or not isinstance(name, str):
                raise InvalidRequest("not_text", field=_NAME, value=name)
            sampling = SamplingSettings(**{key: item[key] for key in _FIELDS if key in item})
            self._own[self._free_name(name)] = sampling
        except ArmchairError as error:
            self._strange.append(item)
            parameters = {"name": str(name)[:MAX_NAME], "reason": str(error), "file": str(self._file)}
            return Fault(code="bad_preset", parameters=parameters)
        return None

    def _write(self, own: Mapping[str, SamplingSettings]) -> None:
        found = self._rest.get(_VERSION, VERSION)
        if type(found) is int and found > VERSION and self._file.exists():
            copy_aside(self._file, f"version-{found}")
        listed = [{_NAME: name, **dataclasses.asdict(sampling)} for name, sampling in own.items()]
        rest = {**self._rest, _VERSION: VERSION}
        replace_json(self._file, {**rest, _PRESETS: [*listed, *self._strange]})
        self._own, self._rest = dict(own), rest

    def _broken(self, reason: str) -> Fault:
        try:
            kept = str(set_aside(self._file, "broken"))
        except OSError:
            kept = ""
        return Fault(code="broken_presets", parameters={"file": str(self._file), "kept": kept, "reason": reason})
