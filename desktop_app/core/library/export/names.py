"""Names inside archives and galleries: safe to unpack anywhere, and each given once."""

from __future__ import annotations

import re
import unicodedata

MAX_STEM = 80
"""Characters: at most 240 bytes of UTF-8 for the scripts of the world, below every file system's 255."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.IGNORECASE)
_INVISIBLE = {"Cf", "Cc", "Co", "Cn"}
"""Unicode categories: what changes a name's direction or hides in it has no place there."""


def safe_stem(name: str) -> str:
    """A file's name without its ending as one that every system takes: no separators, no dots at the ends."""
    shown = "".join(mark for mark in name[: 8 * MAX_STEM] if unicodedata.category(mark) not in _INVISIBLE)
    stem = unicodedata.normalize("NFC", _UNSAFE.sub("-", shown)).strip(". ")[:MAX_STEM].rstrip(". ")
    while len(stem.encode()) > 3 * MAX_STEM:
        stem = stem[:-1]
    if _RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return stem or "picture"


class UniqueNames:
    """Gives names of one folder, each once, also where letters' case and accents' form do not count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def claim(self, stem: str, ending: str) -> str:
        """`stem` + `ending` made safe, with `-2`, `-3`, … where that is taken. `ending` is ours."""
        safe = safe_stem(stem)
        name, number = f"{safe}{ending}", 1
        while self._key(name) in self._taken:
            number += 1
            name = f"{safe}-{number}{ending}"
        self._taken.add(self._key(name))
        return name

    @staticmethod
    def _key(name: str) -> str:
        return unicodedata.normalize("NFKD", name).casefold()
