"""From the terms of a query to SQL: what the full-text index answers, and what the columns do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from desktop_app.core.library.connections import text
from desktop_app.core.library.marks import fold_tag
from desktop_app.core.library.search.query import Between, Flag, IsOff, NumberIn, Query, Term, TextIs, Words

Value = str | bytes | int | float

_COLUMNS: Mapping[str, str] = {
    "rating": "rating",
    "seed": "seed",
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "scale": "condition_scale",
    "score": "likelihood_gain",
    "clip": "clip_score",
}
_FLAGS: Mapping[str, str] = {
    "favourite": "favourite = 1",
    "missing": "missing = 1",
    "unfinished": "tokens_done < image_length",
}

_MODELS = """
    model_id IN (
        WITH RECURSIVE models (name) AS (
            SELECT min(model_id) FROM images
            UNION ALL SELECT (SELECT min(model_id) FROM images WHERE model_id > name) FROM models WHERE name IS NOT NULL
        )
        SELECT name FROM models WHERE instr(lower(name), lower(CAST(? AS TEXT))) > 0
    )
"""
"""Each model is looked at once, jumping through the index from one to the next."""


@dataclass(frozen=True)
class Condition:
    """Something about the columns of images, with the values for its question marks."""

    sql: str
    values: tuple[Value, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Conditions:
    """words, without: expressions for the full-text index; all of the first and none of the second must match.

    collections: of the terms that ask for one by its name, which only the finder can look up.
    """

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    columns: tuple[Condition, ...] = ()
    collections: tuple[TextIs, ...] = field(default=())


def conditions(query: Query) -> Conditions:
    """What must hold for a picture to be found."""
    words = [term for term in query.terms if isinstance(term, Words)]
    collections = tuple(term for term in query.terms if isinstance(term, TextIs) and term.name == "collection")
    columns = [_column(term) for term in query.terms if not isinstance(term, Words) and term not in collections]
    return Conditions(
        words=tuple(_expressions(term for term in words if not term.negated)),
        without=tuple(_expressions(term for term in words if term.negated)),
        columns=tuple(columns),
        collections=collections,
    )


def _expressions(words: Iterable[Words]) -> Iterable[str]:
    for term in words:
        # The index knows letters and figures; a term of signs alone would match nothing.
        if any(unicodedata.category(character)[0] in "LN" for character in term.text):
            literal = term.text.replace('"', '""')
            yield f'"{literal}"' + ("" if term.whole else "*")


def _column(term: Term) -> Condition:
    match term:
        case Flag():
            return Condition(_FLAGS[term.name], negated=term.negated)
        case IsOff():
            return Condition(f"{_COLUMNS[term.name]} IS NULL", negated=term.negated)
        case NumberIn():
            return _bounds(_COLUMNS[term.name], term.low, term.high, term.low_open, term.high_open, term.negated)
        case Between():
            return _bounds("second", term.low, term.high, False, True, term.negated)
        case TextIs():
            return _text(term)
        case _:
            raise TypeError(term)


def _bounds(
    column: str, low: float | None, high: float | None, low_open: bool, high_open: bool, negated: bool
) -> Condition:
    parts: list[str] = []
    values: list[Value] = []
    if low is not None:
        parts.append(f"{column} {'>' if low_open else '>='} ?")
        values.append(low)
    if high is not None:
        parts.append(f"{column} {'<' if high_open else '<='} ?")
        values.append(high)
    return Condition(" AND ".join(parts), tuple(values), negated)


def _text(term: TextIs) -> Condition:
    value = text(term.text)
    if term.name == "tag":
        folded = fold_tag(term.text)
        # A tag that is still being typed is found by its beginning.
        last = folded if term.whole else folded + "\U0010ffff"
        sql = "id IN (SELECT picture_id FROM tags WHERE folded BETWEEN CAST(? AS TEXT) AND CAST(? AS TEXT))"
        return Condition(sql, (text(folded), text(last)), term.negated)
    if term.name == "model":
        if term.whole:
            return Condition("model_id = CAST(? AS TEXT)", (value,), term.negated)
        return Condition(_MODELS, (value,), term.negated)
    column = {"source": "source", "prompt": "prompt", "run": "run_id"}[term.name]
    return Condition(f"{column} = CAST(? AS TEXT)", (value,), term.negated)
