"""A page of pictures in raw codebook patches: what a person looks at while the model trains."""

import numpy as np
import torch
from grammar import GRID
from PIL import Image

from model_runtime.dalle_bart.model import DalleBart, DecoderCache
from model_runtime.noise import choose, noise_keys
from model_runtime.request import SamplingSettings
from model_runtime.sampling import filter_logits
from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook

CAPTIONS = (
    "a fox",
    "3d render of a rocket",
    "a banana, 3d",
    "a purple cat",
    "a panda on a blue background",
    "a car at night",
    "a chair in the snow",
    "two apples",
    "three penguins on a red background",
    "a green elephant on the moon",
    "a fox wearing a top hat on the moon",
    "a robot next to a tree",
)
COLUMNS = 6
SAMPLING = SamplingSettings(temperature=0.8, top_k=64)


@torch.inference_mode()
def draw_page(model: DalleBart, tokenizer: PromptTokenizer, codebook: PatchCodebook) -> Image.Image:
    """Draw CAPTIONS, each with its number as the seed, without super conditioning."""
    encoded = [tokenizer.encode(caption) for caption in CAPTIONS]
    mask = torch.tensor([entry.attention_mask for entry in encoded])
    cache = DecoderCache(model, model.encode(torch.tensor([entry.token_ids for entry in encoded]), mask), mask)
    count, length, codes = len(CAPTIONS), model.config.image_length, len(codebook.centroids)
    keys = torch.from_numpy(np.stack([noise_keys(seed, length) for seed in range(count)]))
    tokens = torch.full((count, length + 1), model.config.decoder_start_token_id)
    for position in range(length):
        logits = cache.extend(tokens[:, position : position + 1], torch.full((count,), position))[:, 0, :codes]
        tokens[:, position + 1] = choose(filter_logits(logits, SAMPLING), keys[:, position])
    return page_of(tokens[:, 1:].numpy(), codebook)


def page_of(tokens: np.ndarray[tuple[int, int], np.dtype[np.int64]], codebook: PatchCodebook) -> Image.Image:
    """(count, 256) tokens, a whole number of lines of COLUMNS, as one page of codebook patches."""
    patches = codebook.centroids.numpy()[tokens]  # (count, cells, patch)
    cell = round((patches.shape[-1] / 3) ** 0.5)
    lines = len(tokens) // COLUMNS
    grid = patches.reshape(lines, COLUMNS, GRID, GRID, cell, cell, 3).transpose(0, 2, 4, 1, 3, 5, 6)
    pixels = grid.reshape(lines * GRID * cell, COLUMNS * GRID * cell, 3)
    return Image.fromarray((pixels.clip(0, 1) * 255).astype(np.uint8))
