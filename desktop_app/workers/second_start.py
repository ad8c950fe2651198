"""What a second start tells the first: JSON on one line, checked by whoever reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass

VERSION = 1

MOST_BYTES = 1_000_000
"""A prompt of the greatest length fits, escaped; what is longer is not ours."""

MOST_ARGUMENTS = 100
LONGEST_TOKEN = 500


@dataclass(frozen=True, kw_only=True)
class SecondStart:
    """arguments: of the command line. activation_token: what the desktop gave to bring a window to the front."""

    arguments: tuple[str, ...] = ()
    activation_token: str = ""

    def to_bytes(self) -> bytes:
        """One line of ASCII."""
        values = {"version": VERSION, "arguments": self.arguments, "activation_token": self.activation_token}
        return json.dumps(values).encode("ascii") + b"\n"

    @classmethod
    def from_bytes(cls, line: bytes) -> SecondStart | None:
        """What a line says; None where it is not exactly what `to_bytes` writes."""
        try:
            values = json.loads(line.decode("ascii"))
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, dict) or values.keys() != {"version", "arguments", "activation_token"}:
            return None
        arguments, token = values["arguments"], values["activation_token"]
        if values["version"] != VERSION or not isinstance(arguments, list) or len(arguments) > MOST_ARGUMENTS:
            return None
        if not all(isinstance(argument, str) for argument in arguments):
            return None
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN or not token.isprintable():
            return None
        return cls(arguments=tuple(arguments), activation_token=token)
