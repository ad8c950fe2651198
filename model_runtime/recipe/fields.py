"""Reading a stranger's JSON: one typed field at a time, each with its bounds.

Nothing here trusts the file. A field that is missing, of another type or out of range raises
`RecipeError`, which names it; keys that nobody asks for are ignored.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item", bound=np.generic)

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class RecipeError(ValueError):
    """What is wrong with a recipe: `field` and `reason`."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


class Fields:
    """One JSON object; `name` is its place in the whole, for messages."""

    def __init__(self, value: object, name: str = "") -> None:
        if not isinstance(value, dict):
            raise RecipeError(name or "recipe", "is not an object")
        self._values: Mapping[str, object] = value
        self._prefix = f"{name}." if name else ""

    def fault(self, key: str, reason: str) -> RecipeError:
        """A fault in the field `key` of this object."""
        return RecipeError(self._prefix + key, reason)

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(key) is not None

    def inner(self, key: str) -> Fields:
        """An object inside this one."""
        return Fields(self._values.get(key), self._prefix + key)

    def integer(self, key: str, lowest: int, highest: int) -> int:
        """A whole number in lowest..highest."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(key, "is not a whole number")
        if not lowest <= value <= highest:
            raise self.fault(key, f"is not from {lowest} to {highest}")
        return value

    def number(self, key: str) -> float:
        """A finite number."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.fault(key, "is not a number")
        # An integer beyond the largest float must not raise on its way.
        if abs(value) > 1e300 or not math.isfinite(value):
            raise self.fault(key, "is not a finite number")
        return float(value)

    def text(self, key: str, max_length: int) -> str:
        """Any text of at most `max_length` characters."""
        value = self._values.get(key)
        if not isinstance(value, str):
            raise self.fault(key, "is not text")
        if len(value) > max_length:
            raise self.fault(key, f"is longer than {max_length} characters")
        return value

    def label(self, key: str, max_length: int = 200) -> str:
        """A short text on one line; "" where the field is missing or null."""
        if not self.has(key):
            return ""
        value = self.text(key, max_length)
        if value and not value.isprintable():
            raise self.fault(key, "holds characters that cannot be shown")
        return value

    def name(self, key: str) -> str:
        """A label that must be there."""
        value = self.label(key)
        if not value:
            raise self.fault(key, "is missing")
        return value

    def uuid(self, key: str) -> str:
        """A uuid in its usual spelling."""
        value = self.text(key, 36)
        if not _ID.fullmatch(value):
            raise self.fault(key, "is not an id")
        return value

    def sha256(self, key: str) -> str:
        """64 lower-case hex digits, or "" where the field is missing or null."""
        value = self.label(key, 64)
        if value and not _SHA256.fullmatch(value):
            raise self.fault(key, "is not a sha256")
        return value

    def moment(self, key: str) -> datetime:
        """A date and time with its zone, in UTC, of the years 1980 to 9998."""
        try:
            value = datetime.fromisoformat(self.text(key, 40))
        except ValueError:
            raise self.fault(key, "is not a date") from None
        if value.tzinfo is None:
            raise self.fault(key, "has no time zone")
        # The first and last years have no room for another zone's day; ZIP begins in 1980.
        if not 1980 <= value.year <= 9998:
            raise self.fault(key, "is not from 1980 to 9998")
        return value.astimezone(UTC)

    def packed(self, key: str, kind: type[Item], length: int) -> npt.NDArray[Item]:
        """Base64 of exactly `length` numbers of one numpy type, little-endian."""
        dtype = np.dtype(kind).newbyteorder("<")
        size = length * dtype.itemsize
        text = self.text(key, 4 * (-(-size // 3)))
        try:
            raw = base64.b64decode(text, validate=True)
        except ValueError:
            raise self.fault(key, "is not base64") from None
        if len(raw) != size:
            raise self.fault(key, f"holds {len(raw)} bytes instead of {size}")
        return np.frombuffer(raw, dtype=dtype).astype(kind)


def pack(array: npt.NDArray[np.generic]) -> str:
    """The opposite of `Fields.packed`."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode("ascii")
