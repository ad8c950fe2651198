"""Splitting a hashtag into words: "redboat" is "red boat".

The official splitter adapts the wordninja heuristic: in a list ordered by frequency a word costs the
logarithm of its rank, and the cheapest way to cut the hashtag wins. The list (`enwiki-words-frequency.txt`)
is a download of its own, so it is optional here: without it a hashtag keeps its word unsplit.
"""

import math
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from model_runtime.errors import CorruptCheckpoint

# Longer entries in a list of words are no words; the cap bounds the time for a hostile hashtag.
_LONGEST_WORD = 64
_NOT_IN_A_WORD = re.compile("[^a-zA-Z0-9]+")


class WordFrequencies:
    """A list of words, most frequent first, that knows how to cut a run of letters into them."""

    def __init__(self, words: Iterable[str]) -> None:
        # A word that is listed twice has its later rank, as in the official table.
        self._costs = {word: math.log(rank) for rank, word in enumerate(words, start=1) if len(word) <= _LONGEST_WORD}
        self._longest = max(map(len, self._costs), default=0)

    @classmethod
    def read(cls, path: Path) -> "WordFrequencies":
        """Read a UTF-8 file whose first column is the word, one a line, most frequent first.

        Raises:
            CorruptCheckpoint: `corrupt_word_frequencies` when it cannot be read or is not UTF-8 text.
        """
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CorruptCheckpoint("corrupt_word_frequencies", file=str(path), reason="unreadable") from error
        return cls(line.split(maxsplit=1)[0] for line in lines if line.strip())

    def split(self, hashtag: str) -> str:
        """Words of `hashtag` (without its #), parted by single spaces. Digits stay together.

        What no word covers falls apart into single characters, as it does officially.
        Time grows with len(hashtag) times the longest word's length.
        """
        words = [word for part in _NOT_IN_A_WORD.split(hashtag) for word in self._split_run(part)]
        return " ".join(words)

    def _split_run(self, run: str) -> list[str]:
        ends: list[int] = []
        lengths = self._cheapest_last_words(run)
        end = len(run)
        while end > 0:
            if not (ends and run[end - 1].isdigit() and run[end].isdigit()):
                ends.append(end)
            end -= lengths[end]
        ends.append(0)
        ends.reverse()
        return [run[start:stop] for start, stop in pairwise(ends) if stop > start]

    def _cheapest_last_words(self, run: str) -> list[int]:
        """For each end in `run`, the last word's length in the cheapest cut up to there (ties: shorter)."""
        lowered = run.lower()
        total = [0.0]
        lengths = [0]
        for end in range(1, len(run) + 1):
            best, best_length = math.inf, 1
            for length in range(1, min(self._longest, end) + 1):
                cost = self._costs.get(lowered[end - length : end])
                if cost is not None and total[end - length] + cost < best:
                    best, best_length = total[end - length] + cost, length
            total.append(best)
            lengths.append(best_length)
        return lengths
