"""The overlay says what the file says: exact values, scales that a few extremes do not spoil, silence elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.token_overlay import LEAST_SCALE, OverlayKind, token_overlay
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.record import ModelIdentity, Recipe, RunFacts
from model_runtime.request import GenerationRequest, SamplingSettings

FACTS = RunFacts(
    prompt="a boat", sampling=SamplingSettings(), model=ModelIdentity(id="tiny"), tokenizer="", normalizer=0, noise=1,
    precision="float32", device="cpu", batch=1,
)  # fmt: skip


def recipe(log_probs: Any = None, unconditional: Any = None, *, length: int = 16) -> Recipe:
    done = length if log_probs is None else len(log_probs)
    given = None if log_probs is None else np.asarray(log_probs, np.float32)
    other = None if unconditional is None else np.asarray(unconditional, np.float32)
    return Recipe(
        run=FACTS, index=0, seed=1, image_length=length, tokens=np.zeros(done, np.uint16), log_probs=given,
        log_probs_unconditional=other,
    )  # fmt: skip


def test_surprise_is_minus_log_p() -> None:
    overlay = token_overlay(recipe(-np.arange(16.0)), OverlayKind.SURPRISE)
    assert overlay is not None
    assert overlay.side == 4
    assert overlay.value(2, 3) == 11
    assert overlay.mean == pytest.approx(7.5)
    assert overlay.shade(0, 0) == 0
    assert overlay.shade(3, 3) == 1


def test_what_the_prompt_added_may_be_negative() -> None:
    overlay = token_overlay(recipe([-1.0] * 16, [-3.0] * 8 + [-0.5] * 8), OverlayKind.PROMPT)
    assert overlay is not None
    assert overlay.value(0, 0) == 2
    assert overlay.value(3, 3) == -0.5
    assert (overlay.low, overlay.high) == (-2, 2)
    assert overlay.shade(3, 3) == -0.25


def test_its_mean_is_the_likelihood_gain(tiny_pipeline: DalleMiniPipeline) -> None:
    image = tiny_pipeline.generate(GenerationRequest(prompt="a small red boat", seed=3)).images[0]
    overlay = token_overlay(image.recipe, OverlayKind.PROMPT)
    assert overlay is not None
    assert overlay.mean == pytest.approx(image.likelihood_gain, abs=2e-3)  # files keep float16
    surprise = token_overlay(image.recipe, OverlayKind.SURPRISE)
    assert surprise is not None
    np.testing.assert_allclose(surprise.values, -image.log_probs, atol=5e-3)


def test_one_extreme_token_leaves_the_others_their_shades() -> None:
    usual = -np.linspace(1, 2, 256)
    usual[100] = -60_000
    overlay = token_overlay(recipe(usual, length=256), OverlayKind.SURPRISE)
    assert overlay is not None
    assert overlay.high < 3
    assert overlay.shade(6, 4) == 1  # token 100
    assert np.ptp(np.delete(overlay.shades, 100)) > 0.9


def test_tokens_that_are_not_drawn_or_not_known_stay_quiet() -> None:
    overlay = token_overlay(recipe([-1, np.nan, -3, -4, -5]), OverlayKind.SURPRISE)
    assert overlay is not None
    assert overlay.value(0, 1) is None
    assert overlay.shade(0, 1) is None
    assert overlay.value(3, 3) is None
    assert overlay.value(1, 0) == 5
    assert overlay.mean == pytest.approx(13 / 4)


@pytest.mark.parametrize("kind", OverlayKind)
def test_where_the_file_says_nothing_there_is_no_overlay(kind: OverlayKind) -> None:
    assert token_overlay(recipe(), kind) is None
    assert token_overlay(recipe([np.nan] * 16, [np.nan] * 16), kind) is None
    assert token_overlay(recipe([]), kind) is None
    assert token_overlay(recipe([-1.0] * 12, [-1.0] * 12, length=12), kind) is None  # no square


def test_the_prompt_needs_both() -> None:
    assert token_overlay(recipe([-1.0] * 16), OverlayKind.PROMPT) is None


def test_equal_tokens_are_not_made_to_differ() -> None:
    overlay = token_overlay(recipe([-2.0] * 16), OverlayKind.SURPRISE)
    assert overlay is not None
    assert not overlay.shades.any()
    assert overlay.high - overlay.low == pytest.approx(LEAST_SCALE)


@given(st.lists(st.floats(-80, 0, width=16), min_size=1, max_size=16), st.sampled_from(OverlayKind))
def test_shades_keep_the_order_of_values(log_probs: list[float], kind: OverlayKind) -> None:
    overlay = token_overlay(recipe(log_probs, [-1.0] * len(log_probs)), kind)
    assert overlay is not None
    known = ~np.isnan(overlay.values)
    assert known.sum() == len(log_probs)
    values, shades = overlay.values[known], overlay.shades[known]
    assert (np.diff(shades[np.argsort(values)]) >= -1e-6).all()
    assert np.abs(shades).max() <= 1
