"""DalleBart: a BART-shaped encoder and decoder that turn text tokens into image tokens.

After B. Dayma et al., DALL·E Mini (2021); the layers are those of NormFormer (Shleifer et al., 2021) with the
gated feed-forward of Shazeer (2020). Shape letters: batch, length (text or image), rows (of the decoder's
batch), heads, head (the width of one head), d_model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.dalle_bart.config import DalleBartConfig

NORM_EPSILON = 1e-5


class Norm(nn.Module):
    """Layer normalisation; the pre-norms of NormFormer have a bias but no scale."""

    def __init__(self, width: int, *, scale: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width)) if scale else None
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Any shape that ends in the width."""
        return F.layer_norm(x, self.bias.shape, self.weight, self.bias, NORM_EPSILON)


def split_heads(x: Tensor, heads: int) -> Tensor:
    """(batch, length, d_model) -> (batch, heads, length, head)."""
    return x.view(*x.shape[:-1], heads, -1).transpose(1, 2)


def merge_heads(x: Tensor) -> Tensor:
    """(batch, heads, length, head) -> (batch, length, d_model)."""
    return x.transpose(1, 2).flatten(2)


@dataclass
class LayerCache:
    """What one decoder layer has computed so far, for every row of the batch.

    Self-attention keys and values are (rows, heads, image_length, head) and filled position by position;
    those of cross-attention are (rows, heads, text_length, head), computed once per prompt.
    """

    self_keys: Tensor
    self_values: Tensor
    cross_keys: Tensor
    cross_values: Tensor


