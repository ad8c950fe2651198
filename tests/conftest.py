"""A tiny model with random weights in our own folder layout, for every suite that draws."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from hypothesis import settings

from model_runtime.checkpoints.save import save_dalle_bart, save_vqgan
from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.vqgan.config import VQGANConfig
from model_runtime.vqgan.model import VQGAN

# A loaded machine is slow, not wrong.
settings.register_profile("armchair", deadline=None)
settings.load_profile("armchair")

REFERENCE = Path(__file__).parent / "parity" / "reference"

TINY_TEXT = DalleBartConfig(
    d_model=32,
    encoder_layers=2,
    decoder_layers=2,
    encoder_attention_heads=4,
    decoder_attention_heads=4,
    encoder_ffn_dim=44,
    decoder_ffn_dim=44,
    encoder_vocab_size=330,
    image_vocab_size=70,  # larger than the codebook, as in DALL·E Mega
    max_text_length=24,
    image_length=16,
    decoder_start_token_id=64,
)
TINY_VQGAN = VQGANConfig(
    ch=32,
    ch_mult=(1, 1, 2),
    num_res_blocks=1,
    attn_resolutions=(4,),
    resolution=16,
    z_channels=16,
    embed_dim=8,
    n_embed=64,
)


@torch.no_grad()
def randomise(network: torch.nn.Module, seed: int) -> torch.nn.Module:
    """Give a network built on the meta device its values, without touching torch's own generator."""
    network.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in network.named_parameters():
        fan_in = parameter[0].numel() if parameter.ndim > 1 else 1
        parameter.normal_(0, 0.1 if parameter.ndim == 1 else fan_in**-0.5, generator=generator)
        if parameter.ndim == 1 and name.endswith("weight"):
            parameter.add_(1)
    return network


def write_tiny_model(folder: Path) -> Path:
    with torch.device("meta"):
        text, pictures = DalleBart(TINY_TEXT), VQGAN(TINY_VQGAN)
    randomise(text, 1)
    with torch.no_grad():
        text.decoder.lm_head.weight *= 3  # a model with opinions
    save_dalle_bart(text, folder / "dalle_bart")
    save_vqgan(randomise(pictures, 2), folder / "vqgan")
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(REFERENCE / "dallebart-mini-tiny" / "scan" / name, folder / "dalle_bart")
    description = {
        "id": "tiny",
        "name": "Tiny",
        "revision": "1",
        "sha256": "0" * 64,
        "defaults": {"temperature": 1.0, "top_k": 32, "top_p": None, "condition_scale": 3.0},
        "card": {"summary": "random weights"},
    }
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny models gain nothing from more, and lose much where other programs use the cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; nobody writes to it."""
    return write_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_pipeline(tiny_model: Path) -> DalleMiniPipeline:
    return DalleMiniPipeline.from_pretrained(tiny_model, device="cpu")
