"""One preference as data: what it is called, what it may be, what it means."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from model_runtime.bounds import text
from model_runtime.errors import InvalidRequest

Value = str | int | bool
T = TypeVar("T", bound=Value)

_KEY = "preference"
MAX_TEXT = 4096


class Kind(StrEnum):
    """Which control shows it."""

    CHOICE = "choice"
    SWITCH = "switch"
    FOLDER = "folder"  # an absolute folder, "" = the usual one
    MODEL = "model"  # an installed id or a folder


class Group(StrEnum):
    """The sections of the preferences, in their order."""

    GENERAL = "general"
    DRAWING = "drawing"
    ENGINE = "engine"
    FOLDERS = "folders"
    PRIVACY = "privacy"


@dataclass(frozen=True)
class Choice:
    """One value of several. title: English, marked for translation; "" = the value speaks for itself."""

    value: str | int
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Preference:
    """A declaration. title, help: English, marked for translation in the context "Settings".

    choices: in the order to offer them, () for the other kinds. needs_restart: heard at the next start only.
    """

    key: str
    kind: Kind
    default: Value
    group: Group
    title: str
    help: str
    choices: tuple[Choice, ...] = ()
    needs_restart: bool = False

    def check(self, value: object) -> Value:
        """`value` if this preference can have it, else InvalidRequest with the key as its field."""
        return _CHECKS[self.kind](self, value)


def _switch(preference: Preference, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidRequest("unknown_choice", field=preference.key, value=value, allowed="true, false")
    return value


def _choice(preference: Preference, value: object) -> Value:
    for choice in preference.choices:
        # The kinds too: True equals 1 and 1.0 does, yet neither is a number of pictures.
        if type(value) is type(choice.value) and value == choice.value:
            return choice.value
    allowed = ", ".join(str(choice.value) for choice in preference.choices)
    raise InvalidRequest("unknown_choice", field=preference.key, value=value, allowed=allowed)


def _text(preference: Preference, value: object) -> str:
    words = text(preference.key, value, MAX_TEXT)
    if "\0" in words:  # no system takes it in a name, and Path says so only when used
        raise InvalidRequest("not_text", field=preference.key, value=value)
    return words


def _folder(preference: Preference, value: object) -> str:
    folder = _text(preference, value)
    if folder and not Path(folder).is_absolute():
        raise InvalidRequest("unknown_choice", field=preference.key, value=value, allowed="an absolute folder")
    return folder


def _model(preference: Preference, value: object) -> str:
    model = _text(preference, value)
    if not model.strip():
        raise InvalidRequest("unknown_choice", field=preference.key, value=value, allowed="the name of a model")
    return model


_CHECKS: dict[Kind, Callable[[Preference, object], Value]] = {
    Kind.CHOICE: _choice,
    Kind.SWITCH: _switch,
    Kind.FOLDER: _folder,
    Kind.MODEL: _model,
}


def declared(default: T, **declaration: Any) -> T:
    """A dataclass field that carries its declaration; typed as its value, as `dataclasses.field` is."""
    return dataclasses.field(default=default, metadata={_KEY: {"default": default, **declaration}})


def declarations_of(settings: type) -> tuple[Preference, ...]:
    """The declarations of a dataclass, in its order."""
    return tuple(Preference(key=field.name, **field.metadata[_KEY]) for field in dataclasses.fields(settings))
