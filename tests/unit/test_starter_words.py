"""The word list of the starter model that ships: what it offers people to try."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PIL import Image

from model_runtime.model_store.words import read_known_words
from model_runtime.resources import resource_path

FOLDER = resource_path("models", "starter")


@pytest.fixture(scope="module")
def words() -> dict[str, Any]:
    return dict(json.loads((FOLDER / "words.json").read_text(encoding="utf-8")))


def test_there_are_24_examples_each_with_its_own_small_picture(words: dict[str, Any]) -> None:
    examples = words["examples"]
    assert len({example["prompt"] for example in examples}) == len(examples) == 24
    pictures = [FOLDER / example["picture"] for example in examples]
    assert sorted(pictures) == sorted((FOLDER / "examples").iterdir()), "no picture without a prompt"
    assert sum(file.stat().st_size for file in pictures) < 400_000
    for example, file in zip(examples, pictures, strict=True):
        assert isinstance(example["seed"], int) and example["seed"] >= 0
        with Image.open(file) as picture:
            picture.load()
            assert picture.format == "WEBP"
            assert picture.width == picture.height
            assert 96 <= picture.width <= 160


def test_examples_use_only_words_that_the_model_knows(words: dict[str, Any]) -> None:
    known = read_known_words(FOLDER / "words.json")
    for example in words["examples"]:
        unknown = set(example["prompt"].replace(",", "").split()) - known
        assert not unknown, example["prompt"]


def test_every_kind_of_word_is_listed(words: dict[str, Any]) -> None:
    for kind in ("objects", "plurals", "tints", "colours", "scenes", "styles", "sizes", "counts", "relations", "hats"):
        assert words[kind], kind
        assert all(isinstance(word, str) for word in words[kind])
