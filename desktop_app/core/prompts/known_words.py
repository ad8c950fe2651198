"""What a model's `words.json` tells people: the words it knows in groups, and prompts with a picture it drew.

The file may come from a stranger. What does not fit is left out; nothing here raises for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType

from desktop_app.core.atomic_file import read_json
from model_runtime.model_store.words import FILE_NAME, KEY
from model_runtime.request import MAX_SEED

EXAMPLES_KEY = "examples"
MAX_GROUPS, MAX_WORDS, MAX_WORD = 64, 5000, 80
MAX_EXAMPLES, MAX_EXAMPLE_PROMPT = 64, 500
_PICTURES = frozenset({".png", ".webp", ".jpg", ".jpeg"})


@dataclass(frozen=True)
class Example:
    """A prompt that works. seed, picture: None where the file names none; a named picture need not exist."""

    prompt: str
    seed: int | None = None
    picture: Path | None = None


@dataclass(frozen=True)
class KnownWords:
    """groups: such as "objects", "scenes", in the file's order, each word once and in its spelling there.

    single: all words of the captions the model learned from, lower case; empty for a model of open vocabulary.
    """

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    single: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> KnownWords:
        """The words of the model in `folder`; nothing for one without a file or with a broken one."""
        try:
            values = read_json(folder / FILE_NAME)
        except (OSError, ValueError):
            return cls()
        groups: dict[str, tuple[str, ...]] = {}
        for name, listed in values.items():
            words = _words(listed)
            if name not in {KEY, EXAMPLES_KEY} and words and len(groups) < MAX_GROUPS and _is_line(name, MAX_WORD):
                groups[name] = words
        return cls(
            groups=MappingProxyType(groups),
            single=frozenset(word.casefold() for word in _words(values.get(KEY))),
            examples=_examples(values.get(EXAMPLES_KEY), folder),
        )


def _words(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list):
        return ()
    return tuple(dict.fromkeys(word for word in listed[:MAX_WORDS] if _is_line(word, MAX_WORD)))


def _is_line(value: object, longest: int) -> bool:
    """Whether it is text that can be shown as it is: one line, nothing invisible that turns it around."""
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= len(value) <= longest
        and not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in value)
    )


def _examples(listed: object, folder: Path) -> tuple[Example, ...]:
    found = []
    for item in listed[:MAX_EXAMPLES] if isinstance(listed, list) else ():
        if not isinstance(item, dict) or not _is_line(item.get("prompt"), MAX_EXAMPLE_PROMPT):
            continue
        seed = item.get("seed")
        usable = type(seed) is int and 0 <= seed <= MAX_SEED
        found.append(Example(item["prompt"], seed if usable else None, _picture(item.get("picture"), folder)))
    return tuple(found)


def _picture(name: object, folder: Path) -> Path | None:
    """The picture of that name below `folder`, also after links are followed, or None."""
    if not _is_line(name, 200) or not isinstance(name, str):
        return None
    # As every system reads it: on Linux "C:\x" and "..\x" would pass for file names.
    readings = PurePosixPath(name), PureWindowsPath(name)
    if any(reading.anchor or ".." in reading.parts for reading in readings):
        return None
    picture = folder.joinpath(*readings[1].parts)
    if picture.suffix.lower() not in _PICTURES:
        return None
    try:
        inside = picture.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link that leads to itself
        return None
    return picture if inside else None
