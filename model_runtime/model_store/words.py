"""What a small model knows, where that is little enough to list: `words.json` beside its `model.json`."""

from __future__ import annotations

from pathlib import Path

from model_runtime.config_file import read_json_object
from model_runtime.errors import CorruptCheckpoint

FILE_NAME = "words.json"
KEY = "known_words"
"""The entry that lists every single word of the captions it learned from; others group them for people."""


def read_known_words(file: Path) -> frozenset[str]:
    """All words the model was trained on, lower case. Raises CorruptCheckpoint where the file lists none."""
    listed = read_json_object(file).get(KEY)
    if not isinstance(listed, list) or not listed or not all(isinstance(word, str) for word in listed):
        raise CorruptCheckpoint(
            "bad_config", file=str(file), key=KEY, value=type(listed).__name__, allowed="a list of words"
        )
    return frozenset(word.casefold() for word in listed)
