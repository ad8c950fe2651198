import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model_runtime.errors import CorruptCheckpoint
from model_runtime.text.tokenizer import PromptTokenizer

FOLDER = Path(__file__).parents[1] / "parity" / "reference" / "dallebart-mini-tiny" / "scan"
LENGTH = 24
TOKENIZER = PromptTokenizer.load(FOLDER, max_text_length=LENGTH)
RAW = PromptTokenizer.load(FOLDER, max_text_length=LENGTH, normalizer=str)

anything = st.text(st.characters(codec=None, categories=None), max_size=60)


@pytest.mark.parametrize("tokenizer", [TOKENIZER, RAW], ids=["normalised", "raw"])
@settings(deadline=None)
@given(prompt=anything)
def test_a_row_is_full_length_and_ends_its_tokens_with_the_end_token(tokenizer: PromptTokenizer, prompt: str) -> None:
    encoded = tokenizer.encode(prompt)
    used = sum(encoded.attention_mask)
    assert len(encoded.token_ids) == len(encoded.attention_mask) == LENGTH
    assert encoded.attention_mask == (1,) * used + (0,) * (LENGTH - used)
    assert encoded.token_ids[0] == tokenizer.special.begin
    assert encoded.token_ids[used - 1] == tokenizer.special.end
    assert set(encoded.token_ids[used:]) <= {tokenizer.special.pad}
    assert max(encoded.token_ids) < tokenizer.vocab_size


@settings(deadline=None)
@given(anything)
def test_spans_tile_the_text(prompt: str) -> None:
    text = RAW.normalize(prompt)
    covered = 0
    for _, start, end in RAW.split(text):
        # The bytes of one character may be several tokens with one span.
        assert start <= covered <= end
        covered = end
    assert covered == len(text)


def test_an_empty_prompt_is_not_the_unconditional_row() -> None:
    assert TOKENIZER.unconditional.token_ids == (0, 2) + (1,) * (LENGTH - 2)
    assert sum(TOKENIZER.unconditional.attention_mask) == 2
    assert sum(TOKENIZER.encode("").attention_mask) == 3


def test_typed_control_tokens_are_ordinary_characters() -> None:
    ids = RAW.encode("<s></s><pad>").token_ids
    used = sum(RAW.encode("<s></s><pad>").attention_mask)
    assert not {0, 1, 2} & set(ids[1 : used - 1])


def test_a_row_needs_room_for_a_token() -> None:
    with pytest.raises(ValueError, match="at least one token"):
        PromptTokenizer.load(FOLDER, max_text_length=2)


def damaged(folder: Path, name: str, content: bytes | None) -> Path:
    """A copy of the two-file layout in `folder` where file `name` holds `content`, or is missing."""
    for part in ("vocab.json", "merges.txt"):
        (folder / part).write_bytes((FOLDER / part).read_bytes())
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    return folder


WORD_LEVEL = {
    "version": "1.0",
    "added_tokens": [],
    "model": {"type": "WordLevel", "vocab": {}, "unk_token": "?"},
}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vocab.json", None, "missing"),
        ("merges.txt", None, "missing"),
        ("vocab.json", b"", "unreadable"),
        ("vocab.json", b"[1, 2]", "unreadable"),
        ("merges.txt", b"\xff\xfe\n", "unreadable"),
        ("merges.txt", b"#version: 0.2\nno-such-token x\n", "unreadable"),
        ("tokenizer.json", b"{", "unreadable"),
        ("tokenizer.json", json.dumps(WORD_LEVEL).encode(), "not_bpe"),
    ],
)
def test_broken_files_are_named(name: str, content: bytes | None, reason: str, tmp_path: Path) -> None:
    with pytest.raises(CorruptCheckpoint) as caught:
        PromptTokenizer.load(damaged(tmp_path, name, content), max_text_length=LENGTH)
    assert caught.value.code == "corrupt_tokenizer"
    assert caught.value.parameters["reason"] == reason


def test_a_vocabulary_without_control_tokens_is_refused(tmp_path: Path) -> None:
    damaged(tmp_path, "vocab.json", json.dumps({"a": 0, "b": 1}).encode())
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    with pytest.raises(CorruptCheckpoint) as caught:
        PromptTokenizer.load(tmp_path, max_text_length=LENGTH)
    assert caught.value.parameters == {"file": str(tmp_path / "vocab.json"), "reason": "no_special_tokens"}


def test_settings_of_other_programs_in_the_file_do_not_matter(tmp_path: Path) -> None:
    settings = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    settings["model"]["dropout"] = 0.9
    settings["truncation"] = {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    settings["padding"] = {
        "strategy": {"Fixed": 9},
        "direction": "Left",
        "pad_to_multiple_of": None,
        "pad_id": 1,
        "pad_type_id": 0,
        "pad_token": "<pad>",
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    tokenizer = PromptTokenizer.load(tmp_path, max_text_length=LENGTH)
    prompt = "a small red boat on a lake"
    assert tokenizer.encode(prompt) == TOKENIZER.encode(prompt)
