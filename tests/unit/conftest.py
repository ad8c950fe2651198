"""What several unit tests draw on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.library.catalogue import Catalogue
from model_runtime.recipe.record import ModelIdentity, Recipe, RunFacts
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.result import GeneratedImage


def _make_recipe(prompt: str = "an avocado armchair", done: int = 16, **changes: Any) -> Recipe:
    facts = RunFacts(
        prompt=GenerationRequest(prompt=prompt).prompt,
        sampling=SamplingSettings(top_k=50, condition_scale=10),
        model=ModelIdentity(id="starter", revision="v1", sha256="ab" * 32),
        tokenizer="bart-50264",
        normalizer=1,
        noise=1,
        precision="float32",
        device="cpu",
        batch=4,
    )
    values: dict[str, Any] = {
        "run": facts,
        "index": 3,
        "seed": 7,
        "image_length": 16,
        "tokens": np.arange(done) * 4000,
        "log_probs": np.linspace(-9, 0, done),
        "log_probs_unconditional": np.full(done, np.nan),
        "likelihood_gain": 1.25,
        "clip_score": 0.31,
    }
    return Recipe(**{**values, **changes})


@pytest.fixture(scope="session")
def make_recipe() -> Callable[..., Recipe]:
    """Makes recipes of 16 tokens: `make_recipe(prompt, done=16, **fields of Recipe)`."""
    return _make_recipe


def _make_image(prompt: str = "an avocado armchair", done: int = 16, **changes: Any) -> GeneratedImage:
    values: dict[str, Any] = {
        "run": _make_recipe(prompt).run,
        "index": 0,
        "seed": 7,
        "image": Image.new("RGB", (16, 16), "green"),
        "tokens": np.arange(16),
        "tokens_done": done,
        "log_probs": np.linspace(-9, -1, 16),
        "log_probs_unconditional": np.full(16, -8.0),
    }
    return GeneratedImage(**{**values, **changes})


@pytest.fixture(scope="session")
def make_image() -> Callable[..., GeneratedImage]:
    """Makes pictures of 16 tokens, each of a run of its own: `make_image(prompt, done=16, **fields)`."""
    return _make_image


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty one, of pictures in `tmp_path/pictures`, which is not made yet."""
    opened = Catalogue.open(tmp_path / "data" / "catalogue.sqlite", pictures=tmp_path / "pictures")
    yield opened
    opened.close()
