from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model_runtime import sampling
from model_runtime.request import SamplingSettings
from model_runtime.sampling import (
    filter_logits,
    keep_top_k,
    keep_top_p,
    super_condition,
    token_log_probs,
)

CASES = Path(__file__).parents[1] / "parity" / "reference" / "text" / "warper_cases.npz"

few_values = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0]), min_size=1, max_size=40)


@pytest.mark.parametrize("case", range(6))
def test_filters_equal_the_official_ones(case: int) -> None:
    with np.load(CASES) as arrays:
        temperature, top_k, top_p = arrays["settings"][case].tolist()
        expected = torch.from_numpy(arrays[f"out{case}"])
        settings = SamplingSettings(temperature=temperature, top_k=int(top_k) or None, top_p=top_p)
        filtered = filter_logits(torch.from_numpy(arrays["logits"]), settings)
    assert torch.equal(filtered.isfinite(), expected.isfinite())
    assert torch.allclose(filtered[filtered.isfinite()], expected[expected.isfinite()], atol=1e-5)


@given(values=few_values, top_k=st.integers(1, 40))
def test_top_k_keeps_exactly_k_and_of_equal_ones_the_first(values: list[float], top_k: int) -> None:
    logits = torch.tensor([values])
    kept = filter_logits(logits, SamplingSettings(top_k=top_k)).isfinite()[0].nonzero()[:, 0].tolist()
    best = sorted(range(len(values)), key=lambda place: (-values[place], place))[:top_k]
    assert kept == sorted(best)


@given(values=few_values, top_p=st.floats(0.01, 0.99))
def test_top_p_keeps_the_shortest_prefix_that_reaches_p(values: list[float], top_p: float) -> None:
    logits = torch.tensor([values])
    kept = keep_top_p(logits, top_p).isfinite()[0]
    order = sorted(range(len(values)), key=lambda place: (-values[place], place))
    chosen = [place for place in order if kept[place]]
    assert chosen == order[: len(chosen)]
    probabilities = logits.double().softmax(-1)[0]
    assert float(probabilities[chosen].sum()) > top_p - 1e-6
    assert float(probabilities[chosen[:-1]].sum()) < top_p + 1e-6


def test_top_p_looks_at_what_top_k_left() -> None:
    logits = torch.tensor([[0.5, 0.3, 0.1, 0.1]]).log()
    both = filter_logits(logits, SamplingSettings(top_k=2, top_p=0.6))
    assert both.isfinite().tolist() == [[True, False, False, False]]  # 0.5 of 0.8 is over 0.6


def test_top_p_gives_the_same_where_the_first_logits_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    logits = torch.randn((3, 500), generator=torch.Generator().manual_seed(1))
    logits[1] *= 10  # a row that needs few
    whole = keep_top_p(logits, 0.9)
    monkeypatch.setattr(sampling, "SORTED_FIRST", 16)
    assert torch.equal(keep_top_p(logits, 0.9), whole)


def test_off_means_untouched() -> None:
    logits = torch.randn((2, 9), generator=torch.Generator().manual_seed(1))
    assert torch.equal(filter_logits(logits, SamplingSettings()), logits)
    assert torch.equal(filter_logits(logits, SamplingSettings(top_k=100, top_p=1.0)), logits)
    assert torch.equal(filter_logits(logits, SamplingSettings(temperature=2.0)), logits / 2)


def test_filters_take_any_leading_shape() -> None:
    logits = torch.randn((2, 3, 20), generator=torch.Generator().manual_seed(1))
    for filtered in (keep_top_k(logits, 4), keep_top_p(logits, 0.5)):
        assert filtered.shape == logits.shape
    assert torch.equal(keep_top_p(logits[0, 0], 0.5), keep_top_p(logits, 0.5)[0, 0])


def test_super_conditioning() -> None:
    cond, uncond = torch.tensor([2.0, 1.0]), torch.tensor([1.0, 1.5])
    assert super_condition(cond, uncond, 3.0).tolist() == [4.0, 0.0]
    assert super_condition(cond, uncond, 1.0).tolist() == cond.tolist()
    assert super_condition(cond, uncond, 0.0).tolist() == uncond.tolist()


def test_token_log_probs_are_log_softmax() -> None:
    logits = torch.randn((4, 11), generator=torch.Generator().manual_seed(1))
    tokens = torch.tensor([0, 10, 3, 3])
    expected = logits.log_softmax(-1)[torch.arange(4), tokens]
    assert torch.allclose(token_log_probs(logits, tokens), expected, atol=1e-6)
