"""Packed products: the same network, and a row's bits whatever is drawn beside it."""

import pytest
import torch

from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart, DecoderCache
from model_runtime.dalle_bart.packed import PackedLinear, can_pack, pack_decoder

CONFIG = DalleBartConfig(
    d_model=64,
    encoder_layers=1,
    decoder_layers=2,
    encoder_attention_heads=2,
    decoder_attention_heads=2,
    encoder_ffn_dim=90,
    decoder_ffn_dim=90,
    encoder_vocab_size=50,
    image_vocab_size=100,
    max_text_length=8,
    image_length=16,
    decoder_start_token_id=100,
)

needs_packing = pytest.mark.skipif(not can_pack(torch.zeros(1, 1)), reason="no packed products here")


@pytest.fixture
def model() -> DalleBart:
    torch.manual_seed(3)
    return DalleBart(CONFIG).eval()


@torch.inference_mode()
def last_row(model: DalleBart, rows: int) -> torch.Tensor:
    """Logits (steps, classes) of the last of so many rows, whose neighbours read something else."""
    tokens = torch.full((rows, 4), 9)
    tokens[-1] = torch.tensor([100, 7, 3, 50])
    state = torch.full((rows, 8, 64), 0.5)
    state[-1] = torch.linspace(-1, 1, 512).view(8, 64)
    cache = DecoderCache(model, state, torch.ones(rows, 8))
    steps = [cache.extend(tokens[:, [i]], torch.full((rows,), i))[-1, 0] for i in range(4)]
    return torch.stack(steps)


@needs_packing
def test_a_packed_model_gives_the_same_logits(model: DalleBart) -> None:
    plain = last_row(model, 2)
    pack_decoder(model)
    assert isinstance(model.decoder.lm_head, PackedLinear)
    assert not any(isinstance(module, torch.nn.Linear) for module in model.decoder.modules())
    torch.testing.assert_close(last_row(model, 2), plain, atol=1e-5, rtol=0)


@needs_packing
def test_the_number_of_rows_never_changes_a_bit(model: DalleBart) -> None:
    pack_decoder(model)
    alone = last_row(model, 1)
    for rows in (2, 3, 5, 8, 16, 17):
        assert torch.equal(last_row(model, rows), alone), rows


def test_what_cannot_be_packed_stays(model: DalleBart) -> None:
    model.to(torch.bfloat16)
    pack_decoder(model)
    assert isinstance(model.decoder.lm_head, torch.nn.Linear)
