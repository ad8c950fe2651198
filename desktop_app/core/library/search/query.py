"""What a person types into the search field, taken apart; nothing that can be typed is an error.

    moon fox                   both words, or words that begin so; case and accents do not matter
    "red fox"                  these words in a row         -hat    without it; works for filters too
    model:mega source:plain    tag:fox collection:"Moon foxes" prompt:"exactly this"
    date:2026-11 date:2026-11-21 after:2026-11-03 before:2027
    rating:4 rating:>=4 rating:2..4 seed:7 temperature:<1 top_k:off top_p:0.95 scale:>3 score:>1 clip:>0.3
    fav unfinished missing     only those; in quotation marks they are words

A filter that cannot be understood is a word like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MAX_LENGTH = 2_000
"""Characters that are looked at."""
MAX_TERMS = 64

TEXTS = frozenset({"model", "source", "tag", "collection", "prompt", "run"})
NUMBERS = frozenset({"rating", "seed", "temperature", "top_k", "top_p", "scale", "score", "clip"})
OPTIONAL = frozenset({"top_k", "top_p", "seed", "score", "clip"})
"""Numbers that a picture may lack: `top_k:off`."""
FLAGS: Mapping[str, str] = {
    "fav": "favourite",
    "favourite": "favourite",
    "favorite": "favourite",
    "unfinished": "unfinished",
    "missing": "missing",
}
_OTHER_NAMES: Mapping[str, str] = {"condition_scale": "scale", "collections": "collection", "tags": "tag"}
_TERM = re.compile(
    r'(?P<no>-)?(?:(?P<key>[A-Za-z_]+):)?(?:"(?P<phrase>(?:[^"\\]|\\.)*)(?P<end>"|$)|(?P<word>\S+))', re.DOTALL
)
_RANGE = re.compile(r"(?P<low>-?[0-9.]+)\.\.(?P<high>-?[0-9.]+)")
_COMPARED = re.compile(r"(?P<sign>>=|<=|>|<|=)?(?P<number>-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e-?[0-9]+)?)")
_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?)?")


@dataclass(frozen=True)
class Words:
    """Words in a row; whole: as they are, else the last may go on."""

    text: str
    whole: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Flag:
    """favourite, unfinished or missing."""

    name: str
    negated: bool = False


@dataclass(frozen=True)
class TextIs:
    """name: one of TEXTS. whole: in quotation marks, so the whole text rather than a part or a beginning."""

    name: str
    text: str
    whole: bool = False
    negated: bool = False


@dataclass(frozen=True)
class NumberIn:
    """name: one of NUMBERS. None = no bound; `low_open`, `high_open`: the bound itself does not count."""

    name: str
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    negated: bool = False


@dataclass(frozen=True)
class IsOff:
    """A number of OPTIONAL that the picture lacks."""

    name: str
    negated: bool = False


@dataclass(frozen=True)
class Between:
    """When it was drawn, in whole seconds since 1970: low <= second < high; None = no bound."""

    low: int | None = None
    high: int | None = None
    negated: bool = False


Term = Words | Flag | TextIs | NumberIn | IsOff | Between


@dataclass(frozen=True)
class Query:
    """All terms must hold; none = everything."""

    terms: tuple[Term, ...] = ()


def parse(text: str) -> Query:
    """What a text means; dates are those of the user's own calendar."""
    found = list(_TERM.finditer(text[:MAX_LENGTH].replace("\0", " ")))[:MAX_TERMS]
    return Query(tuple(_term(match) for match in found))


def quoted(text: str) -> str:
    """A text so that `parse` takes it as one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _term(match: re.Match[str]) -> Term:
    negated = match["no"] is not None
    whole = match["phrase"] is not None
    value = re.sub(r"\\(.)", r"\1", match["phrase"], flags=re.DOTALL) if whole else match["word"]
    if whole and not match["end"]:  # still being typed: the space after it is nobody's
        value = value.rstrip()
    key = (match["key"] or "").lower()
    if not key:
        if not whole and value.lower() in FLAGS:
            return Flag(FLAGS[value.lower()], negated)
        return Words(value, whole, negated)
    filtered = _filter(_OTHER_NAMES.get(key, key), value, whole, negated)
    return filtered or Words(f"{match['key']}:{value}", whole, negated)


def _filter(key: str, value: str, whole: bool, negated: bool) -> Term | None:
    if key == "is" and value.lower() in FLAGS:
        return Flag(FLAGS[value.lower()], negated)
    if key in TEXTS and value:
        return TextIs(key, value, whole, negated)
    if key in NUMBERS:
        return _number(key, value, negated)
    if key in _DATES:
        return _DATES[key](value, negated)
    return None


def _number(key: str, value: str, negated: bool) -> Term | None:
    if key in OPTIONAL and value.lower() in ("off", "none"):
        return IsOff(key, negated)
    between = _RANGE.fullmatch(value)
    try:
        if between:
            return NumberIn(key, float(between["low"]), float(between["high"]), negated=negated)
        compared = _COMPARED.fullmatch(value)
        if not compared:
            return None
        number, sign = float(compared["number"]), compared["sign"] or "="
    except ValueError:  # two points in a number
        return None
    low = number if sign in ("=", ">", ">=") else None
    high = number if sign in ("=", "<", "<=") else None
    return NumberIn(key, low, high, sign == ">", sign == "<", negated)


def _days(value: str) -> tuple[int, int] | None:
    """First second of a year, month or day of the user's own calendar, and of what comes after it."""
    match = _DATE.fullmatch(value)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            after = first + timedelta(days=1)
        else:
            after = date(year, month + 1, 1) if 0 < month < 12 else date(year + 1, 1, 1)
        return _second(first), _second(after)
    except (ValueError, OverflowError, OSError):
        return None


def _second(day: date) -> int:
    return int(datetime.combine(day, time()).astimezone().timestamp())


def _date(value: str, negated: bool) -> Term | None:
    days = _days(value)
    return None if days is None else Between(*days, negated=negated)


def _after(value: str, negated: bool) -> Term | None:
    days = _days(value)
    return None if days is None else Between(low=days[0], negated=negated)


def _before(value: str, negated: bool) -> Term | None:
    days = _days(value)
    return None if days is None else Between(high=days[0], negated=negated)


_DATES: Mapping[str, Callable[[str, bool], Term | None]] = {
    "date": _date,
    "day": _date,
    "after": _after,
    "since": _after,
    "before": _before,
}
