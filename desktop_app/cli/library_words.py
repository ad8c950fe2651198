"""The library's faults in words, for a terminal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from desktop_app.cli.failures import CommandError
from desktop_app.core.faults import Fault
from model_runtime.errors import SENTENCES as ENGINE_SENTENCES
from model_runtime.errors import ArmchairError

SENTENCES: Mapping[str, str] = {
    "newer_catalogue": "{file} was made by a newer Armchair (version {found}; this one knows {known}).",
    "catalogue_unavailable": "the list of pictures cannot be used: {reason}.",
    "journal_unwritable": "{file} cannot be written: {reason}.",
    "journal_unreadable": "{file} cannot be read: {reason}.",
    "journal_damaged": "{count} line(s) of the journal cannot be read and were left out.",
    "index_damaged": "the list of pictures is damaged: {reason}.",
    "picture_missing": "{file}: is not there.",
    "picture_changed": "{file}: holds another picture now.",
    "picture_not_listed": "{file}: is not in the list yet.",
    "row_differs": "{file}: the list says something else ({field}).",
    "tokens_out_of_range": "{file}: holds the token {found}; its model knows 0 to {allowed}.",
    "bad_backup": "{file} is not a whole backup: {reason}.",
    "newer_backup": "{file} was made by a newer Armchair (version {found}; this one knows {known}).",
    "os_error": "{file}: {reason}.",
}


def told(fault: Fault) -> str:
    """One sentence for a fault."""
    return _filled(fault.code, fault.parameters)


def as_command_error(error: ArmchairError) -> CommandError:
    """The same fault with a sentence that a terminal shows."""
    return CommandError(_filled(error.code, error.parameters))


def _filled(code: str, parameters: Mapping[str, Any]) -> str:
    template = SENTENCES.get(code) or ENGINE_SENTENCES.get(code)
    if template is None:
        return f"{code}: {', '.join(f'{name} {value}' for name, value in parameters.items())}."
    return template.format_map(defaultdict(lambda: "?", parameters))
