"""Between the search field's text and the filters that can be clicked: the text alone says what is searched.

Terms are as `core.library.search.query` reads them; those that no filter is for stay as they were typed.
"""

from __future__ import annotations

import re

from desktop_app.core.library.search.query import quoted

_TERM = re.compile(r'-?(?:[A-Za-z_]+:)?(?:"(?:[^"\\]|\\.)*(?:"|$)|\S+)', re.DOTALL)
_MANY = re.compile(r'[\s"]')
"""What must stand in quotation marks."""


def terms(text: str) -> list[str]:
    """The text's terms, as they were typed."""
    return _TERM.findall(text)


def has_flag(text: str, *names: str) -> bool:
    """Whether one of these words stands alone in the text, such as "fav"."""
    return any(term.lower() in names for term in terms(text))


def with_flag(text: str, on: bool, *names: str) -> str:
    """The text with the first of these words, or with none of them."""
    kept = [term for term in terms(text) if term.lower() not in names]
    return _joined([*kept, names[0]] if on else kept)


def value_of(text: str, *keys: str) -> str | None:
    """What the first term with one of these keys asks for, without quotation marks; None where there is none."""
    for term in terms(text):
        key, colon, value = term.partition(":")
        if colon and key.lower() in keys:
            return re.sub(r"\\(.)", r"\1", value.strip('"')) if value.startswith('"') else value
    return None


def with_value(text: str, value: str | None, *keys: str) -> str:
    """The text with `value` for the first of these keys, and no other term with one of them; None = none."""
    kept = [term for term in terms(text) if term.partition(":")[0].lower() not in keys or ":" not in term]
    if value is None:
        return _joined(kept)
    written = quoted(value) if _MANY.search(value) else value
    return _joined([*kept, f"{keys[0]}:{written}"])


def rating_of(text: str) -> int:
    """How many stars are asked for at least; 0 = no matter."""
    found = re.fullmatch(r">=([1-5])", value_of(text, "rating") or "")
    return int(found[1]) if found else 0


def _joined(parts: list[str]) -> str:
    return " ".join(parts)
