"""What a run gives back."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import ModelIdentity, Parent, RunFacts
from model_runtime.request import SamplingSettings
from model_runtime.result import GeneratedImage, unknown_log_probs


def make_image(done: int = 4, **changes: Any) -> GeneratedImage:
    facts = RunFacts(
        prompt="chair",
        sampling=SamplingSettings(),
        model=ModelIdentity(id="starter"),
        tokenizer="starter",
        normalizer=1,
        noise=1,
        precision="float32",
        device="cpu",
        batch=1,
    )
    values: dict[str, Any] = {
        "run": facts,
        "index": 1,
        "seed": 8,
        "image": Image.new("RGB", (8, 8), "green"),
        "tokens": np.array([5, 6, 7, 8]),
        "tokens_done": done,
        "log_probs": np.array([-1.0, -2.0, -3.0, -4.0]),
        "log_probs_unconditional": np.array([-2.0, -4.0, -6.0, -8.0]),
    }
    return GeneratedImage(**{**values, **changes})


def test_the_public_types() -> None:
    image = make_image()
    assert image.tokens.dtype == np.uint16
    assert image.log_probs.dtype == image.log_probs_unconditional.dtype == np.float32
    assert image.finished
    with pytest.raises(ValueError, match="read-only"):
        image.tokens[0] = 1


def test_the_gain_is_the_mean_difference_of_what_is_drawn() -> None:
    assert make_image().likelihood_gain == 2.5
    assert make_image(done=2).likelihood_gain == 1.5
    assert math.isnan(make_image(done=0).likelihood_gain)
    assert math.isnan(make_image(log_probs_unconditional=unknown_log_probs(4)).likelihood_gain)


def test_what_is_not_drawn_reads_zero_and_nan() -> None:
    image = make_image(done=3)
    assert image.tokens.tolist() == [5, 6, 7, 0]
    assert np.isnan(image.log_probs).tolist() == [False, False, False, True]
    assert not image.finished


def test_shapes_that_disagree_are_refused() -> None:
    for changes in (
        {"tokens_done": 5},
        {"tokens_done": -1},
        {"log_probs": np.zeros(3)},
        {"tokens": np.zeros(3)},
    ):
        with pytest.raises(ValueError, match=r"\d"):
            make_image(**changes)


def test_the_saved_file_carries_the_picture(tmp_path: Path) -> None:
    image = make_image(done=3, fixed_tokens=np.array([-1, 6, -1, 8], np.int32))
    path = image.save(tmp_path / "a.png")
    recipe = read_recipe(path)
    assert recipe == image.recipe
    assert (recipe.id, recipe.index, recipe.seed, recipe.tokens.tolist()) == (image.id, 1, 8, [5, 6, 7])
    assert recipe.fixed_tokens is not None
    assert recipe.fixed_tokens.tolist() == [-1, 6, -1, 8]
    assert recipe.likelihood_gain == 2.0
    branch = image.save(tmp_path / "a.png", parent=Parent(kind="rewind", id=image.id))
    assert branch.name == "a-2.png"
    assert read_recipe(branch).parent == Parent(kind="rewind", id=image.id)


def test_scores_come_later_and_the_picture_stays_the_same() -> None:
    early = make_image(log_probs_unconditional=unknown_log_probs(4))
    assert early.recipe.likelihood_gain is None
    assert early.recipe.log_probs_unconditional is None
    late = dataclasses.replace(early, log_probs_unconditional=np.zeros(4, np.float32), clip_score=0.5)
    assert (late.id, late.created) == (early.id, early.created)
    assert late.recipe.likelihood_gain == -2.5
    assert late.recipe.clip_score == 0.5
