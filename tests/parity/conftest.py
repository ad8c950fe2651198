"""The reference models and what the official programs computed from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny models gain nothing from more."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def reference() -> Path:
    return REFERENCE


def expected_arrays(folder: Path) -> dict[str, Tensor]:
    """The numbers of `expected.npz` as tensors; names and other text are left out."""
    with np.load(folder / "expected.npz") as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays if arrays[name].dtype.kind in "iuf"}


@pytest.fixture(scope="session")
def mini_expected() -> dict[str, Tensor]:
    return expected_arrays(REFERENCE / "dallebart-mini-tiny")


@pytest.fixture(scope="session")
def vqgan_expected() -> dict[str, Tensor]:
    return expected_arrays(REFERENCE / "vqgan-tiny")


@pytest.fixture(scope="session")
def mega_expected() -> dict[str, Tensor]:
    return expected_arrays(REFERENCE / "dallebart-mega-tiny")
