"""Telling what the model reads of a prompt, before anything is drawn."""

from __future__ import annotations

from desktop_app.cli.console import Console, shortened
from model_runtime.text.reading import PromptReading

SHOWN = 400
"""Characters of a text at most; models read 64 tokens, most of them shorter than this."""


def tell_reading(reading: PromptReading, console: Console) -> None:
    """Text, tokens of how many, what is cut, which words are unknown: on stderr, unless quiet."""
    read = _marked(reading).strip()
    tokens = f"{reading.tokens_used} of {reading.max_tokens} tokens"
    console.say(f"the model reads: {shortened(read, SHOWN)}  ({tokens})" if read else _nothing(tokens))
    if reading.is_cut:
        cut = shortened(reading.text[reading.cut_from :].strip(), 100)
        more = reading.tokens_in_all - reading.max_tokens
        console.say(f"too long, not read ({more} tokens more): {cut}")
    if reading.unknown_words:
        words = ", ".join(dict.fromkeys(word.text for word in reading.unknown_words))
        console.say(f"it does not know: {shortened(words, 200)}")


def _nothing(tokens: str) -> str:
    return f"the model reads: nothing, so it draws what it likes  ({tokens})"


def _marked(reading: PromptReading) -> str:
    """The text that is read, each unknown word as [word?]."""
    parts: list[str] = []
    at = 0
    for word in reading.unknown_words:
        parts += [reading.text[at : word.start], f"[{reading.text[word.start : word.end]}?]"]
        at = word.end
    parts.append(reading.text[at : reading.cut_from])
    return "".join(parts)
