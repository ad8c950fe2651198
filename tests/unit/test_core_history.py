"""Earlier prompts: kept in order, once each, through torn lines; and the walk through them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.prompts.history import HistoryCursor, PromptHistory


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "prompts.jsonl"


def test_the_newest_comes_first_and_each_once(file: Path) -> None:
    history = PromptHistory(file)
    for prompt in ("a fox", " a cat ", "a fox", "a fox", "", "  \n"):
        history.add(prompt)
    assert history.prompts == ("a fox", "a cat")
    assert PromptHistory(file).prompts == history.prompts
    assert len(file.read_text(encoding="utf-8").splitlines()) == 3


def test_only_so_many_are_kept_and_the_file_does_not_grow_without_end(file: Path) -> None:
    history = PromptHistory(file, limit=5)
    for number in range(103):
        history.add(f"prompt {number}")
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 10
    assert history.prompts == tuple(f"prompt {number}" for number in (102, 101, 100, 99, 98))
    assert PromptHistory(file, limit=5).prompts == history.prompts
    assert [found.name for found in file.parent.iterdir()] == ["prompts.jsonl"]


def test_a_torn_last_line_is_left_out_and_tears_nothing_else(file: Path) -> None:
    history = PromptHistory(file)
    history.add("a fox")
    history.add("a cat")
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-9], encoding="utf-8")
    again = PromptHistory(file)
    assert again.prompts == ("a fox",)
    again.add("a dog")
    assert PromptHistory(file).prompts == ("a dog", "a fox")


@pytest.mark.parametrize("line", ["", "5", "[]", "{}", '{"prompt": 3}', '{"prompt": " "}', "{", "[" * 100_000])
def test_strange_lines_do_no_harm(file: Path, line: str) -> None:
    file.parent.mkdir()
    file.write_text(f'{line}\n{{"prompt": "a fox"}}\n{line}\n', encoding="utf-8")
    assert PromptHistory(file).prompts == ("a fox",)


def test_an_endless_prompt_and_bytes_that_are_no_text_are_left_out(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"prompt": "x" * 100_001}) + "\n", encoding="utf-8")
    assert PromptHistory(file).prompts == ()
    file.write_bytes(b"\xff\xfe\n")
    assert PromptHistory(file).prompts == ()


@given(prompts=st.lists(st.text(st.characters(), min_size=1, max_size=8), max_size=12))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, prompts: list[str]) -> None:
    file = tmp_path_factory.mktemp("history") / "prompts.jsonl"
    history = PromptHistory(file, limit=4)
    for prompt in prompts:
        history.add(prompt)
    assert PromptHistory(file, limit=4).prompts == history.prompts
    expected = list(dict.fromkeys(prompt.strip() for prompt in reversed(prompts) if prompt.strip()))[:4]
    assert list(history.prompts) == expected


def test_removed_and_forgotten_prompts_leave_the_file(file: Path) -> None:
    history = PromptHistory(file)
    for prompt in ("a secret", "a fox", "a cat"):
        history.add(prompt)
    history.remove("a secret")
    history.remove("never there")
    assert history.prompts == ("a cat", "a fox")
    assert "secret" not in file.read_text(encoding="utf-8")
    history.forget_all()
    history.forget_all()
    assert history.prompts == ()
    assert not file.exists()
    history.add("a dog")
    assert PromptHistory(file).prompts == ("a dog",)


def test_memory_is_right_where_the_disk_refuses(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way", encoding="utf-8")
    history = PromptHistory(tmp_path / "data" / "prompts.jsonl")
    with pytest.raises(OSError, match="data"):
        history.add("a fox")
    assert history.prompts == ("a fox",)


PROMPTS = ("a fox", "two cats", "A foxglove", "a dog")


def test_the_walk_goes_up_and_comes_back_to_what_was_typed() -> None:
    cursor = HistoryCursor(PROMPTS)
    shown = ""
    for expected in PROMPTS:
        step = cursor.older(shown)
        assert step == expected
        shown = step
    assert cursor.older(shown) is None
    back = []
    while (step := cursor.newer(shown)) is not None:
        back.append(step)
        shown = step
    assert back == ["A foxglove", "two cats", "a fox", ""]


def test_the_walk_visits_only_what_begins_as_typed() -> None:
    cursor = HistoryCursor(PROMPTS)
    assert cursor.older("a FOXg") == "A foxglove"
    assert cursor.older("A foxglove") is None
    assert cursor.newer("A foxglove") == "a FOXg"
    assert cursor.newer("a FOXg") is None
    assert HistoryCursor(PROMPTS).older("zebra") is None


def test_a_whole_earlier_prompt_restricts_nothing() -> None:
    cursor = HistoryCursor(PROMPTS)
    assert cursor.older("a fox") == "two cats"
    assert cursor.newer("two cats") == "a fox"


def test_changed_text_begins_a_new_walk() -> None:
    cursor = HistoryCursor(PROMPTS)
    assert cursor.older("") == "a fox"
    assert cursor.newer("a fox!") is None
    assert cursor.older("a f") == "a fox"
    assert cursor.newer("a fox") == "a f"
    assert HistoryCursor(()).older("x") is None
