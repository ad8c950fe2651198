"""The public face on a tiny model: what decides a picture, what is recorded, what is refused."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from model_runtime import DalleMiniPipeline, GenerationRequest, SamplingSettings
from model_runtime.errors import (
    CorruptCheckpoint,
    InvalidRequest,
    ModelNotInstalled,
    UnsupportedConfig,
    UnsupportedOperation,
)
from model_runtime.noise import NOISE_VERSION
from model_runtime.result import GeneratedImage

REFERENCE = Path(__file__).parents[1] / "parity" / "reference"
PROMPT = "a small red boat"
PLAIN = SamplingSettings(condition_scale=1.0)


def tokens_of(pipeline: DalleMiniPipeline, **request: object) -> list[list[int]]:
    result = pipeline.generate(GenerationRequest(**{"prompt": PROMPT, **request}))  # type: ignore[arg-type]
    return [image.tokens.tolist() for image in result.images]


def test_the_face(tiny_pipeline: DalleMiniPipeline) -> None:
    assert (tiny_pipeline.device, tiny_pipeline.precision) == ("cpu", "float32")
    assert (tiny_pipeline.image_length, tiny_pipeline.codebook_size) == (16, 64)
    assert tiny_pipeline.model_id == "tiny"
    assert tiny_pipeline.defaults == SamplingSettings(top_k=32, condition_scale=3.0)


def test_a_picture_and_what_is_known_of_it(tiny_pipeline: DalleMiniPipeline) -> None:
    result = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT, image_count=2, seed=40))
    assert result.request.seeds == (40, 41)
    assert result.request.sampling == tiny_pipeline.defaults
    assert result.ranking == ()
    for place, image in enumerate(result.images):
        assert image.image.mode == "RGB"
        assert image.image.size == (16, 16)
        assert (image.index, image.seed, image.tokens.dtype, image.tokens.shape) == (
            place,
            40 + place,
            np.uint16,
            (16,),
        )
        assert image.tokens.max() < 64
        run = image.recipe.run
        assert (run.prompt, run.model.id, run.model.revision, run.model.sha256) == (
            PROMPT,
            "tiny",
            "1",
            "0" * 64,
        )
        assert (run.precision, run.device, run.batch, run.noise) == ("float32", "cpu", 2, NOISE_VERSION)
        assert (len(run.tokenizer), run.normalizer) == (16, 1)
        [decoded] = tiny_pipeline.decode(image.tokens)
        assert decoded.tobytes() == image.image.tobytes()
    assert result.images[0].recipe.run == result.images[1].recipe.run


@pytest.mark.parametrize("sampling", [None, PLAIN, SamplingSettings(top_p=0.8, condition_scale=2.0)])
def test_seeds_decide(tiny_pipeline: DalleMiniPipeline, sampling: SamplingSettings | None) -> None:
    first = tokens_of(tiny_pipeline, seed=5, image_count=4, sampling=sampling)
    assert tokens_of(tiny_pipeline, seed=5, image_count=4, sampling=sampling) == first
    assert tokens_of(tiny_pipeline, seeds=(8, 5, 7, 6), image_count=4, sampling=sampling) == [
        first[3],
        first[0],
        first[2],
        first[1],
    ]
    assert tokens_of(tiny_pipeline, seed=6, image_count=4, sampling=sampling)[:3] == first[1:]
    assert len({tuple(tokens) for tokens in first}) == 4


def test_the_batch_hardly_matters(tiny_pipeline: DalleMiniPipeline) -> None:
    together = tokens_of(tiny_pipeline, seed=5, image_count=6)
    alone = [tokens_of(tiny_pipeline, seed=5 + index)[0] for index in range(6)]
    same = [one == other for one, other in zip(together, alone, strict=True)]
    assert sum(same) >= 5  # float rounding may flip a choice now and then


def test_more_pictures_than_slots(tiny_model: Path) -> None:
    pipeline = DalleMiniPipeline.from_pretrained(tiny_model)
    pipeline.batch_limit = 2
    result = pipeline.generate(GenerationRequest(prompt=PROMPT, image_count=5, seed=9))
    assert [image.seed for image in result.images] == [9, 10, 11, 12, 13]
    assert result.images[4].recipe.run.batch == 2
    # In a batch of two, picture 4 is what picture 0 of another request is.
    pair = pipeline.generate(GenerationRequest(prompt=PROMPT, image_count=2, seed=13))
    assert pair.images[0].tokens.tolist() == result.images[4].tokens.tolist()


def test_a_seed_is_drawn_and_told(tiny_pipeline: DalleMiniPipeline) -> None:
    result = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT))
    assert result.images[0].seed == result.request.seed
    again = tiny_pipeline.generate(result.request)
    assert again.images[0].tokens.tolist() == result.images[0].tokens.tolist()


@hypothesis_settings(max_examples=30)
@given(data=st.data(), scale=st.sampled_from([1.0, 3.0]), count=st.integers(1, 3))
def test_fixed_tokens_stay_wherever_they_are(
    tiny_pipeline: DalleMiniPipeline, data: st.DataObject, scale: float, count: int
) -> None:
    cell = st.one_of(st.just(-1), st.integers(0, 63))
    rows = data.draw(st.lists(st.lists(cell, min_size=16, max_size=16), min_size=count, max_size=count))
    fixed = np.array(rows)
    sampling = SamplingSettings(condition_scale=scale)
    request = GenerationRequest(prompt=PROMPT, image_count=count, seed=3, fixed_tokens=fixed, sampling=sampling)
    for image, row in zip(tiny_pipeline.generate(request).images, fixed, strict=True):
        assert (image.tokens[row >= 0] == row[row >= 0]).all()
        score = tiny_pipeline.score(PROMPT, image.tokens)
        assert np.abs(score.log_probs - image.log_probs).max() < 1e-4
        assert np.abs(score.log_probs_unconditional - image.log_probs_unconditional).max() < 1e-4
        assert image.likelihood_gain == pytest.approx(float(score.likelihood_gain), abs=1e-4)


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_a_stopped_picture_is_finished_as_if_it_had_not_stopped(tiny_pipeline: DalleMiniPipeline, scale: float) -> None:
    sampling = SamplingSettings(condition_scale=scale)
    [whole] = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT, seed=21, sampling=sampling)).images
    for rows in range(5):
        prefix = np.where(np.arange(16) < 4 * rows, whole.tokens.astype(int), -1)
        request = GenerationRequest(prompt=PROMPT, seed=21, sampling=sampling, fixed_tokens=prefix)
        [finished] = tiny_pipeline.generate(request).images
        assert finished.tokens.tolist() == whole.tokens.tolist()
        assert np.allclose(finished.log_probs, whole.log_probs, atol=1e-4)
        assert np.allclose(finished.log_probs_unconditional, whole.log_probs_unconditional, atol=1e-4)
        assert (finished.recipe.fixed_tokens is None) == (rows == 0)


def test_the_official_model_in_its_own_layout() -> None:
    mini = REFERENCE / "dallebart-mini-tiny"
    pipeline = DalleMiniPipeline.from_pretrained(mini / "scan", vqgan=REFERENCE / "vqgan-tiny", device="cpu")
    assert pipeline.model_id == "scan"
    assert pipeline.defaults == SamplingSettings()
    greedy = SamplingSettings(top_k=1, condition_scale=10.0)
    with np.load(mini / "expected.npz") as arrays:
        expected = arrays["greedy_tokens_supercond_codebook"][0].tolist()
    request = GenerationRequest(prompt=PROMPT, image_count=2, sampling=greedy)
    assert [image.tokens.tolist() for image in pipeline.generate(request).images] == [expected] * 2
    with np.load(REFERENCE / "vqgan-tiny" / "expected.npz") as arrays:
        tokens, pixels = arrays["tokens"], arrays["pixels_uint8"]
        pictures = pipeline.decode(tokens)
        for picture, official in zip(pictures, pixels, strict=True):
            assert np.abs(np.asarray(picture).astype(int) - official).max() <= 1
        assert pipeline.encode(pictures[0]).shape == (16,)


def test_an_image_vocabulary_larger_than_the_codebook() -> None:
    mega = REFERENCE / "dallebart-mega-tiny" / "scan"
    pipeline = DalleMiniPipeline.from_pretrained(mega, vqgan=REFERENCE / "vqgan-tiny", device="cpu")
    assert pipeline.codebook_size == 64
    request = GenerationRequest(prompt=PROMPT, image_count=4, sampling=SamplingSettings(temperature=20.0))
    for image in pipeline.generate(request).images:
        assert image.tokens.max() < 64


def test_logits_are_what_the_choice_looks_at(tiny_pipeline: DalleMiniPipeline) -> None:
    [image] = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT, seed=2)).images
    for position in (0, 1, 15):
        raw = tiny_pipeline.logits_at(PROMPT, image.tokens[:position], position)
        recorded = (image.log_probs[position], image.log_probs_unconditional[position])
        for logits, log_prob in zip(raw, recorded, strict=True):
            assert (logits.dtype, logits.shape) == (np.float32, (64,))
            exact = torch.from_numpy(logits).log_softmax(-1)[int(image.tokens[position])]
            assert float(exact) == pytest.approx(float(log_prob), abs=1e-4)
    longer = tiny_pipeline.logits_at(PROMPT, image.tokens, 1)
    shorter = tiny_pipeline.logits_at(PROMPT, image.tokens[:1], 1)
    assert np.array_equal(longer[0], shorter[0])


def test_scores_of_several_pictures(tiny_pipeline: DalleMiniPipeline) -> None:
    tokens = np.arange(32).reshape(2, 16)
    both = tiny_pipeline.score(PROMPT, tokens)
    assert both.log_probs.shape == (2, 16)
    assert both.likelihood_gain.shape == (2,)
    assert np.array_equal(both.log_probs[1], tiny_pipeline.score(PROMPT, tokens[1].tolist()).log_probs)


def test_encoding_takes_the_middle_square_upright(tiny_pipeline: DalleMiniPipeline) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    square = Image.fromarray(noise)
    wide = Image.new("RGB", (32, 16), "red")
    wide.paste(square, (8, 0))
    tokens = tiny_pipeline.encode(square)
    assert (tokens.dtype, tokens.shape) == (np.uint16, (16,))
    assert tiny_pipeline.encode(wide).tolist() == tokens.tolist()
    turned = square.transpose(Image.Transpose.ROTATE_90)
    turned.getexif()[0x0112] = 6  # to be turned clockwise
    assert tiny_pipeline.encode(turned).tolist() == tokens.tolist()
    glass = Image.new("RGBA", (16, 16), (255, 0, 0, 0))
    assert tiny_pipeline.encode(glass).tolist() == tiny_pipeline.encode(Image.new("L", (9, 9), 255)).tolist()


def test_an_estimate(tiny_pipeline: DalleMiniPipeline) -> None:
    one = tiny_pipeline.estimate(GenerationRequest(prompt=PROMPT))
    many = tiny_pipeline.estimate(GenerationRequest(prompt=PROMPT, image_count=64))
    assert one.seconds > 0
    assert sum(weight.nbytes for weight in tiny_pipeline._model.text_model.parameters()) < one.peak_bytes
    assert one.peak_bytes < many.peak_bytes


def test_drawing_touches_nothing_global(tiny_pipeline: DalleMiniPipeline) -> None:
    before = (torch.get_rng_state(), np.random.get_state()[1].tolist(), torch.get_default_dtype())
    threads, grad = torch.get_num_threads(), torch.is_grad_enabled()
    events = tiny_pipeline.stream(GenerationRequest(prompt=PROMPT))
    for _ in itertools.islice(events, 9):
        assert not torch.is_inference_mode_enabled()
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]
    assert (torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled()) == (
        before[2],
        threads,
        grad,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"fixed_tokens": np.zeros(9, int)},
        {"fixed_tokens": np.full(16, 64)},
        {"sampling": SamplingSettings(), "rank": "beauty"},
    ],
)
def test_requests_that_do_not_fit(tiny_pipeline: DalleMiniPipeline, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        tiny_pipeline.stream(GenerationRequest(prompt=PROMPT, **wrong))  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [[1, 2], [[1] * 15], [64] * 16, [-1] * 16, [0.5] * 16, 3, [[[1] * 16]]])
def test_tokens_that_do_not_fit(tiny_pipeline: DalleMiniPipeline, wrong: list[int]) -> None:
    for call in (tiny_pipeline.decode, lambda tokens: tiny_pipeline.score(PROMPT, tokens)):
        with pytest.raises(InvalidRequest):
            call(wrong)


@pytest.mark.parametrize("position", [-1, 16, 3, 1.5])
def test_positions_that_do_not_fit(tiny_pipeline: DalleMiniPipeline, position: int) -> None:
    with pytest.raises(InvalidRequest):
        tiny_pipeline.logits_at(PROMPT, [1, 2], position)


def test_models_that_cannot_be_had(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelNotInstalled):
        DalleMiniPipeline.from_pretrained("no-such-model", models_dir=tmp_path)
    with pytest.raises(UnsupportedOperation, match="vqgan="):
        DalleMiniPipeline.from_pretrained(tiny_model / "dalle_bart")
    with pytest.raises(CorruptCheckpoint):
        DalleMiniPipeline.from_pretrained(tmp_path)
    assert DalleMiniPipeline.from_pretrained("tiny", models_dir=tiny_model.parent).model_id == "tiny"


def test_precisions_and_devices(tiny_model: Path) -> None:
    for precision in ("int8", "float16"):
        with pytest.raises(UnsupportedOperation) as caught:
            DalleMiniPipeline.from_pretrained(tiny_model, device="cpu", precision=precision)
        assert caught.value.code == "precision_unavailable"
    with pytest.raises(InvalidRequest):
        DalleMiniPipeline.from_pretrained(tiny_model, precision="float8")
    for device in ("toaster", "cuda:99", "meta"):
        with pytest.raises(UnsupportedOperation) as caught:
            DalleMiniPipeline.from_pretrained(tiny_model, device=device)
        assert caught.value.code == "device_unavailable"


def test_half_precision_draws(tiny_model: Path) -> None:
    pipeline = DalleMiniPipeline.from_pretrained(tiny_model, device="cpu", precision="bfloat16")
    [image] = pipeline.generate(GenerationRequest(prompt=PROMPT, seed=1)).images
    assert image.log_probs.dtype == np.float32
    assert image.recipe.run.precision == "bfloat16"


def test_a_picture_must_be_square(tiny_model: Path, tmp_path: Path) -> None:
    broken = tmp_path / "tiny"
    shutil.copytree(tiny_model, broken)
    config = broken / "dalle_bart" / "config.json"
    config.write_text(config.read_text().replace('"image_length": 16', '"image_length": 15'))
    with pytest.raises((UnsupportedConfig, CorruptCheckpoint)):
        DalleMiniPipeline.from_pretrained(broken)


def test_a_picture_file_goes_on_elsewhere(tiny_pipeline: DalleMiniPipeline, tmp_path: Path) -> None:
    [image] = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT, seed=4, rank="likelihood")).images
    assert isinstance(image, GeneratedImage)
    path = image.save(tmp_path)
    with Image.open(path) as saved:
        assert saved.tobytes() == image.image.tobytes()
