"""What a person types is understood, or taken as words; never refused."""

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.library.search.conditions import conditions
from desktop_app.core.library.search.query import (
    Between,
    Flag,
    IsOff,
    NumberIn,
    Query,
    TextIs,
    Words,
    parse,
    quoted,
)


def second(*parts: int) -> int:
    return int(datetime(*parts).astimezone().timestamp())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("fox", Words("fox")),
        ('"red fox"', Words("red fox", whole=True)),
        ('"red fox', Words("red fox", whole=True)),
        ("-hat", Words("hat", negated=True)),
        ('-"top hat"', Words("top hat", whole=True, negated=True)),
        ("fav", Flag("favourite")),
        ('"fav"', Words("fav", whole=True)),
        ("-missing", Flag("missing", negated=True)),
        ("is:unfinished", Flag("unfinished")),
        ("model:mega", TextIs("model", "mega")),
        ('collection:"Moon foxes"', TextIs("collection", "Moon foxes", whole=True)),
        ('prompt:"a \\"red\\" fox"', TextIs("prompt", 'a "red" fox', whole=True)),
        ("-tag:fox", TextIs("tag", "fox", negated=True)),
        ("rating:4", NumberIn("rating", 4, 4)),
        ("rating:>=4", NumberIn("rating", low=4)),
        ("rating:2..4", NumberIn("rating", 2, 4)),
        ("temperature:<1", NumberIn("temperature", high=1, high_open=True)),
        ("condition_scale:>3", NumberIn("scale", low=3, low_open=True)),
        ("scale:>.5", NumberIn("scale", low=0.5, low_open=True)),
        ("top_p:1e-05", NumberIn("top_p", 1e-05, 1e-05)),
        ("top_k:off", IsOff("top_k")),
        ("date:2026-11", Between(second(2026, 11, 1), second(2026, 12, 1))),
        ("date:2026-12", Between(second(2026, 12, 1), second(2027, 1, 1))),
        ("date:2026", Between(second(2026, 1, 1), second(2027, 1, 1))),
        ("date:2026-11-21", Between(second(2026, 11, 21), second(2026, 11, 22))),
        ("after:2026-11", Between(low=second(2026, 11, 1))),
        ("before:2026-11-3", Between(high=second(2026, 11, 3))),
    ],
)
def test_a_term_is_understood(text: str, term: object) -> None:
    assert parse(f"  {text} ") == Query((term,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "rating:",
        "rating:many",
        "rating:1.2.3..4",
        "date:2026-13",
        "date:0000",
        "who:knows",
        "temperature:off",
        "date:9999",
    ],
)
def test_a_filter_that_means_nothing_is_words(text: str) -> None:
    assert parse(text).terms[0] == Words(text)


def test_terms_stand_side_by_side() -> None:
    assert parse('moon "red fox" -hat rating:5').terms == (
        Words("moon"),
        Words("red fox", whole=True),
        Words("hat", negated=True),
        NumberIn("rating", 5, 5),
    )


@given(st.text(st.characters(codec=None), max_size=200) | st.text('abc:"\\-<>=.0123456789 ', max_size=60))
def test_nothing_typed_is_an_error(text: str) -> None:
    conditions(parse(text))


@given(st.text(max_size=50).filter(lambda text: text and "\0" not in text))
def test_what_is_quoted_is_read_as_it_was(text: str) -> None:
    assert parse(f"prompt:{quoted(text)}").terms == (TextIs("prompt", text, whole=True),)


def test_a_monster_is_read_at_once() -> None:
    begin = time.process_time()
    for text in ('"' * 10**6, "\\" * 10**6, "-" * 10**6, "a:" * 10**6, '"\\' * 10**6):
        parse(text)
    assert time.process_time() - begin < 2
