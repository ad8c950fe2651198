"""The file of preferences: read with forgiveness, written whole, never lost for one bad value."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.core.atomic_file import copy_aside, read_json, replace_json, set_aside
from desktop_app.core.faults import Fault
from desktop_app.core.settings.migrations import VERSION, VERSION_KEY, migrate, version_of
from desktop_app.core.settings.settings import PREFERENCES, Settings
from model_runtime.errors import InvalidRequest

MAX_SHOWN = 100
"""Characters of a bad value that a message repeats."""


class SettingsFile:
    """Preferences as JSON; only those that differ from their defaults are written, so defaults can improve."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> tuple[Settings, tuple[Fault, ...]]:
        """The settings, and what was wrong with the file; never raises.

        `bad_setting` (field, value, file): that field alone has its default. `broken_settings` (file, kept,
        reason): all have, and the file was given the name `kept`, "" where even that failed.
        `newer_settings` (file, found, known): read as far as this program understands it.
        """
        try:
            values = read_json(self.path)
        except OSError as error:
            return Settings(), (Fault.of(error),)
        except ValueError as error:
            return Settings(), (self._broken(error),)
        found = version_of(values)
        faults = []
        if found > VERSION:
            parameters = {"file": str(self.path), "found": found, "known": VERSION}
            faults.append(Fault(code="newer_settings", parameters=parameters))
        settings, bad = self._settings(migrate(values))
        return settings, (*faults, *bad)

    def save(self, settings: Settings) -> None:
        """Write the settings; keys that this program does not know stay as they are.

        A file of a newer version, or one that cannot be understood, is copied beside itself first. Raises
        OSError with the file unchanged.
        """
        try:
            values = read_json(self.path)
        except ValueError:
            copy_aside(self.path, "broken")
            values = {}
        if version_of(values) > VERSION:
            copy_aside(self.path, f"version-{version_of(values)}")
        kept = migrate(values)
        for preference in PREFERENCES:
            value = getattr(settings, preference.key)
            if value == preference.default:
                kept.pop(preference.key, None)
            else:
                kept[preference.key] = value
        replace_json(self.path, {VERSION_KEY: VERSION, **kept})

    def _settings(self, values: Mapping[str, Any]) -> tuple[Settings, list[Fault]]:
        good: dict[str, Any] = {}
        faults: list[Fault] = []
        for preference in PREFERENCES:
            if preference.key not in values:
                continue
            value = values[preference.key]
            try:
                good[preference.key] = preference.check(value)
            except InvalidRequest as error:
                shown = repr(value)[:MAX_SHOWN]
                parameters = {"field": preference.key, "value": shown, "file": str(self.path)}
                faults.append(Fault(code="bad_setting", parameters=parameters, details=str(error)))
        return dataclasses.replace(Settings(), **good), faults

    def _broken(self, error: ValueError) -> Fault:
        try:
            kept = str(set_aside(self.path, "broken"))
        except OSError:
            kept = ""
        parameters = {"file": str(self.path), "kept": kept, "reason": str(error)}
        return Fault(code="broken_settings", parameters=parameters)