class SelfAttention(nn.Module):
    """Attention among text tokens, or causally among image tokens."""

    def __init__(self, d_model: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv_proj = nn.Linear(d_model, 3 * d_model, bias=False)  # one product instead of three
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Tensor, mask: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """(batch, length, d_model); mask (batch, 1, 1, length) is True at visible keys."""
        q, k, v = (split_heads(part, self.heads) for part in self.qkv_proj(x).chunk(3, dim=-1))
        attended: Tensor = self.out_proj(merge_heads(F.scaled_dot_product_attention(q, k, v, mask, is_causal=causal)))
        return attended

    def extend(self, x: Tensor, cache: LayerCache, rows: Tensor, positions: Tensor, mask: Tensor) -> Tensor:
        """Continue rows of the cache by n tokens.

        x (rows, n, d_model); positions (rows, n), each row's own; mask (rows, 1, n, image_length). Attention
        always runs over the whole cache, so the arithmetic of one row never depends on the others' progress.
        """
        q, k, v = (split_heads(part, self.heads) for part in self.qkv_proj(x).chunk(3, dim=-1))
        cache.self_keys[rows[:, None], :, positions] = k.transpose(1, 2)
        cache.self_values[rows[:, None], :, positions] = v.transpose(1, 2)
        whole = len(rows) == len(cache.self_keys)
        keys = cache.self_keys if whole else cache.self_keys[rows]
        values = cache.self_values if whole else cache.self_values[rows]
        attended: Tensor = self.out_proj(merge_heads(F.scaled_dot_product_attention(q, keys, values, mask)))
        return attended


class CrossAttention(nn.Module):
    """Attention from image tokens to the encoded text."""

    def __init__(self, d_model: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.kv_proj = nn.Linear(d_model, 2 * d_model, bias=False)
        self.out_proj = nn.Linear(d_model, d_model, bias=False)

    def keys_values(self, encoder_state: Tensor) -> tuple[Tensor, Tensor]:
        """(batch, text_length, d_model) -> keys, values (batch, heads, text_length, head)."""
        k, v = (split_heads(part, self.heads) for part in self.kv_proj(encoder_state).chunk(2, dim=-1))
        return k, v

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
        """(batch, n, d_model); keys and values as `keys_values` gives them."""
        q = split_heads(self.q_proj(x), self.heads)
        attended: Tensor = self.out_proj(merge_heads(F.scaled_dot_product_attention(q, keys, values, mask)))
        return attended


class GLU(nn.Module):
    """Gated feed-forward: LN, gelu(x W0) * (x W1), LN, W2."""

    def __init__(self, d_model: int, ffn_dim: int, *, scale: bool) -> None:
        super().__init__()
        self.ln0 = Norm(d_model, scale=scale)
        self.fc01 = nn.Linear(d_model, 2 * ffn_dim, bias=False)  # the gelu branch, then the linear branch
        self.ln1 = Norm(ffn_dim, scale=scale)
        self.fc2 = nn.Linear(ffn_dim, d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, length, d_model) -> the same."""
        gate, linear = self.fc01(self.ln0(x)).chunk(2, dim=-1)
        # Contiguous even for one row, where torch would take another gelu with other last bits.
        gated: Tensor = self.fc2(self.ln1(F.gelu(gate.contiguous()) * linear))
        return gated


class EncoderLayer(nn.Module):
    """Self-attention and a gated feed-forward, each with a norm before and after."""

    def __init__(self, config: DalleBartConfig) -> None:
        super().__init__()
        d_model, scale = config.d_model, config.force_ln_scale
        self.pre_self_attn_layer_norm = Norm(d_model, scale=scale)
        self.self_attn = SelfAttention(d_model, config.encoder_attention_heads)
        self.self_attn_layer_norm = Norm(d_model, scale=True)
        self.glu = GLU(d_model, config.encoder_ffn_dim, scale=scale)

    def forward(self, h: Tensor, mask: Tensor) -> Tensor:
        """(batch, length, d_model); mask as `visible_keys` gives it."""
        h = h + self.self_attn_layer_norm(self.self_attn(self.pre_self_attn_layer_norm(h), mask))
        gated: Tensor = self.glu(h)
        return h + gated


class DecoderLayer(nn.Module):
    """Causal self-attention, cross-attention to the text and a gated feed-forward."""

    def __init__(self, config: DalleBartConfig) -> None:
        super().__init__()
        d_model, heads, scale = config.d_model, config.decoder_attention_heads, config.force_ln_scale
        self.pre_self_attn_layer_norm = Norm(d_model, scale=scale)
        self.self_attn = SelfAttention(d_model, heads)
        self.self_attn_layer_norm = Norm(d_model, scale=True)
        self.pre_encoder_attn_layer_norm = Norm(d_model, scale=scale)
        self.encoder_attn = CrossAttention(d_model, heads)
        self.encoder_attn_layer_norm = Norm(d_model, scale=True)
        self.glu = GLU(d_model, config.decoder_ffn_dim, scale=scale)

    def forward(self, h: Tensor, encoder_state: Tensor, text_mask: Tensor) -> Tensor:
        """(batch, n, d_model), the whole sequence at once."""
        h = h + self.self_attn_layer_norm(self.self_attn(self.pre_self_attn_layer_norm(h), causal=True))
        return self._attend_text_and_gate(h, *self.encoder_attn.keys_values(encoder_state), text_mask)

    def extend(
        self,
        h: Tensor,
        cache: LayerCache,
        *,
        rows: Tensor,
        positions: Tensor,
        mask: Tensor,
        text_mask: Tensor,
    ) -> Tensor:
        """Continue rows of the cache by n tokens: h (rows, n, d_model), the rest as in `SelfAttention`."""
        attended = self.self_attn.extend(self.pre_self_attn_layer_norm(h), cache, rows, positions, mask)
        h = h + self.self_attn_layer_norm(attended)
        if len(rows) == len(cache.cross_keys):
            return self._attend_text_and_gate(h, cache.cross_keys, cache.cross_values, text_mask)
        return self._attend_text_and_gate(h, cache.cross_keys[rows], cache.cross_values[rows], text_mask)

    def _attend_text_and_gate(self, h: Tensor, keys: Tensor, values: Tensor, text_mask: Tensor) -> Tensor:
        attended = self.encoder_attn(self.pre_encoder_attn_layer_norm(h), keys, values, text_mask)
        h = h + self.encoder_attn_layer_norm(attended)
        gated: Tensor = self.glu(h)
        return h + gated


class Encoder(nn.Module):
    """Text tokens to the states that the decoder attends to."""

    def __init__(self, config: DalleBartConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.encoder_vocab_size, config.d_model)
        self.embed_positions = nn.Embedding(config.max_text_length, config.d_model)
        self.layernorm_embedding = Norm(config.d_model, scale=True)
        layers = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.layers = cast("Sequence[EncoderLayer]", layers)  # torch's list forgets what it holds
        self.final_ln = Norm(config.d_model, scale=config.force_ln_scale)

    def forward(self, text_tokens: Tensor, attention_mask: Tensor) -> Tensor:
        """(batch, text_length) tokens and mask -> (batch, text_length, d_model)."""
        h = self.embed_tokens(text_tokens) + self.embed_positions.weight[: text_tokens.shape[1]]
        h = self.layernorm_embedding(h)
        for layer in self.layers:
            h = layer(h, attention_mask)
        state: Tensor = self.final_ln(h)
        return state


class Decoder(nn.Module):
    """Image tokens so far to logits for the next one."""

    def __init__(self, config: DalleBartConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.image_vocab_rows, config.d_model)
        self.embed_positions = nn.Embedding(config.image_length, config.d_model)
        self.layernorm_embedding = Norm(config.d_model, scale=True)
        layers = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        self.layers = cast("Sequence[DecoderLayer]", layers)  # torch's list forgets what it holds
        self.final_ln = Norm(config.d_model, scale=config.force_ln_scale)
        self.lm_head = nn.Linear(config.d_model, config.image_vocab_rows, bias=False)

    def embed(self, image_tokens: Tensor, positions: Tensor) -> Tensor:
        """(batch, n) inputs and their positions (n,) or (batch, n) -> (batch, n, d_model)."""
        h: Tensor = self.layernorm_embedding(self.embed_tokens(image_tokens) + self.embed_positions(positions))
        return h

    def forward(self, image_tokens: Tensor, encoder_state: Tensor, text_mask: Tensor) -> Tensor:
        """(batch, n) decoder inputs -> (batch, n, image_vocab_rows) logits."""
        h = self.embed(image_tokens, torch.arange(image_tokens.shape[1], device=image_tokens.device))
        for layer in self.layers:
            h = layer(h, encoder_state, text_mask)
        return self.logits(h)

    def logits(self, h: Tensor) -> Tensor:
        """The last layer's output (batch, n, d_model) -> (batch, n, image_vocab_rows)."""
        logits: Tensor = self.lm_head(self.final_ln(h))
        return logits


class DalleBart(nn.Module):
    """The network of one checkpoint. `decode` is the reference; `DecoderCache` is the fast way to draw."""

    def __init__(self, config: DalleBartConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)

    def encode(self, text_tokens: Tensor, attention_mask: Tensor) -> Tensor:
        """(batch, text_length) int64 tokens, mask 1 = visible -> (batch, text_length, d_model).

        Raises ValueError where a row of the mask shows nothing: the official network answers NaN there.
        """
        state: Tensor = self.encoder(text_tokens, visible_keys(attention_mask))
        return state

    def decode(self, image_tokens: Tensor, encoder_state: Tensor, attention_mask: Tensor) -> Tensor:
        """Teacher-forced logits, unfiltered, float32 (batch, n, image_vocab_size + 1).

        `image_tokens` (batch, n) are decoder inputs: the start token, then the picture's first n - 1 tokens.
        """
        logits: Tensor = self.decoder(image_tokens, encoder_state, visible_keys(attention_mask))
        return logits.float()


def visible_keys(attention_mask: Tensor) -> Tensor:
    """(batch, length) with 1 = visible -> bool (batch, 1, 1, length)."""
    visible = attention_mask.bool()
    if not bool(visible.any(dim=-1).all()):
        raise ValueError("every row of the attention mask must show at least one token")
    return visible[:, None, None, :]


class DecoderCache:
    """The decoder's memory while drawing: one row for each conditional or unconditional sequence.

    Every row has its own position, so a row can start over while the others go on.
    """

    def __init__(self, model: DalleBart, encoder_state: Tensor, attention_mask: Tensor) -> None:
        """`encoder_state` (rows, text_length, d_model) and its mask (rows, text_length), one entry a row."""
        config = model.config
        self.decoder = model.decoder
        self.text_mask = visible_keys(attention_mask)
        rows, heads = len(encoder_state), config.decoder_attention_heads
        shape = (rows, heads, config.image_length, config.d_model // heads)
        # Zeros, not empty memory: a masked key still meets a zero weight, and 0 * NaN is NaN.
        self.layers = [
            LayerCache(
                encoder_state.new_zeros(shape),
                encoder_state.new_zeros(shape),
                *(part.contiguous() for part in layer.encoder_attn.keys_values(encoder_state)),
            )
            for layer in self.decoder.layers
        ]
        self._key_index = torch.arange(config.image_length, device=encoder_state.device)
        self._all_rows = torch.arange(rows, device=encoder_state.device)

    def extend(self, tokens: Tensor, starts: Tensor, rows: Tensor | None = None) -> Tensor:
        """Feed n inputs to each row from its own position on.

        tokens (rows, n) int64; starts (rows,) int64, the position of each row's first input; `rows` (sorted
        row numbers) limits the call to some rows, None means all. Returns float32 logits (rows, n,
        image_vocab_rows).
        """
        rows = self._all_rows if rows is None else rows
        positions = starts[:, None] + self._key_index[: tokens.shape[1]]
        mask = (self._key_index <= positions[:, :, None])[:, None]  # (rows, 1, n, image_length)
        text_mask = self.text_mask if len(rows) == len(self._all_rows) else self.text_mask[rows]
        h = self.decoder.embed(tokens, positions)
        for layer, cache in zip(self.decoder.layers, self.layers, strict=True):
            h = layer.extend(h, cache, rows=rows, positions=positions, mask=mask, text_mask=text_mask)
        return self.decoder.logits(h).float()
