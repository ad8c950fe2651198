"""Training from scratch: codebook, budgets that survive an interruption, networks that learn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart, visible_keys
from model_runtime.training.codebook import PatchCodebook, fit_codebook, patches_of
from model_runtime.training.dalle_bart import Batch, Recipe, train_dalle_bart
from model_runtime.training.detokenizer import train_decoder, train_encoder
from model_runtime.training.kept import kept_positions, needed_positions
from model_runtime.training.run import Budget, TrainingRun, WeightAverage, learning_rate
from model_runtime.training.starting_weights import grow_decoder, start_dalle_bart, start_decoder
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


def test_the_rate_warms_up_settles_and_cools() -> None:
    assert learning_rate(0, 0.0, 1.0, peak=1.0, settle=100.0) == pytest.approx(0.01)
    assert learning_rate(200, 50.0, 1.0, peak=1.0, settle=100.0) == 1.0
    assert learning_rate(200, 400.0, 1.0, peak=1.0, settle=100.0) == pytest.approx(0.5)
    assert learning_rate(200, 400.0, 0.25, peak=1.0, settle=100.0) == pytest.approx(0.125)
    assert learning_rate(200, 0.0, 1.0, peak=1.0, settle=100.0, first_step=200) == pytest.approx(0.01)


def test_an_interrupted_run_goes_on_where_it_was_saved(tmp_path: Path) -> None:
    first = nn.Linear(2, 2)
    run = TrainingRun(tmp_path, "line", Budget(1e9), {"network": first})
    for step in run.steps():
        if step == 5:
            run.save()
            break
    second = nn.Linear(2, 2)
    resumed = TrainingRun(tmp_path, "line", Budget(1e9), {"network": second})
    assert resumed.step == 5
    assert resumed.first_step == 0, "the optimiser goes on too, so nothing warms up again"
    assert resumed.spent >= run.spent - 60
    torch.testing.assert_close(second.weight, first.weight)
    resumed.log(loss=0.25)
    assert json.loads((tmp_path / "line.log.jsonl").read_text())["loss"] == 0.25


def test_a_spent_budget_trains_no_further(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "line", Budget(1e-9), {"network": nn.Linear(1, 1)})
    assert list(run.steps()) == []
    assert run.heat == 0.0


def _cool(folder: Path, network: nn.Linear, budget: Budget, stop_at: float = 0.0) -> list[float]:
    """Run to the end, or until the heat is below `stop_at`; each step writes the heat it found into the weights."""
    run = TrainingRun(folder, "line", budget, {"network": network})
    heats: list[float] = []
    for _ in run.steps():
        heats.append(run.heat)
        nn.init.constant_(network.weight, heats[-1])
        if heats[-1] < stop_at:
            run.save()
            break
        sum(range(200_000))  # spends the processor time that is counted
    return heats


def test_a_longer_run_goes_on_from_before_the_cooling(tmp_path: Path) -> None:
    heats = _cool(tmp_path, nn.Linear(1, 1), Budget(0.3, 0.15))
    assert heats[0] == 1.0
    assert 0 <= heats[-1] < 0.5
    longer = nn.Linear(1, 1)
    run = TrainingRun(tmp_path, "line", Budget(100.0, 10.0), {"network": longer})
    assert longer.weight.item() == 1.0, "the weights from before the cooling"
    assert 0.14 < run.spent < 0.3
    assert run.heat == 1.0


def test_an_interrupted_cooling_goes_on_cooling(tmp_path: Path) -> None:
    _cool(tmp_path, nn.Linear(1, 1), Budget(0.4, 0.3), stop_at=0.5)
    again = nn.Linear(1, 1)
    run = TrainingRun(tmp_path, "line", Budget(0.4, 0.3), {"network": again})
    assert again.weight.item() < 0.5
    assert run.heat < 0.5


def test_weights_without_a_checkpoint_begin_where_they_are_said_to_be(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path, "line", Budget(1e9), {"network": nn.Linear(1, 1)}, spent=500.0, step=70)
    assert run.spent >= 500.0
    assert run.first_step == next(run.steps()) == 70


def test_average_weights_stand_in_for_a_while() -> None:
    network = nn.Linear(1, 1, bias=False)
    average = WeightAverage(network)
    nn.init.constant_(network.weight, 4.0)
    before = average.state_dict()["weight"].item()
    with average.in_place():
        assert network.weight.item() == before
    assert network.weight.item() == 4.0


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


def small_vqgan(codebook: PatchCodebook, levels: int = 2) -> VQGAN:
    torch.manual_seed(0)
    config = VQGANConfig(
        ch=96, ch_mult=(1,) * levels, num_res_blocks=0, attn_resolutions=(), resolution=2 * 2**levels,
        z_channels=4, embed_dim=4, n_embed=CODES,
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
    train_decoder(vqgan, lambda step: mosaics(codebook, step), tmp_path, Budget(6))
    with torch.inference_mode():
        assert (vqgan.detokenize(tokens) - pictures).abs().mean() < at_first


def test_a_grown_decoder_draws_the_same_picture_larger(codebook: PatchCodebook) -> None:
    small, large = small_vqgan(codebook), small_vqgan(codebook, levels=3)
    start_decoder(small, codebook.colours)
    grow_decoder(small, large)
    tokens, _ = mosaics(codebook, 7)
    with torch.inference_mode():
        before, after = small.detokenize(tokens), large.detokenize(tokens)
    doubled = before.repeat_interleave(2, 1).repeat_interleave(2, 2)
    assert after.shape == doubled.shape
    # The last convolution sees finer pixels, so edges differ a little.
    assert (after - doubled).abs().mean() < 0.1 * (before - before.mean()).abs().mean()
    with pytest.raises(ValueError, match="one more level"):
        grow_decoder(large, small)


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
    train_encoder(vqgan, lambda step: mosaics(codebook, step), tmp_path, Budget(6))
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


def tiny_dalle_bart() -> DalleBart:
    torch.manual_seed(0)
    return DalleBart(
        DalleBartConfig(
            d_model=32, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=32, decoder_ffn_dim=32, encoder_vocab_size=4 + CODES, image_vocab_size=CODES,
            max_text_length=3, image_length=SIDE * SIDE, decoder_start_token_id=CODES,
        )
    )  # fmt: skip


def test_dalle_bart_learns_that_words_decide(codebook: PatchCodebook, tmp_path: Path) -> None:
    model = tiny_dalle_bart()
    start_dalle_bart(model, codebook.centroids)
    empty = torch.tensor([0, 2, 1]), torch.tensor([1, 1, 0])
    seen: list[int] = []
    recipe = Recipe(Budget(8, 2), encoder_seconds=1)
    train_dalle_bart(
        model, word_batch, {"word": CODES}, empty, tmp_path, recipe, lambda model, run: seen.append(run.step)
    )
    assert seen and seen[-1] > 20
    batch = word_batch(10_000)
    with torch.inference_mode():
        state = model.encode(batch.text_tokens, batch.attention_mask)
        start = torch.full((8, 1), CODES)
        first = model.decode(start, state, batch.attention_mask)[:, 0, :CODES].argmax(-1)
    assert (first == batch.image_tokens[:, 0]).float().mean() > 0.5


def test_what_a_drawn_cell_leans_on_is_kept() -> None:
    drawn = torch.zeros(1, 64, dtype=torch.bool)
    drawn[0, 27] = True  # row 3, column 3 of 8
    needed = needed_positions(drawn, 8)
    # The inputs at these positions are the cells up-left, up and up-right, (2, 2) to (2, 4).
    assert needed[0].nonzero().flatten().tolist() == [0, 19, 20, 21, 27]


def test_kept_positions_are_sorted_and_hold_all_that_is_needed() -> None:
    drawn = torch.rand(5, 64, generator=torch.Generator().manual_seed(0)) < torch.linspace(0, 0.4, 5)[:, None]
    needed = needed_positions(drawn, 8)
    kept = kept_positions(needed, 3, torch.Generator().manual_seed(1))
    assert kept.shape == (5, int(needed.sum(1).max()) + 3)
    assert (kept.diff(dim=1) > 0).all()
    chosen = torch.zeros_like(needed).scatter_(1, kept, True)
    assert not (needed & ~chosen).any()


def test_positions_left_out_change_nothing_before_them() -> None:
    """A sequence with gaps is still causal: the model sees only the kept positions before each."""
    model = tiny_dalle_bart()
    batch = word_batch(3)
    state = model.encode(batch.text_tokens, batch.attention_mask)
    mask = visible_keys(batch.attention_mask)
    inputs = torch.randint(CODES, (8, SIDE * SIDE), generator=torch.Generator().manual_seed(2))

    def run(kept: list[int]) -> torch.Tensor:
        positions = torch.tensor(kept).expand(8, -1)
        h = model.decoder.embed(inputs.gather(1, positions), positions)
        for layer in model.decoder.layers:
            h = layer(h, state, mask)
        return model.decoder.logits(h)

    with torch.inference_mode():
        torch.testing.assert_close(run([0, 3, 4, 9]), run([0, 3, 4, 9, 12])[:, :4])
        whole = model.decode(inputs, state, batch.attention_mask)
        torch.testing.assert_close(run(list(range(SIDE * SIDE))), whole)
