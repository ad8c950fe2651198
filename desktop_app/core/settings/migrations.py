"""How settings files of earlier versions become those of today: one named function a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Migration = Callable[[dict[str, Any]], dict[str, Any]]

VERSION_KEY = "version"

MIGRATIONS: Sequence[Migration] = ()
"""The function at place i turns version i + 1 into version i + 2; the first version is 1.

A migration gets the values of its own version, which may be of any kind, and must take whatever it finds.
"""

VERSION = len(MIGRATIONS) + 1
"""The version that this program writes."""


def version_of(values: Mapping[str, Any]) -> int:
    """The version a file says it has; one that says nothing sensible is of the first."""
    version = values.get(VERSION_KEY, 1)
    return version if type(version) is int and version >= 1 else 1


def migrate(values: Mapping[str, Any], migrations: Sequence[Migration] = MIGRATIONS) -> dict[str, Any]:
    """The values as the newest version has them, without the version; those of a newer one as they are."""
    plain = {key: value for key, value in values.items() if key != VERSION_KEY}
    for migration in migrations[version_of(values) - 1 :]:
        plain = migration(plain)
    return plain
