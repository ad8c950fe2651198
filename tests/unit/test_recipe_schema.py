"""The recipe as JSON: everything comes back, and nothing of a stranger's is believed."""

import base64
import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.recipe.record import ModelIdentity, Parent, Recipe
from model_runtime.recipe.schema import from_json, to_json
from model_runtime.request import SamplingSettings

RecipeMaker = Callable[..., Recipe]

any_text = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from('a ,:"\\\n\r\t\x00\x1b\x7f\x85\u2028\ud83d\udc00\ufeff\ufffe🪑&<>]{}%é椅'), max_size=60
)
"""Any prompt; the second half is rich in what breaks formats."""


def fixed_tokens(*places: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    fixed = np.full(16, -1, np.int32)
    fixed[list(places)] = [4000 * place for place in places]
    return fixed


@given(prompt=any_text)
def test_any_prompt_comes_back(make_recipe: RecipeMaker, prompt: str) -> None:
    recipe = make_recipe(prompt)
    text = to_json(recipe)
    assert text.isascii()
    assert from_json(text) == recipe


@pytest.mark.parametrize("done", [0, 1, 15, 16])
def test_unfinished_pictures_keep_the_fixed_tokens_that_lie_ahead(make_recipe: RecipeMaker, done: int) -> None:
    recipe = make_recipe(done=done, fixed_tokens=fixed_tokens(0, 7, 15))
    back = from_json(to_json(recipe))
    assert back == recipe
    assert back.fixed_tokens is not None
    assert back.fixed_tokens.tolist() == fixed_tokens(0, 7, 15).tolist()
    assert (back.tokens_done, back.finished) == (done, done == 16)


def test_what_was_not_known_stays_unknown(make_recipe: RecipeMaker) -> None:
    recipe = make_recipe(
        log_probs=None,
        log_probs_unconditional=None,
        likelihood_gain=float("nan"),
        clip_score=None,
        fixed_tokens=fixed_tokens(),
        parent=Parent(kind="photo"),
    )
    back = from_json(to_json(recipe))
    assert back == recipe
    assert (back.likelihood_gain, back.log_probs, back.fixed_tokens, back.parent) == (
        None,
        None,
        None,
        Parent(kind="photo"),
    )


def test_log_probabilities_are_float16_and_never_above_zero(make_recipe: RecipeMaker) -> None:
    back = from_json(to_json(make_recipe(done=3, log_probs=np.array([1e-7, -1e9, -0.1]))))
    assert back.log_probs is not None
    assert back.log_probs.dtype == np.float16
    assert back.log_probs.tolist() == [0.0, -65504.0, float(np.float16(-0.1))]


def test_the_stored_form_is_the_documented_one(make_recipe: RecipeMaker) -> None:
    recipe = make_recipe(
        done=2,
        fixed_tokens=fixed_tokens(1, 9),
        created=datetime(2026, 11, 21, 15, 15, 2, tzinfo=timezone(timedelta(hours=1))),
        parent=Parent(kind="rewind", id="ab" * 32),
    )
    tree = json.loads(to_json(recipe))
    assert tree["schema"] == 1
    assert tree["created"] == "2026-11-21T14:15:02Z"
    assert base64.b64decode(tree["tokens"]) == b"\x00\x00\xa0\x0f"
    assert (tree["tokens_done"], tree["image_length"]) == (2, 16)
    assert base64.b64decode(tree["fixed"]["mask"]) == bytes([0b01000000, 0b01000000])
    assert base64.b64decode(tree["fixed"]["ahead"]) == (9 * 4000).to_bytes(2, "little")
    assert tree["parent"] == {"kind": "rewind", "id": "ab" * 32}


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        ("mini", "mini"),
        ("dalle-mini/dalle-mega", "dalle-mini/dalle-mega"),
        ("/home/ada/models/mega", "mega"),
        ("C:\\Users\\ada\\mega", "mega"),
        ("\\\\server\\share\\mega", "mega"),
        ("~/models/mega", "mega"),
        ("../mega", "mega"),
        ("/", "model"),
    ],
)
def test_a_model_path_is_not_told(given_id: str, kept: str) -> None:
    assert ModelIdentity(id=given_id).id == kept


def test_recipes_refuse_shapes_that_disagree(make_recipe: RecipeMaker) -> None:
    for changes in (
        {"tokens": np.zeros(17)},
        {"tokens": np.zeros((4, 4))},
        {"log_probs": np.zeros(3)},
        {"fixed_tokens": np.zeros(3, np.int32)},
    ):
        with pytest.raises(ValueError, match="tokens"):
            make_recipe(**changes)


def test_keys_of_later_programs_are_ignored(make_recipe: RecipeMaker) -> None:
    recipe = make_recipe()
    tree = json.loads(to_json(recipe))
    assert from_json(json.dumps({**tree, "colour": {"of": ["hope"]}})) == recipe


def test_every_setting_and_the_largest_seed_come_back(make_recipe: RecipeMaker) -> None:
    sampling = SamplingSettings(temperature=0.1 + 0.2, top_k=1, top_p=1 / 3, condition_scale=0)
    run = dataclasses.replace(make_recipe().run, sampling=sampling)
    recipe = make_recipe(run=run, seed=2**53 - 1, index=63)
    assert from_json(to_json(recipe)) == recipe


def test_moments_are_kept_in_utc(make_recipe: RecipeMaker) -> None:
    recipe = make_recipe(created=datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert recipe.created == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert recipe.created.tzinfo is UTC
