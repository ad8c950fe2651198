"""What a model's word list says, whoever wrote it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.prompts.known_words import MAX_EXAMPLES, MAX_WORDS, Example, KnownWords
from model_runtime.resources import resource_path


def write(folder: Path, values: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "words.json").write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    return folder


def test_the_starter_model_says_what_it_knows() -> None:
    words = KnownWords.read(resource_path("models", "starter"))
    assert {"objects", "plurals", "tints", "colours", "scenes", "styles"} <= set(words.groups)
    assert "known_words" not in words.groups
    assert words.groups["objects"]
    assert set(words.groups["objects"]) <= words.single


def test_groups_and_examples(tmp_path: Path) -> None:
    examples = [
        {"prompt": "a fox", "seed": 7, "picture": "examples/01.webp"},
        {"prompt": "a cat"},
    ]
    values = {"objects": ["Fox", "cat", "Fox"], "known_words": ["Fox", "a"], "examples": examples}
    words = KnownWords.read(write(tmp_path, values))
    assert dict(words.groups) == {"objects": ("Fox", "cat")}
    assert words.single == {"fox", "a"}
    assert words.examples == (Example("a fox", 7, tmp_path / "examples" / "01.webp"), Example("a cat"))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "\x00"])
def test_a_broken_file_says_nothing(tmp_path: Path, text: str) -> None:
    assert KnownWords.read(write(tmp_path, text)) == KnownWords()


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert KnownWords.read(tmp_path) == KnownWords()
    assert KnownWords.read(tmp_path / "nowhere") == KnownWords()


@pytest.mark.parametrize(
    "name",
    [
        "../outside.png",
        "examples/../../outside.png",
        "/etc/passwd",
        "/tmp/x.png",  # noqa: S108
        "C:\\x.png",
        "C:x.png",
        "..\\outside.png",
        "\\\\server\\share\\x.png",
        "file.txt",
        "examples",
        "",
        ".",
        "a\0b.png",
        "x" * 201 + ".png",
        7,
        ["a.png"],
        None,
    ],
)
def test_pictures_outside_the_folder_are_refused(tmp_path: Path, name: object) -> None:
    write(tmp_path / "model", {"examples": [{"prompt": "a fox", "seed": 1, "picture": name}]})
    (tmp_path / "outside.png").write_bytes(b"")
    assert KnownWords.read(tmp_path / "model").examples == (Example("a fox", 1),)


def test_links_do_not_lead_outside(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", {"examples": [{"prompt": "a fox", "picture": "link/x.png"}]})
    (tmp_path / "elsewhere").mkdir()
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    assert KnownWords.read(folder).examples[0].picture is None
    (folder / "link").unlink()
    (folder / "link").symlink_to(folder / "link")
    assert KnownWords.read(folder).examples[0].picture is None


def test_backslashes_of_another_system_still_name_the_picture(tmp_path: Path) -> None:
    write(tmp_path, {"examples": [{"prompt": "a fox", "picture": "examples\\1.png"}]})
    assert KnownWords.read(tmp_path).examples[0].picture == tmp_path / "examples" / "1.png"


def test_sizes_are_capped_and_trickery_left_out(tmp_path: Path) -> None:
    values: dict[str, Any] = {f"group {number}": ["x"] for number in range(100)}
    values["objects"] = ["evil\u202etxt", "two\nlines", "", " ", 3, "x" * 81]
    values["examples"] = [{"prompt": f"{number}", "seed": -1} for number in range(1000)]
    words = KnownWords.read(write(tmp_path, values))
    assert len(words.groups) == 64
    assert "objects" not in words.groups
    assert len(words.examples) == MAX_EXAMPLES
    assert all(example.seed is None for example in words.examples)
    words = KnownWords.read(write(tmp_path, {"objects": [str(number) for number in range(MAX_WORDS + 9)]}))
    assert len(words.groups["objects"]) == MAX_WORDS


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["prompt", "seed", "picture", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values=st.dictionaries(st.sampled_from(["objects", "known_words", "examples", ""]), json_values))
def test_nothing_raises(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    words = KnownWords.read(write(tmp_path_factory.mktemp("model"), values))
    assert all(isinstance(example.prompt, str) for example in words.examples)
    assert all(isinstance(word, str) for group in words.groups.values() for word in group)
