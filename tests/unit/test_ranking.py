"""Ordering pictures, and the CLIP judge against transformers' own processor-free arithmetic."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from model_runtime import DalleMiniPipeline, GenerationRequest
from model_runtime.errors import CorruptCheckpoint
from model_runtime.ranking import ClipJudge, keep_best, ranked
from model_runtime.result import GeneratedImage

REFERENCE = Path(__file__).parents[1] / "parity" / "reference"


@pytest.fixture(scope="module")
def pictures(tiny_pipeline: DalleMiniPipeline) -> list[GeneratedImage]:
    [image] = tiny_pipeline.generate(GenerationRequest(prompt="a boat", seed=1)).images
    scores = [0.2, 0.3, None, 0.3, 0.1]
    return [dataclasses.replace(image, index=index, clip_score=score) for index, score in enumerate(scores)]


def test_the_best_come_first_and_equals_in_order(pictures: list[GeneratedImage]) -> None:
    assert ranked(pictures, "clip") == (1, 3, 0, 4, 2)
    assert ranked(pictures, "likelihood") == (0, 1, 2, 3, 4)


def test_keeping_the_best(pictures: list[GeneratedImage]) -> None:
    kept, ranking = keep_best(pictures[::-1], "clip", 3)
    assert [image.index for image in kept] == [3, 1, 0]
    assert [kept[place].index for place in ranking] == [3, 1, 0]
    kept, ranking = keep_best(pictures, "clip", 3)
    assert [image.index for image in kept] == [0, 1, 3]
    assert ranking == (1, 2, 0)
    assert keep_best(pictures, "clip", None)[0] == tuple(pictures)


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import CLIPConfig, CLIPModel  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("clip")
    small = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(
        text_config=small | {"vocab_size": 330, "max_position_embeddings": 12, "eos_token_id": 2},
        vision_config=small | {"image_size": 8, "patch_size": 4},
        projection_dim=8,
    )
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = CLIPModel(config)
    for name, parameter in model.named_parameters():
        if "projection" in name:
            parameter.data.mul_(50)
    model.save_pretrained(folder)
    shutil.copy(REFERENCE / "dallebart-mini-tiny" / "scan" / "tokenizer.json", folder)
    settings = {
        "size": {"shortest_edge": 8},
        "crop_size": {"height": 8, "width": 8},
        "image_mean": [0.4, 0.5, 0.6],
        "image_std": [0.2, 0.3, 0.25],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def test_clip_scores_decide(tiny_model: Path, clip_folder: Path) -> None:
    pipeline = DalleMiniPipeline.from_pretrained(tiny_model, device="cpu", clip=clip_folder)
    request = GenerationRequest(prompt="a small red boat", image_count=3, seed=5, rank="clip", keep=2)
    result = pipeline.generate(request)
    scores = [image.clip_score for image in result.images]
    assert all(score is not None and -1 <= score <= 1 for score in scores)
    assert scores[result.ranking[0]] == max(scores, key=lambda score: score or 0)
    assert len(result.images) == 2
    again = pipeline._model.clip().score("a small red boat", result.images[0].image)
    assert again == pytest.approx(scores[0])


def test_the_judge_prepares_pictures_like_the_official_processor(clip_folder: Path) -> None:
    judge = ClipJudge(clip_folder, torch.device("cpu"))
    wide = Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 20, 3), dtype=np.uint8))
    pixels = judge._pixels(wide)
    middle = np.asarray(wide, np.float32)[:, 6:14] / 255
    expected = (middle - [0.4, 0.5, 0.6]) / [0.2, 0.3, 0.25]
    assert pixels.shape == (3, 8, 8)
    assert np.allclose(pixels.permute(1, 2, 0).numpy(), expected, atol=1e-6)
    assert judge._pixels(wide.resize((50, 20))).shape == (3, 8, 8)


def test_a_long_prompt_is_cut(clip_folder: Path) -> None:
    judge = ClipJudge(clip_folder, torch.device("cpu"))
    picture = Image.new("RGB", (8, 8), "red")
    assert -1 <= judge.score("a small red boat " * 40, picture) <= 1


@pytest.mark.parametrize("missing", ["preprocessor_config.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_clip_is_named(clip_folder: Path, tmp_path: Path, missing: str) -> None:
    broken = shutil.copytree(clip_folder, tmp_path / "clip")
    (broken / missing).unlink()
    with pytest.raises(CorruptCheckpoint, match="clip"):
        ClipJudge(broken, torch.device("cpu"))
