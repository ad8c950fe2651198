from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.errors import CorruptCheckpoint
from model_runtime.text.hashtags import WordFrequencies
from model_runtime.text.normalizer import TextNormalizer

WORDS = ["the", "a", "red", "boat", "sun", "sunset", "set", "night", "light"]


@pytest.mark.parametrize(
    ("hashtag", "words"),
    [
        ("redboat", "red boat"),
        ("RedBoat", "Red Boat"),
        ("sunset", "sunset"),
        ("sunsetboat2024", "sunset boat 2024"),
        ("red_boat", "red boat"),
        ("redq", "red q"),
        ("", ""),
        ("___", ""),
    ],
)
def test_splits_into_the_cheapest_words(hashtag: str, words: str) -> None:
    assert WordFrequencies(WORDS).split(hashtag) == words


@settings(deadline=None)
@given(st.text("redboatx19", max_size=40))
def test_splitting_only_adds_spaces(hashtag: str) -> None:
    words = WordFrequencies(WORDS).split(hashtag)
    assert words.replace(" ", "") == hashtag
    assert words == " ".join(words.split())


def test_an_empty_list_still_splits() -> None:
    assert WordFrequencies([]).split("ab12") == "a b 12"


def test_an_overlong_entry_is_not_a_word() -> None:
    assert WordFrequencies(["r" * 5000, "red"]).split("red" * 3000) == " ".join(["red"] * 3000)


def test_reads_the_first_column(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("red 900\nboat 800\n\nlight\n", encoding="utf-8")
    assert TextNormalizer(WordFrequencies.read(file))("#redboat #boatlight") == " red boat boat light"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00red"])
def test_an_unreadable_list_is_a_corrupt_checkpoint(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CorruptCheckpoint) as caught:
        WordFrequencies.read(file)
    assert caught.value.code == "corrupt_word_frequencies"
    assert caught.value.parameters["file"] == str(file)
