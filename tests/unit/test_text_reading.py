import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.text.reading import read_prompt
from model_runtime.text.tokenizer import PromptTokenizer

FOLDER = Path(__file__).parents[1] / "parity" / "reference" / "dallebart-mini-tiny" / "scan"
LENGTH = 24
TOKENIZER = PromptTokenizer.load(FOLDER, max_text_length=LENGTH)


def test_a_short_prompt_is_read_whole() -> None:
    reading = read_prompt("A small RED boat!", TOKENIZER)
    assert reading.text == " a small red boat"
    assert "".join(reading.text[piece.start : piece.end] for piece in reading.pieces) == reading.text
    assert reading.tokens_used == reading.tokens_in_all == len(reading.pieces) + 2
    assert reading.max_tokens == LENGTH
    assert not reading.is_cut
    assert reading.cut_from == len(reading.text)
    assert reading.unknown_words == ()


def test_a_long_prompt_is_cut_where_the_model_stops_reading() -> None:
    reading = read_prompt("the lighthouse watches " * 20, TOKENIZER)
    assert reading.is_cut
    assert reading.tokens_used == LENGTH < reading.tokens_in_all
    assert [piece.is_cut for piece in reading.pieces].index(True) == LENGTH - 2
    assert reading.cut_from == reading.pieces[LENGTH - 2].start
    read = TOKENIZER.encode("the lighthouse watches " * 20).token_ids
    assert [token for token, *_ in TOKENIZER.split(reading.text)][: LENGTH - 2] == list(read[1:-1])


def test_words_the_model_was_not_trained_on_are_named_with_their_place() -> None:
    reading = read_prompt("the Zebra's red boat, 3.5 dragons", TOKENIZER, {"the", "red", "boat", "zebra"})
    assert [word.text for word in reading.unknown_words] == ["3.5", "dragons"]
    assert all(reading.text[word.start : word.end] == word.text for word in reading.unknown_words)


def test_unknown_words_beyond_the_cut_are_left_out() -> None:
    reading = read_prompt("red " * 40 + "dragon", TOKENIZER, {"red"})
    assert reading.is_cut
    assert reading.unknown_words == ()


@pytest.mark.parametrize("unknown", [None, "<unk>"], ids=["dropped", "unk"])
def test_words_that_the_vocabulary_cannot_spell_are_unknown(unknown: str | None, tmp_path: Path) -> None:
    vocabulary = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "Ġ": 4, "c": 5, "a": 6, "t": 7}
    settings = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
        "model": {"type": "BPE", "vocab": vocabulary, "merges": [], "unk_token": unknown},
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    tokenizer = PromptTokenizer.load(tmp_path, max_text_length=LENGTH)
    reading = read_prompt("cat bat act at z", tokenizer)
    assert [word.text for word in reading.unknown_words] == ["bat", "z"]
    assert any(piece.is_unknown for piece in reading.pieces) == (unknown is not None)


@settings(deadline=None)
@given(
    st.text(st.characters(codec=None, categories=None), max_size=80),
    st.none() | st.sets(st.sampled_from(["a", "red", "boat"])),
)
def test_any_prompt_is_read(prompt: str, known_words: set[str] | None) -> None:
    reading = read_prompt(prompt, TOKENIZER, known_words)
    assert reading.tokens_used == sum(TOKENIZER.encode(prompt).attention_mask)
    assert reading.tokens_in_all == len(reading.pieces) + 2
    assert reading.is_cut == any(piece.is_cut for piece in reading.pieces)
    assert "".join(reading.text[piece.start : piece.end] for piece in reading.pieces) == reading.text
