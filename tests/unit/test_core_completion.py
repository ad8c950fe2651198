"""What is offered while a prompt is typed."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.prompts.completion import MOST, Completer, Source, folded
from desktop_app.core.prompts.known_words import KnownWords

WORDS = KnownWords(
    groups={
        "objects": ("fox", "forest", "Éclair"),
        "scenes": ("on the moon", "on the beach"),
        "relations": ("on top of",),
    },
    single=frozenset({"fox", "the", "moon", "forms"}),
)
PROMPTS = ("a fox on the moon", "A FOX in the snow", "two Éclairs", "the snow and a fox", "a fox")


def offered(completer: Completer, text: str, cursor: int | None = None) -> tuple[int, list[str]]:
    completion = completer.complete(text, len(text) if cursor is None else cursor)
    return completion.replace_from, [candidate.text for candidate in completion.candidates]


def test_whole_prompts_come_first_the_newest_before_older_ones() -> None:
    assert offered(Completer(PROMPTS), "a f") == (0, ["a fox on the moon", "A FOX in the snow", "a fox"])
    assert offered(Completer(PROMPTS), "a fo")[1][-1] == "the snow and a fox"
    assert offered(Completer(PROMPTS), "a fox ")[1][:2] == ["a fox on the moon", "A FOX in the snow"]


def test_prompts_are_found_by_any_of_their_words() -> None:
    assert offered(Completer(PROMPTS), "snow fox") == (0, ["A FOX in the snow", "the snow and a fox"])
    assert offered(Completer(PROMPTS), "snow")[1] == ["A FOX in the snow", "the snow and a fox"]
    assert offered(Completer(PROMPTS), "now")[1] == []


def test_a_prompt_typed_in_full_is_not_offered() -> None:
    assert "a fox" not in offered(Completer(PROMPTS), "a fox")[1]
    assert "a fox" not in offered(Completer(PROMPTS), "a fox ")[1]


def test_few_are_offered_for_containing_what_was_typed() -> None:
    prompts = [f"{number} foxes on a hill" for number in range(9)]
    assert offered(Completer(["hill of foxes", *prompts]), "hill") == (0, ["hill of foxes", *prompts[:2]])


def test_accents_do_not_matter() -> None:
    assert offered(Completer(PROMPTS), "two ec") == (0, ["two Éclairs"])
    assert offered(Completer((), WORDS), "an ecl") == (3, ["Éclair"])
    assert offered(Completer((), WORDS), "an ÉCL") == (3, ["Éclair"])
    assert folded("Straße \n Ñandú ﬁn") == "strasse nandu fin"
    assert folded("a ") == "a "


def test_words_are_completed_where_they_begin() -> None:
    completer = Completer((), WORDS)
    assert offered(completer, "a red fo") == (6, ["fox", "forest", "forms"])
    assert offered(completer, "a fox on t") == (6, ["on the moon", "on the beach", "on top of"])
    assert offered(completer, "a fox on the ") == (6, ["on the moon", "on the beach"])
    assert offered(completer, "a fox on the mo") == (6, ["on the moon"])


def test_phrases_go_before_single_words_of_the_same_stretch() -> None:
    words = KnownWords(groups={"scenes": ("on the moon",)}, single=frozenset({"moonlit"}))
    assert offered(Completer((), words), "on the moo") == (0, ["on the moon", "on the moonlit"])


def test_with_prompts_words_complete_the_whole_text() -> None:
    completion = Completer(PROMPTS, WORDS).complete("a fo", 4)
    assert completion.replace_from == 0
    assert [(candidate.text, candidate.source, candidate.group) for candidate in completion.candidates[-3:]] == [
        ("the snow and a fox", Source.PROMPT, ""),
        ("a forest", Source.WORD, "objects"),
        ("a forms", Source.WORD, ""),
    ]


def test_in_the_middle_of_a_text() -> None:
    completer = Completer(PROMPTS, WORDS)
    assert offered(completer, "a fo on a hill", 4) == (2, ["fox", "forest", "forms"])
    assert offered(completer, "a forest", 4) == (0, [])


@pytest.mark.parametrize("text", ["", " ", "a", "  a", "xyzzy", "\n"])
def test_nothing_fits(text: str) -> None:
    assert offered(Completer(PROMPTS, WORDS), text) == (0, [])


@given(text=st.text(max_size=20), data=st.data())
def test_any_text_at_any_cursor(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(text)))
    completion = Completer(PROMPTS, WORDS).complete(text, cursor)
    texts = [candidate.text for candidate in completion.candidates]
    assert len(texts) <= MOST
    assert len(set(texts)) == len(texts)
    assert 0 <= completion.replace_from <= cursor


def test_a_long_history_is_no_burden() -> None:
    draw = random.Random(1)
    vocabulary = ["fox", "Éclair", "moon", "armchair", "avocado", "the", "on", "a", "of", "glass"]
    prompts = [" ".join(draw.choices(vocabulary, k=12)) + f" {number}" for number in range(1000)]
    completer = Completer(prompts, WORDS)
    took = []
    for text in ("fo", "a fox on the m", "glass moon", "zzz") * 5:
        began = time.perf_counter()
        completer.complete(text, len(text))
        took.append((time.perf_counter() - began, text))
    assert max(min(seconds for seconds, typed in took if typed == text) for _, text in took) < 0.005
