from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.noise import (
    NOISE_VERSION,
    choose,
    gumbel,
    gumbel_numpy,
    noise_bits,
    noise_bits_numpy,
    noise_keys,
)
from model_runtime.request import MAX_SEED

seeds = st.integers(0, MAX_SEED)


@given(seed=seeds, position=st.integers(0, 300), classes=st.integers(1, 3000))
def test_numpy_and_torch_give_the_same_bits(seed: int, position: int, classes: int) -> None:
    keys = torch.from_numpy(noise_keys(seed, position + 1))[position]
    bits = noise_bits(keys, classes).numpy()
    assert np.array_equal(bits, noise_bits_numpy(seed, position, classes))
    assert np.allclose(gumbel(keys, classes).numpy(), gumbel_numpy(seed, position, classes), atol=2e-6)


def test_the_bits_of_version_1_never_change() -> None:
    assert NOISE_VERSION == 1
    assert noise_bits_numpy(0, 0, 4).tolist() == [408687730, 569571235, 1533469537, 953192260]
    assert noise_bits_numpy(123, 3, 4).tolist() == [2423314159, 849283730, 225950134, 4104264917]
    assert noise_bits_numpy(MAX_SEED, 255, 16384)[-4:].tolist() == [
        3524878822,
        4150969033,
        3958563270,
        249962162,
    ]


@given(seed=seeds, other=seeds)
def test_a_row_is_the_same_in_any_company(seed: int, other: int) -> None:
    alone = torch.from_numpy(noise_keys(seed, 4))
    company = torch.stack([torch.from_numpy(noise_keys(other, 4)), alone])
    assert torch.equal(noise_bits(company, 64)[1], noise_bits(alone, 64))
    assert torch.equal(noise_bits(alone, 64)[2, :16], noise_bits(alone[2], 16))


def test_seed_position_and_class_all_matter() -> None:
    base = noise_bits_numpy(7, 3, 4096)
    assert len(np.unique(base)) == 4096
    for other in (noise_bits_numpy(8, 3, 4096), noise_bits_numpy(7, 4, 4096), noise_bits_numpy(8, 2, 4096)):
        flipped = np.unpackbits((base ^ other).view(np.uint8)).mean()
        assert 0.49 < flipped < 0.51


def test_bits_are_uniform_and_uncorrelated() -> None:
    bits = noise_bits(torch.from_numpy(noise_keys(11, 64)), 16384).numpy()  # a million words
    share = np.array([(bits >> bit & 1).mean() for bit in range(32)])
    assert np.abs(share - 0.5).max() < 0.0025  # five standard deviations
    uniform = bits / 2**32
    counts = np.histogram(uniform, 256, (0, 1))[0]
    expected = bits.size / 256
    assert ((counts - expected) ** 2 / expected).sum() < 400  # chi squared, 255 degrees of freedom
    neighbours = np.corrcoef(uniform[:, :-1].ravel(), uniform[:, 1:].ravel())[0, 1]
    positions = np.corrcoef(uniform[:-1].ravel(), uniform[1:].ravel())[0, 1]
    assert max(abs(neighbours), abs(positions)) < 0.005


def test_noise_is_finite_gumbel_noise() -> None:
    noise = gumbel(torch.from_numpy(noise_keys(3, 64)), 16384)
    assert bool(noise.isfinite().all())
    assert abs(float(noise.mean()) - 0.5772) < 0.01
    assert abs(float(noise.var()) - np.pi**2 / 6) < 0.02


def test_choices_follow_the_probabilities_and_never_hit_minus_infinity() -> None:
    probabilities = torch.tensor([0.5, 0.3, 0.0, 0.2])
    keys = torch.from_numpy(noise_keys(5, 20_000))
    chosen = choose(probabilities.log().expand(20_000, -1), keys)
    share = torch.bincount(chosen, minlength=4) / 20_000
    assert float((share - probabilities).abs().max()) < 0.015
    assert int((chosen == 2).sum()) == 0
