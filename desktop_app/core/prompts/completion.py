"""What could come next while a prompt is typed: whole earlier prompts, and words the model knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from desktop_app.core.prompts.known_words import KnownWords

LEAST_TYPED = 2
"""Letters before anything is offered: after one, nearly everything fits."""
MOST_PROMPTS, MOST_LOOSE, MOST = 5, 2, 8
"""Whole prompts; of these such as only contain what was typed; candidates in all."""
LONGEST_PHRASE = 5
"""Words of a phrase, such as "to the left of", that may have been typed before its rest is offered."""
_COMPARED = 300
"""Characters of a prompt that are compared; nobody types more to find one."""

_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\w")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
"""The combining marks of Unicode; a class is many times faster than asking for each character."""


class Source(StrEnum):
    """Where a candidate comes from."""

    PROMPT = "prompt"
    WORD = "word"


@dataclass(frozen=True)
class Candidate:
    """text: what takes the place of the text from `replace_from` to the cursor. group: of the word, or ""."""

    text: str
    source: Source
    group: str = ""


@dataclass(frozen=True)
class Completion:
    """Candidates, the likeliest first, all for the same stretch of the text."""

    replace_from: int = 0
    candidates: tuple[Candidate, ...] = ()


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """For comparing: lower case, without accents, one space between words and, where there is some, at the end."""
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return " ".join(text.casefold().split()) + (" " if text[-1:].isspace() else "")


class Completer:
    """Completes from one state of the history and one model's words; make a new one when either changes."""

    def __init__(self, prompts: Sequence[str], words: KnownWords | None = None) -> None:
        """prompts: newest first."""
        self._prompts = [(prompt, f" {folded(prompt[:_COMPARED])}") for prompt in prompts]
        known = words or KnownWords()
        listed = [(word, group) for group, grouped in known.groups.items() for word in grouped]
        # A word in several groups is offered with the first; the bare list comes last.
        listed += [(word, "") for word in sorted(known.single)]
        self._words = [(word, folded(word), group) for word, group in listed]

    def complete(self, text: str, cursor: int) -> Completion:
        """Candidates for a cursor between characters of `text`; none in the middle of a word.

        Where earlier prompts fit, every candidate replaces all that was typed; else only the last words.
        """
        typed, rest = text[:cursor], text[cursor:]
        if _LETTER.match(rest):
            return Completion()
        prompts = [] if rest.strip() else list(islice(self._fitting_prompts(typed), MOST_PROMPTS))
        words = list(self._fitting_words(typed))
        if not prompts and not words:
            return Completion()
        # Without prompts the phrase that continues the most of what was typed decides where to replace.
        begin = 0 if prompts else words[0][0]
        found = {prompt: Candidate(prompt, Source.PROMPT) for prompt in prompts}
        for start, word, group in words:
            new = typed[begin:start] + word
            found.setdefault(new, Candidate(new, Source.WORD, group))
        return Completion(begin, tuple(islice(found.values(), MOST)))

    def _fitting_prompts(self, typed: str) -> Iterator[str]:
        """Those that begin as typed, then those that have all the typed words; newest first in both."""
        beginning = folded(typed.lstrip())
        if len(beginning.strip()) < LEAST_TYPED:
            return
        begins = f" {beginning}"
        fitting = [(prompt, whole) for prompt, whole in self._prompts if len(whole) > len(begins.rstrip())]
        taken = {prompt for prompt, whole in fitting if whole.startswith(begins)}
        yield from (prompt for prompt, _ in fitting if prompt in taken)
        parts = [f" {word}" for word in beginning.split()]
        # Short words alone are in every other prompt.
        if len(beginning) > LEAST_TYPED and len(parts[-1]) > LEAST_TYPED:
            loose = (prompt for prompt, whole in fitting if all(part in whole for part in parts))
            yield from islice((prompt for prompt in loose if prompt not in taken), MOST_LOOSE)

    def _fitting_words(self, typed: str) -> Iterator[tuple[int, str, str]]:
        """(where to replace from, word, group): the longest typed tail that words continue goes first."""
        starts = [match.start() for match in _WORD.finditer(typed)][-LONGEST_PHRASE:]
        seen: set[str] = set()
        for start in starts:
            tail = folded(typed[start:])
            if len(tail.strip()) < LEAST_TYPED:
                continue
            for word, whole, group in self._words:
                if whole not in seen and len(whole) > len(tail) and whole.startswith(tail):
                    seen.add(whole)
                    yield start, word, group
