"""The model that ships, through the engine's public face, on the CPU in float32."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from model_runtime import dalle_bart
from model_runtime.control import RunControl
from model_runtime.events import Progress, RunCancelled, RunFinished
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest
from model_runtime.resources import resource_path
from model_runtime.result import GenerationResult

pytestmark = pytest.mark.slow

PROMPT = "a purple fox wearing a top hat on the moon"
ROW = 16


@pytest.fixture(scope="module")
def starter() -> DalleMiniPipeline:
    return DalleMiniPipeline.from_pretrained("starter", device="cpu", precision="float32")


@pytest.fixture(scope="module")
def four(starter: DalleMiniPipeline) -> GenerationResult:
    return starter.generate(GenerationRequest(prompt=PROMPT, image_count=4, seed=40))


@pytest.fixture(scope="module")
def alone(starter: DalleMiniPipeline) -> npt.NDArray[np.uint16]:
    return starter.generate(GenerationRequest(prompt=PROMPT, seed=40)).images[0].tokens


def test_pictures_are_whole(starter: DalleMiniPipeline, four: GenerationResult) -> None:
    assert [image.seed for image in four.images] == [40, 41, 42, 43]
    for image in four.images:
        assert image.image.size == (128, 128)
        assert image.tokens_done == starter.image_length == 256
        assert image.tokens.max() < starter.codebook_size
        assert np.isfinite(image.log_probs).all()
        assert np.isfinite(image.log_probs_unconditional).all()
        assert np.asarray(image.image).std() > 10, "a picture, not one flat colour"


def test_words_make_its_tokens_likelier(four: GenerationResult) -> None:
    assert all(image.likelihood_gain > 0 for image in four.images)


def test_a_restart_leaves_the_others_bit_equal(starter: DalleMiniPipeline, four: GenerationResult) -> None:
    control = RunControl()
    request = GenerationRequest(prompt=PROMPT, image_count=4, seed=40)
    restarted = False
    for event in starter.stream(request, control, previews=False):
        if isinstance(event, Progress) and event.done >= 4 * 100 and not restarted:
            control.restart(2, 90)
            restarted = True
    assert isinstance(event, RunFinished)
    images = event.result.images
    for index in (0, 1, 3):
        np.testing.assert_array_equal(images[index].tokens, four.images[index].tokens)
    assert images[2].seed == 90
    # In its slot, with the others' rows doing something else, the new seed draws what it always draws.
    fresh = starter.generate(GenerationRequest(prompt=PROMPT, image_count=4, seeds=(40, 41, 90, 43)))
    np.testing.assert_array_equal(images[2].tokens, fresh.images[2].tokens)


@pytest.mark.parametrize("stopped_at", [3 * ROW + 5, 11 * ROW])
def test_stopped_pictures_keep_their_whole_rows(
    starter: DalleMiniPipeline, four: GenerationResult, stopped_at: int
) -> None:
    control = RunControl()
    for event in starter.stream(GenerationRequest(prompt=PROMPT, image_count=4, seed=40), control, previews=False):
        if isinstance(event, Progress) and event.done >= 4 * stopped_at:
            control.stop_and_keep()
    assert isinstance(event, RunCancelled)
    assert len(event.result.images) == 4
    for stopped, whole in zip(event.result.images, four.images, strict=True):
        assert stopped.tokens_done == stopped_at // ROW * ROW
        np.testing.assert_array_equal(stopped.tokens[: stopped.tokens_done], whole.tokens[: stopped.tokens_done])


def test_finishing_from_any_row_gives_the_uninterrupted_picture(
    starter: DalleMiniPipeline, alone: npt.NDArray[np.uint16]
) -> None:
    for rows in range(1, 16):
        fixed = np.full(starter.image_length, -1)
        fixed[: rows * ROW] = alone[: rows * ROW]
        finished = starter.generate(GenerationRequest(prompt=PROMPT, seed=40, fixed_tokens=fixed))
        np.testing.assert_array_equal(finished.images[0].tokens, alone, err_msg=f"stopped after {rows} rows")


def test_a_mask_keeps_its_tokens_exactly(starter: DalleMiniPipeline, alone: npt.NDArray[np.uint16]) -> None:
    keep = np.random.default_rng(5).random(starter.image_length) < 0.4
    fixed = np.where(keep, alone.astype(np.int64), -1)
    drawn = starter.generate(GenerationRequest(prompt="a red car in the snow", seed=8, fixed_tokens=fixed)).images[0]
    np.testing.assert_array_equal(drawn.tokens[keep], alone[keep])
    assert (drawn.tokens[~keep] != alone[~keep]).any()


def test_log_probabilities_agree_with_scoring(starter: DalleMiniPipeline, four: GenerationResult) -> None:
    image = four.images[1]
    score = starter.score(PROMPT, image.tokens)
    np.testing.assert_allclose(score.log_probs, image.log_probs, atol=2e-4)
    np.testing.assert_allclose(score.log_probs_unconditional, image.log_probs_unconditional, atol=2e-4)


def test_a_drawn_picture_is_found_again_by_the_encoder(starter: DalleMiniPipeline, four: GenerationResult) -> None:
    image = four.images[0]
    tokens = starter.encode(image.image)
    again = np.asarray(starter.decode(tokens)[0], np.float32)
    # Not token for token: other codes may look alike. The pixels must.
    assert np.abs(again - np.asarray(image.image, np.float32)).mean() < 24


def test_the_evaluation_draws_what_the_program_draws(starter: DalleMiniPipeline, four: GenerationResult) -> None:
    """evaluate.py draws many prompts at once by a loop of its own; the figures must be about the same pictures."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging" / "starter_model"))
    draw = importlib.import_module("draw")
    model = starter._model
    captions, seeds = [PROMPT] * 4, range(40, 44)
    network, sampling = dalle_bart.load(model.folder.text_model), model.folder.description.defaults
    drawn = draw.draw_tokens(network, model.tokenizer, captions, seeds, sampling)
    same = [bool((row == image.tokens).all()) for row, image in zip(drawn, four.images, strict=True)]
    assert sum(same) >= 3, "rounding may flip a rare choice"


@pytest.mark.parametrize("number", [1, 12, 24])
def test_an_example_shows_what_is_drawn_for_its_prompt(starter: DalleMiniPipeline, number: int) -> None:
    folder = resource_path("models", "starter")
    example = json.loads((folder / "words.json").read_text(encoding="utf-8"))["examples"][number - 1]
    drawn = starter.generate(GenerationRequest(prompt=example["prompt"], seed=example["seed"])).images[0].image
    with Image.open(folder / example["picture"]) as picture:
        shown = picture.convert("RGB")
    difference = np.asarray(drawn.resize(shown.size, Image.Resampling.LANCZOS), np.float32) - np.asarray(shown)
    assert np.abs(difference).mean() < 6, "webp keeps it but for small errors"


def test_what_ships_is_small() -> None:
    folder = resource_path("models", "starter")
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) <= 40_000_000
