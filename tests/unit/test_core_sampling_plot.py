"""The plot's arithmetic against the engine's own filters, and what the plot says."""

import time
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.sampling_plot import filter_logits, plot_choice, scaled_logits
from model_runtime import sampling
from model_runtime.request import SamplingSettings

some_logits = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0]) | st.floats(-60, 60, width=16)


@st.composite
def choices(draw: st.DrawFn) -> tuple[Any, Any, SamplingSettings]:
    size = draw(st.integers(1, 40))
    kind = draw(st.sampled_from([np.float16, np.float32]))
    both = [np.array(draw(st.lists(some_logits, min_size=size, max_size=size)), kind) for _ in range(2)]
    settings = SamplingSettings(
        temperature=draw(st.sampled_from([1.0, 0.7, 1e-30, 1e-3, 1e3, 1e30]) | st.floats(0.05, 5)),
        top_k=draw(st.none() | st.integers(1, 60)),
        top_p=draw(st.none() | st.just(1.0) | st.sampled_from([0.25, 0.5, 0.75]) | st.floats(0.001, 1.0)),
        condition_scale=draw(st.sampled_from([0.0, 1.0, 3.0, 16.0])),
    )
    return both[0], both[1], settings


def engines(conditional: Any, unconditional: Any, settings: SamplingSettings) -> Any:
    logits = torch.from_numpy(conditional.astype(np.float32))
    if settings.condition_scale != 1.0:
        without = torch.from_numpy(unconditional.astype(np.float32))
        logits = sampling.super_condition(logits, without, settings.condition_scale)
    return sampling.filter_logits(logits, settings).numpy()


def meets_top_p(scaled: Any, settings: SamplingSettings, counts: tuple[int, int]) -> bool:
    """Whether the exact sum of the fewer classes is top_p as far as float32 can tell."""
    ordered = -np.sort(-scaled.astype(np.float64))[: settings.top_k]
    shares = np.exp(ordered - ordered[0])
    reached = shares[: min(counts)].sum() / shares.sum()
    return max(counts) - min(counts) == 1 and abs(reached - (settings.top_p or 0)) < 1e-6


@given(choice=choices())
def test_the_same_classes_stay_as_in_the_engine(choice: Any) -> None:
    conditional, unconditional, settings = choice
    expected = engines(conditional, unconditional, settings)
    scaled = scaled_logits(conditional, unconditional, settings)
    ours = filter_logits(scaled, settings)
    stay, expected_stay = ours > -np.inf, expected > -np.inf
    if not np.array_equal(stay, expected_stay):
        assert meets_top_p(scaled, settings, (int(stay.sum()), int(expected_stay.sum())))
    both = stay & expected_stay
    assert np.array_equal(ours[both], expected[both])


@pytest.mark.parametrize("size", [64, 2048, 16384])
def test_the_same_classes_stay_at_real_sizes(size: int) -> None:
    random = np.random.default_rng(size)
    for top_p in (0.5, 0.9, 0.95, 0.999):
        conditional, unconditional = random.normal(0, 3, (2, size)).astype(np.float16)
        settings = SamplingSettings(temperature=0.9, top_k=size // 2, top_p=top_p, condition_scale=3)
        expected = engines(conditional, unconditional, settings)
        ours = filter_logits(scaled_logits(conditional, unconditional, settings), settings)
        assert np.array_equal(ours, expected)


@given(choice=choices(), data=st.data())
def test_the_plot_says_what_the_filters_do(choice: Any, data: st.DataObject) -> None:
    conditional, unconditional, settings = choice
    size = len(conditional)
    chosen = data.draw(st.integers(0, size - 1))
    plot = plot_choice(conditional, unconditional, settings, chosen=chosen)
    scaled = scaled_logits(conditional, unconditional, settings)
    order = sorted(range(size), key=lambda token: (-scaled[token], token))
    assert plot.token_ids.tolist() == order
    assert plot.rank == order.index(chosen)
    assert plot.chosen_stays == (plot.rank < plot.after_top_p)
    assert 1 <= plot.after_top_p <= plot.after_top_k <= plot.candidates == size
    assert plot.after_top_k == min(settings.top_k or size, size)
    stays = filter_logits(scaled, settings)
    if np.isfinite(scaled).all():
        assert set(np.flatnonzero(stays > -np.inf)) == set(order[: plot.after_top_p])
        expected = torch.from_numpy(scaled).double().softmax(-1).numpy()[order]
        assert np.allclose(plot.probabilities, expected, atol=1e-7)
        left = torch.from_numpy(stays).double().softmax(-1).numpy()[order]
        assert np.allclose(plot.left, left, atol=1e-7)
        entropy = -(left[left > 0] * np.log(left[left > 0])).sum()
        assert plot.effective == pytest.approx(np.exp(entropy), rel=1e-6)
    assert plot.probabilities.sum() == pytest.approx(1)
    assert plot.left.sum() == pytest.approx(1)
    assert 1 - 1e-9 <= plot.effective <= plot.after_top_p + 1e-6


def test_bars_are_capped_and_the_rest_is_told() -> None:
    logits = np.zeros(2048, np.float16)
    plot = plot_choice(logits, None, SamplingSettings(condition_scale=9), shown=512)
    assert len(plot.token_ids) == len(plot.probabilities) == len(plot.left) == 512
    assert plot.token_ids.tolist() == list(range(512))
    assert (plot.hidden, plot.hidden_share) == (1536, pytest.approx(0.75))
    assert plot.effective == pytest.approx(2048)
    assert plot.rank is None
    assert not plot.chosen_stays
    assert plot.left.sum() == pytest.approx(0.25)


def test_what_falls_to_top_k_and_what_to_top_p() -> None:
    logits = np.log(np.array([0.1, 0.5, 0.3, 0.1], np.float32))
    plot = plot_choice(logits, None, SamplingSettings(top_k=3, top_p=0.7), chosen=3)
    assert plot.token_ids.tolist() == [1, 2, 0, 3]
    assert (plot.after_top_k, plot.after_top_p, plot.rank, plot.chosen_stays) == (3, 2, 3, False)
    assert plot.probabilities == pytest.approx([0.5, 0.3, 0.1, 0.1])
    assert plot.left == pytest.approx([0.625, 0.375, 0, 0])


def test_nothing_is_ruled_out_where_all_is_off() -> None:
    logits = np.array([1, 2, 3], np.float32)
    assert np.array_equal(filter_logits(logits, SamplingSettings(top_k=9, top_p=1.0)), logits)
    assert scaled_logits(logits, None, SamplingSettings()) is not logits


def test_a_slider_can_be_moved_over_the_largest_codebook() -> None:
    conditional, unconditional = np.random.default_rng(1).normal(0, 3, (2, 16384)).astype(np.float16)
    settings = SamplingSettings(temperature=0.9, top_k=256, top_p=0.95, condition_scale=3)
    took = []
    for _ in range(20):
        began = time.perf_counter()
        plot_choice(conditional, unconditional, settings, chosen=7)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.003  # the best of twenty: a loaded machine is slow, not wrong
