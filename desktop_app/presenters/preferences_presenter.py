"""The preferences while the program runs: one value that is replaced, written at once, and told of."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.settings.settings import Settings
from desktop_app.core.settings.settings_file import SettingsFile
from model_runtime.errors import InvalidRequest


class PreferencesPresenter(QObject):
    """changed(key): `settings` has another value there. failed(Fault): it has, but the file could not be written.

    refused(key, Fault): the value is not allowed and nothing changed.
    """

    changed = Signal(str)
    failed = Signal(object)
    refused = Signal(str, object)

    def __init__(self, file: SettingsFile, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self.settings = settings

    def change(self, key: str, value: object) -> None:
        """Set one preference."""
        try:
            settings = dataclasses.replace(self.settings, **{key: value})  # type: ignore[arg-type]  # it checks itself
        except InvalidRequest as error:
            self.refused.emit(key, Fault.of(error))
            return
        self._take(settings)

    def restore_defaults(self) -> None:
        """Set all preferences as they were in the beginning."""
        self._take(Settings())

    def _take(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        different = [
            field.name
            for field in dataclasses.fields(settings)
            if getattr(settings, field.name) != getattr(before, field.name)
        ]
        if not different:
            return
        try:
            self._file.save(settings)
        except OSError as error:
            self.failed.emit(Fault.of(error))
        for key in different:
            self.changed.emit(key)
