"""Recipes that are refused: every field of a stranger's is checked, and named."""

import base64
import itertools
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.errors import CorruptPicture
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import MAX_JSON, from_json, to_json

RecipeMaker = Callable[..., Recipe]


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change to the JSON tree: sets the entry at a dotted path, or removes it where `value` is ..."""

    def change(tree: dict[str, Any]) -> None:
        *parents, key = path.split(".")
        for parent in parents:
            tree = tree[parent]
        if value is ...:
            del tree[key]
        else:
            tree[key] = value

    return change


REQUIRED = [
    "schema",
    "id",
    "run",
    "index",
    "created",
    "prompt",
    "seed",
    "sampling",
    "sampling.temperature",
    "sampling.condition_scale",
    "model",
    "model.id",
    "text",
    "text.normalizer",
    "noise",
    "engine",
    "engine.batch",
    "image_length",
    "tokens_done",
    "tokens",
    "log_probs",
    "scores",
]
BAD: list[tuple[str, object]] = [
    *((path, ...) for path in REQUIRED),
    *itertools.product(REQUIRED, (None, [], True)),
    ("model", {"x": 1}),
    ("schema", 0),
    ("schema", "1"),
    ("id", "not-a-uuid"),
    ("id", "../../../etc/passwd"),
    ("run", "G" * 36),
    ("index", 64),
    ("index", 1.0),
    ("seed", -1),
    ("seed", 2**53),
    ("created", "yesterday"),
    ("created", "2026-11-21T14:15:02"),
    ("created", "0001-01-01T00:00:00+14:00"),
    ("created", "9999-12-31T23:59:59-14:00"),
    ("prompt", "x" * 100_001),
    ("sampling.temperature", 0),
    ("sampling.temperature", 10**400),
    ("sampling.top_k", 0),
    ("sampling.top_k", 1.5),
    ("sampling.top_p", 2),
    ("sampling.condition_scale", 1000),
    ("model.id", "x" * 201),
    ("model.id", "two\nlines"),
    ("model.id", 7),
    ("model.revision", "\ud800"),
    ("model.sha256", "AB" * 32),
    ("model.sha256", "ab"),
    ("engine.batch", 0),
    ("engine.device", "x" * 41),
    ("image_length", 0),
    ("image_length", 2**40),
    ("image_length", 15),
    ("tokens_done", 15),
    ("tokens_done", 17),
    ("tokens", ""),
    ("tokens", "é" * 44),
    ("tokens", "A" * 4000),
    ("tokens", "AAAA AAA" * 5),
    ("fixed", []),
    ("fixed", {"mask": "AA==", "ahead": ""}),
    ("fixed", {"mask": "AAA=", "ahead": "AAA="}),
    ("fixed", {"mask": "AAA="}),
    ("log_probs.conditional", "AAAA"),
    ("log_probs.conditional", base64.b64encode(np.ones(16, "<f2").tobytes()).decode()),
    ("scores.likelihood_gain", "1"),
    ("scores.clip", 10**400),
    ("parent", "photo"),
    ("parent", {"kind": "Photo"}),
    ("parent", {"kind": "photo", "id": "x"}),
    ("parent", {"kind": "photo", "id": "/home/ada/photo.jpg"}),
    ("program", "x" * 41),
]


@pytest.mark.parametrize(("path", "value"), BAD, ids=lambda part: repr(part)[:30])
def test_a_bad_field_is_named(make_recipe: RecipeMaker, path: str, value: object) -> None:
    tree = json.loads(to_json(make_recipe()))
    put(path, value)(tree)
    with pytest.raises(CorruptPicture) as caught:
        from_json(json.dumps(tree), file="x.png")
    assert caught.value.code == "bad_recipe"
    assert caught.value.parameters["file"] == "x.png"
    named = str(caught.value.parameters["field"])
    # A wrong length shows in the arrays that it is the length of.
    assert path.startswith(named) or named.startswith(path) or path in ("image_length", "tokens_done")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"x"',
        "{}",
        "{" * 100_000,
        "[" * 100_000,
        "9" * 10_000,
        '{"schema": 1e999}',
        '{"schema": NaN}',
        " " * (MAX_JSON + 1),
    ],
    ids=lambda text: text[:12],
)
def test_what_is_no_recipe_at_all_is_refused(text: str) -> None:
    with pytest.raises(CorruptPicture) as caught:
        from_json(text)
    assert caught.value.code == "bad_recipe"


def test_numbers_that_json_does_not_have_are_refused(make_recipe: RecipeMaker) -> None:
    for word in ("NaN", "Infinity", "1e999"):
        text = to_json(make_recipe()).replace('"temperature":1.0', f'"temperature":{word}')
        with pytest.raises(CorruptPicture):
            from_json(text)


def test_a_newer_recipe_says_so(make_recipe: RecipeMaker) -> None:
    tree = json.loads(to_json(make_recipe()))
    with pytest.raises(CorruptPicture) as caught:
        from_json(json.dumps({"schema": 2, "prompt": tree["prompt"]}), file="x.png")
    assert caught.value.code == "newer_recipe"
    assert caught.value.parameters == {"file": "x.png", "found": 2, "known": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ALL_PATHS = [
    *REQUIRED,
    "fixed",
    "parent",
    "model.id",
    "log_probs.conditional",
    "scores.clip",
    "sampling.top_p",
]


@given(path=st.sampled_from(ALL_PATHS), value=json_values)
def test_any_value_in_any_field_is_read_or_refused(make_recipe: RecipeMaker, path: str, value: object) -> None:
    tree = json.loads(to_json(make_recipe()))
    put(path, value)(tree)
    try:
        recipe = from_json(json.dumps(tree))
    except CorruptPicture:
        return
    assert from_json(to_json(recipe)) == recipe
