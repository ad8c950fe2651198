"""What the model reads of a prompt: shown live under the prompt, and by `armchair-cli draw`."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import NamedTuple

from model_runtime.text.tokenizer import PromptTokenizer, TextToken

# "it's", "3.5" and "3/4" are one word each, as the normaliser keeps them.
_WORD = re.compile(r"\w+(?:['./]\w+)*")


class Piece(NamedTuple):
    """One token's characters in the normalised text, the space before a word included."""

    start: int
    end: int
    is_cut: bool
    is_unknown: bool


class Word(NamedTuple):
    """A word and where it stands in the normalised text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PromptReading:
    """A prompt through the model's eyes. Counts of tokens include `<s>` and `</s>`.

    `text` is the normalised prompt, with the space that begins it. `unknown_words` are in the text's order,
    those beyond the cut left out: the model never meets them.
    """

    text: str
    pieces: tuple[Piece, ...]
    tokens_used: int
    tokens_in_all: int
    max_tokens: int
    unknown_words: tuple[Word, ...]

    @property
    def is_cut(self) -> bool:
        """Whether the prompt is longer than the model reads."""
        return self.tokens_in_all > self.max_tokens

    @property
    def cut_from(self) -> int:
        """Where in `text` the part begins that is not read; len(text) where all of it is."""
        return next((piece.start for piece in self.pieces if piece.is_cut), len(self.text))


def read_prompt(prompt: str, tokenizer: PromptTokenizer, known_words: Set[str] | None = None) -> PromptReading:
    """Normalise and tokenise `prompt` and say what becomes of its words. Never raises for any string.

    `known_words`: all words a small model was trained on, lower case. Without them only words are unknown
    that the vocabulary cannot spell.
    """
    text = tokenizer.normalize(prompt)
    tokens = tokenizer.split(text)
    max_content = tokenizer.max_text_length - 2
    unknown_id = tokenizer.special.unknown
    pieces = tuple(
        Piece(start, end, index >= max_content, token_id == unknown_id)
        for index, (token_id, start, end) in enumerate(tokens)
    )
    readable_to = pieces[max_content].start if len(pieces) > max_content else len(text)
    unspellable = _unspellable(tokens, unknown_id, len(text))
    tokens_in_all = len(tokens) + 2
    return PromptReading(
        text=text,
        pieces=pieces,
        tokens_used=min(tokens_in_all, tokenizer.max_text_length),
        tokens_in_all=tokens_in_all,
        max_tokens=tokenizer.max_text_length,
        unknown_words=tuple(
            word
            for word in _words(text, readable_to)
            if _is_unknown(word.text, known_words)
            or (unspellable and not unspellable.isdisjoint(range(word.start, word.end)))
        ),
    )


def _words(text: str, end: int) -> Iterator[Word]:
    return (Word(match[0], *match.span()) for match in _WORD.finditer(text) if match.start() < end)


def _is_unknown(word: str, known_words: Set[str] | None) -> bool:
    return known_words is not None and word not in known_words and word.removesuffix("'s") not in known_words


def _unspellable(tokens: Iterable[TextToken], unknown_id: int | None, length: int) -> set[int]:
    """Positions of characters that became `<unk>` or, as the library does without one, nothing at all."""
    positions: set[int] = set()
    covered = 0
    for token_id, start, end in tokens:
        if start > covered:
            positions.update(range(covered, start))
        if token_id == unknown_id:
            positions.update(range(start, end))
        covered = end
    positions.update(range(covered, length))
    return positions
