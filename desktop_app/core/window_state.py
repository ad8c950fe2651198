"""How the window was left: its place and size, splitters, the form. Nothing here is worth a message when lost."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop_app.core.atomic_file import read_json, replace_json


class WindowState:
    """A small store of named values that are JSON: text, numbers, lists, objects.

    Loss is quiet in both directions: an unreadable file is an empty one, an unwritable folder keeps nothing.
    What is read back may be of any kind; the getters give `otherwise` for the wrong one.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            self._values = read_json(file)

    def save(self, values: Mapping[str, Any]) -> None:
        """Put `values` over those kept and write them all; never raises for JSON values."""
        changed = {**self._values, **values}
        if changed == self._values:
            return
        self._values = changed
        with suppress(OSError):
            replace_json(self._file, changed)

    def text(self, name: str, otherwise: str = "") -> str:
        """The text kept under a name."""
        value = self._values.get(name)
        return value if isinstance(value, str) else otherwise

    def number(self, name: str, otherwise: int = 0) -> int:
        """The whole number kept under a name."""
        value = self._values.get(name)
        return value if type(value) is int else otherwise

    def switch(self, name: str, *, otherwise: bool = False) -> bool:
        """The truth value kept under a name."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else otherwise

    def group(self, name: str) -> Mapping[str, Any]:
        """The object kept under a name, such as sampling settings; the caller looks at each value in it."""
        value = self._values.get(name)
        return value if isinstance(value, dict) else {}

    def blob(self, name: str) -> bytes:
        """The bytes that `as_text` made into the text kept under a name, b"" for anything else."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except (binascii.Error, ValueError):
            return b""


def as_text(blob: bytes) -> str:
    """Bytes as text for `WindowState.save`: geometry and splitters are such."""
    return base64.b64encode(blob).decode("ascii")
