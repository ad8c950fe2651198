"""The noise behind one choice: a pure function of (image seed, token position, token id).

Batch, slot, order, thread count and device have no part in it, which is what makes a seed mean something.
The bits come from a counter hash and are equal everywhere; Gumbel noise follows from them by one float32
formula, whose logarithms may differ in the last place between numpy, processors and GPUs.

The hash, all arithmetic on unsigned 32-bit words:

    key(seed, position) = the two halves of splitmix64(splitmix64(seed) + position)
    bits(token)         = mix(mix(token ^ low half) ^ high half)
    mix(x)              = x ^= x >> 16; x *= 0x21f0aaad; x ^= x >> 15; x *= 0x735a2d97; x ^= x >> 15

`mix` is a permutation with the lowest bias known for two multiplications (found by C. Wellons'
hash-prospector); splitmix64 is the finaliser of Steele, Lea and Flood (2014). Words are held in int64:
both multipliers are below 2**31, so no product overflows and every backend computes the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

NOISE_VERSION = 1
"""Written into every picture; changes whenever the same seed would give other noise."""

_MASK_32 = 0xFFFFFFFF
_MASK_64 = 0xFFFFFFFFFFFFFFFF
_LARGEST = 1.0 - 2.0**-24
"""The largest float32 below 1."""


def _splitmix64(x: int) -> int:
    x = (x + 0x9E3779B97F4A7C15) & _MASK_64
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK_64
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK_64
    return x ^ (x >> 31)


def noise_keys(seed: int, positions: int) -> npt.NDArray[np.int64]:
    """The hash keys of one picture: (positions, 2), low and high words, for 0 <= seed < 2**53."""
    start = _splitmix64(seed)
    keys = [_splitmix64((start + position) & _MASK_64) for position in range(positions)]
    return np.array([(key & _MASK_32, key >> 32) for key in keys], dtype=np.int64).reshape(positions, 2)


def noise_bits(keys: Tensor, classes: int) -> Tensor:
    """Random words: int64 (..., 2) keys -> int64 (..., classes), each 0..2**32-1."""
    words = torch.arange(classes, device=keys.device) ^ keys[..., :1]
    return _mix(_mix(words) ^ keys[..., 1:])


def _mix(x: Tensor) -> Tensor:
    """One round on fresh memory: `x` is overwritten and returned."""
    x ^= x >> 16
    x *= 0x21F0AAAD
    x &= _MASK_32
    x ^= x >> 15
    x *= 0x735A2D97
    x &= _MASK_32
    x ^= x >> 15
    return x


def gumbel(keys: Tensor, classes: int) -> Tensor:
    """Gumbel noise, float32 (..., classes), finite: -log(-log1p(-v)) with v = (float32(bits) + 0.5) * 2**-32.

    v is clamped below 1. All 32 bits count where v is small, which is where the noise is large and decides.
    """
    v = noise_bits(keys, classes).to(torch.float32).add_(0.5).mul_(2.0**-32).clamp_(max=_LARGEST)
    return v.neg_().log1p_().neg_().log_().neg_()


def choose(filtered_logits: Tensor, keys: Tensor) -> Tensor:
    """The class with the highest noisy logit, int64 (...): a draw from softmax(filtered_logits), Gumbel-max.

    `filtered_logits` (..., classes), `keys` (..., 2). -inf is never chosen; of equal ones the lowest
    index is.
    """
    return (filtered_logits + gumbel(keys, filtered_logits.shape[-1])).argmax(-1)


def noise_bits_numpy(seed: int, position: int, classes: int) -> npt.NDArray[np.uint32]:
    """The same words without torch: uint32 (classes,)."""
    low, high = (np.uint32(word) for word in noise_keys(seed, position + 1)[position])
    words: npt.NDArray[np.uint32] = np.arange(classes, dtype=np.uint32)
    for key in (low, high):
        words ^= key
        words ^= words >> np.uint32(16)
        words *= np.uint32(0x21F0AAAD)
        words ^= words >> np.uint32(15)
        words *= np.uint32(0x735A2D97)
        words ^= words >> np.uint32(15)
    return words


def gumbel_numpy(seed: int, position: int, classes: int) -> npt.NDArray[np.float32]:
    """The same noise without torch: float32 (classes,), up to the last place of the logarithms."""
    bits = noise_bits_numpy(seed, position, classes).astype(np.float32)
    v = np.minimum((bits + np.float32(0.5)) * np.float32(2.0**-32), np.float32(_LARGEST))
    noise: npt.NDArray[np.float32] = -np.log(-np.log1p(-v))
    return noise
