"""Draws many captions at once with a DalleBart in memory: for watching and judging a training."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from model_runtime.dalle_bart.model import DalleBart, DecoderCache
from model_runtime.noise import choose, noise_keys
from model_runtime.request import SamplingSettings
from model_runtime.sampling import filter_logits, super_condition
from model_runtime.text.tokenizer import PromptTokenizer

BATCH = 50


@torch.inference_mode()
def draw_tokens(
    model: DalleBart,
    tokenizer: PromptTokenizer,
    captions: Sequence[str],
    seeds: Sequence[int],
    sampling: SamplingSettings,
) -> NDArray[np.int64]:
    """Return (captions, image_length) tokens, each caption with its own seed."""
    parts = [slice(start, start + BATCH) for start in range(0, len(captions), BATCH)]
    return np.concatenate([_draw(model, tokenizer, captions[part], seeds[part], sampling) for part in parts])


def _draw(
    model: DalleBart,
    tokenizer: PromptTokenizer,
    captions: Sequence[str],
    seeds: Sequence[int],
    sampling: SamplingSettings,
) -> NDArray[np.int64]:
    count, length, start = len(captions), model.config.image_length, model.config.decoder_start_token_id
    conditioned = sampling.condition_scale != 1.0
    encoded = [tokenizer.encode(caption) for caption in captions]
    if conditioned:
        encoded += [tokenizer.unconditional] * count
    mask = torch.tensor([entry.attention_mask for entry in encoded])
    cache = DecoderCache(model, model.encode(torch.tensor([entry.token_ids for entry in encoded]), mask), mask)
    keys = torch.from_numpy(np.stack([noise_keys(seed, length) for seed in seeds]))
    tokens = torch.full((count, length + 1), start)
    for position in range(length):
        inputs = tokens[:, position : position + 1].repeat(2 if conditioned else 1, 1)
        logits = cache.extend(inputs, torch.full((len(inputs),), position))[:, 0, : model.config.image_vocab_size]
        if conditioned:
            logits = super_condition(logits[:count], logits[count:], sampling.condition_scale)
        tokens[:, position + 1] = choose(filter_logits(logits, sampling), keys[:, position])
    drawn: NDArray[np.int64] = tokens[:, 1:].numpy()
    return drawn
