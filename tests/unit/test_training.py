"""Training from scratch: codebook, budgets that survive an interruption, networks that learn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.training.codebook import PatchCodebook, fit_codebook, patches_of
from model_runtime.training.dalle_bart import Batch, Recipe, train_dalle_bart
from model_runtime.training.detokenizer import train_decoder, train_encoder
from model_runtime.training.run import TrainingRun, WeightAverage, learning_rate
from model_runtime.training.starting_weights import start_dalle_bart, start_decoder
from model_runtime.vqgan.config import VQGANConfig
from model_runtime.vqgan.model import VQGAN

SIDE = 4
CODES = 8


@pytest.fixture(scope="module")
def codebook() -> PatchCodebook:
    """Eight flat colours as patches of 8 x 8 pixels."""
    generator = torch.Generator().manual_seed(3)
    colours = torch.rand(CODES, 3, generator=generator)
    patches = colours.repeat(40, 1)[:, None].expand(-1, 64, -1).reshape(40 * CODES, 192)
    noisy = patches + 0.01 * torch.randn(patches.shape, generator=generator)
    return fit_codebook(noisy, CODES, 4, seed=1)


def test_every_colour_gets_a_code(codebook: PatchCodebook) -> None:
    found = codebook.nearest(codebook.centroids.numpy())
    assert sorted(found) == list(range(CODES))
    assert codebook.embeddings.shape == (CODES, 4)
    torch.testing.assert_close(codebook.colours, codebook.centroids.view(CODES, 64, 3).mean(1))


def test_too_few_patches_are_refused() -> None:
    with pytest.raises(ValueError, match="3 different patches for 4 codes"):
        fit_codebook(torch.eye(3).repeat(5, 1), 4, 2, seed=0)


def test_patches_are_cells_row_by_row() -> None:
    image = np.zeros((16, 16, 3), np.uint8)
    image[:8, 8:] = 255
    patches = patches_of(image, 2)
    assert patches.shape == (4, 192)
    assert list(patches.mean(1)) == [0, 1, 0, 0]


def test_the_rate_warms_up_and_falls() -> None:
    assert learning_rate(0, 0.0, peak=1.0) == pytest.approx(0.01)
    assert learning_rate(200, 0.0, peak=1.0) == 1.0
    assert learning_rate(200, 0.5, peak=1.0) == pytest.approx(0.51)
    assert learning_rate(200, 1.0, peak=1.0) == pytest.approx(0.02)


def test_an_interrupted_run_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    first = nn.Linear(2, 2)
    run = TrainingRun(tmp_path, "line", core_seconds=1e9, state={"network": first})
    for step in run.steps():
        if step == 5:
            run.save()
            break
    second = nn.Linear(2, 2)
    resumed = TrainingRun(tmp_path, "line", core_seconds=1e9, state={"network": second})
    assert resumed.step == 5
    assert resumed.spent >= run.spent - 60
    torch.testing.assert_close(second.weight, first.weight)
    resumed.log(loss=0.25)
    assert json.loads((tmp_path / "line.log.jsonl").read_text())["loss"] == 0.25


def test_a_spent_budget_trains_no_further(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "line", core_seconds=1e-9, state={"network": nn.Linear(1, 1)})
    assert list(run.steps()) == []
    assert run.progress == 1.0


def test_the_average_follows_the_weights() -> None:
    network = nn.Linear(1, 1, bias=False)
    average = WeightAverage(network, 0.5)
    with torch.no_grad():
        network.weight.fill_(4.0)
    for step in range(100):
        average.update(step)
    other = nn.Linear(1, 1, bias=False)
    average.copy_to(other)
    assert other.weight.item() == pytest.approx(4.0)


def small_vqgan(codebook: PatchCodebook) -> VQGAN:
    torch.manual_seed(0)
    config = VQGANConfig(
        ch=96, ch_mult=(1, 1), num_res_blocks=0, attn_resolutions=(), resolution=8, z_channels=4, embed_dim=4,
        n_embed=CODES,
    )  # fmt: skip
    vqgan = VQGAN(config, memory_format=torch.contiguous_format)
    with torch.no_grad():
        vqgan.codebook.weight.copy_(codebook.embeddings)
    vqgan.codebook.weight.requires_grad_(False)
    return vqgan


def mosaics(codebook: PatchCodebook, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.randint(CODES, (4, SIDE * SIDE), generator=torch.Generator().manual_seed(seed))
    pictures = codebook.colours[tokens].view(4, SIDE, SIDE, 3)
    return tokens, pictures.repeat_interleave(2, 1).repeat_interleave(2, 2)


def test_a_decoder_starts_as_a_mosaic_and_learns(codebook: PatchCodebook, tmp_path: Path) -> None:
    vqgan = small_vqgan(codebook)
    start_decoder(vqgan, codebook.colours)
    tokens, pictures = mosaics(codebook, 99)
    with torch.inference_mode():
        at_first = (vqgan.detokenize(tokens) - pictures).abs().mean()
    assert at_first < 0.1
    train_decoder(vqgan, lambda step: mosaics(codebook, step), tmp_path, core_seconds=6)
    with torch.inference_mode():
        assert (vqgan.detokenize(tokens) - pictures).abs().mean() < at_first


def test_narrow_norm_groups_cannot_carry_colours(codebook: PatchCodebook) -> None:
    config = VQGANConfig(
        ch=64, ch_mult=(1, 1), num_res_blocks=0, attn_resolutions=(), resolution=8, z_channels=4, embed_dim=4,
        n_embed=CODES,
    )  # fmt: skip
    with pytest.raises(ValueError, match="three channels"):
        start_decoder(VQGAN(config), codebook.colours)


def test_an_encoder_learns_to_find_codes(codebook: PatchCodebook, tmp_path: Path) -> None:
    vqgan = small_vqgan(codebook)
    tokens, pictures = mosaics(codebook, 99)
    train_encoder(vqgan, lambda step: mosaics(codebook, step), tmp_path, core_seconds=6)
    with torch.inference_mode():
        assert (vqgan.tokenize(pictures) == tokens).float().mean() > 0.5  # one in eight by chance


def word_batch(step: int) -> Batch:
    """The word decides the whole picture: word w is a picture of code w."""
    words = torch.randint(4, 4 + CODES, (8, 1), generator=torch.Generator().manual_seed(step))
    text = torch.cat([torch.zeros(8, 1, dtype=torch.int64), words, torch.full((8, 1), 2)], dim=1)
    everywhere = torch.ones(8, SIDE * SIDE, dtype=torch.bool)
    return Batch(
        text_tokens=text,
        attention_mask=torch.ones_like(text),
        image_tokens=(words - 4).expand(-1, SIDE * SIDE).contiguous(),
        drawn=everywhere,
        onset=everywhere,
        labels={"word": words[:, 0] - 4},
    )


def test_dalle_bart_learns_that_words_decide(codebook: PatchCodebook, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = DalleBart(
        DalleBartConfig(
            d_model=32, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=32, decoder_ffn_dim=32, encoder_vocab_size=4 + CODES, image_vocab_size=CODES,
            max_text_length=3, image_length=SIDE * SIDE, decoder_start_token_id=CODES,
        )
    )  # fmt: skip
    start_dalle_bart(model, codebook.centroids)
    empty = torch.tensor([0, 2, 1]), torch.tensor([1, 1, 0])
    seen: list[DalleBart] = []
    recipe = Recipe(core_seconds=8, encoder_seconds=1)
    train_dalle_bart(model, word_batch, {"word": CODES}, empty, tmp_path, recipe, seen.append)
    batch = word_batch(10_000)
    with torch.inference_mode():
        state = model.encode(batch.text_tokens, batch.attention_mask)
        start = torch.full((8, 1), CODES)
        first = model.decode(start, state, batch.attention_mask)[:, 0, :CODES].argmax(-1)
    assert (first == batch.image_tokens[:, 0]).float().mean() > 0.5
