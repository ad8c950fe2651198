"""What an installed model reads of a prompt, found out from its small files alone.

Torch is not needed, so that the reading can be shown long before the model is in memory.
"""

from __future__ import annotations

import dataclasses

from model_runtime.config_file import read_json_object, switch, whole_number
from model_runtime.model_store.lookup import ModelFolder
from model_runtime.model_store.words import read_known_words
from model_runtime.text.normalizer import TextNormalizer
from model_runtime.text.reading import PromptReading, Word, read_prompt
from model_runtime.text.tokenizer import PromptTokenizer


class PromptReader:
    """Reads prompts as one model does."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raises CorruptCheckpoint where the text model's config, tokenizer or word list cannot be read."""
        file = folder.text_model / "config.json"
        config = read_json_object(file)
        normalizes = switch({"normalize_text": True} | config, "normalize_text", file=file)
        self._tokenizer = PromptTokenizer.load(
            folder.text_model,
            max_text_length=whole_number(config, "max_text_length", file=file, lowest=3),
            normalizer=TextNormalizer() if normalizes else str,
        )
        self._words = read_known_words(folder.words) if folder.words else None

    def read(self, prompt: str, *, typing: bool = False) -> PromptReading:
        """The reading of `prompt`; never raises.

        typing: its last word is still being typed, so that it is not unknown while a known one begins so.
        """
        reading = read_prompt(prompt, self._tokenizer, self._words)
        if typing and reading.unknown_words and self._may_become_known(reading.text, reading.unknown_words[-1]):
            return dataclasses.replace(reading, unknown_words=reading.unknown_words[:-1])
        return reading

    def _may_become_known(self, text: str, word: Word) -> bool:
        is_last = word.end == len(text.rstrip())
        return is_last and self._words is not None and any(known.startswith(word.text) for known in self._words)
