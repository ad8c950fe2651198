"""A page of pictures in raw codebook patches: what a person looks at while the model trains."""

import numpy as np
from draw import draw_tokens
from grammar import GRID
from numpy.typing import NDArray
from PIL import Image

from model_runtime.dalle_bart.model import DalleBart
from model_runtime.request import SamplingSettings
from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook

CAPTIONS = (
    "a fox",
    "a flat icon of a rocket",
    "a banana, 3d",
    "a purple cat",
    "a panda on a blue background",
    "an armchair made of avocado",
    "a car at night",
    "a flat icon of a turtle in the snow",
    "a castle at sunset",
    "two apples",
    "three penguins on a red background",
    "a big unicorn on a pink background",
    "a green elephant on the moon",
    "a fox wearing a top hat on the moon",
    "a flat icon of a robot next to a tree",
    "a small cupcake on a turquoise background",
    "a drum made of gold, 3d",
    "an owl wearing a crown",
)
COLUMNS = 6
SAMPLING = SamplingSettings(temperature=0.8, top_k=64, condition_scale=1.5)


def draw_page(model: DalleBart, tokenizer: PromptTokenizer, codebook: PatchCodebook) -> Image.Image:
    """Draw CAPTIONS, each with its number as the seed."""
    return page_of(draw_tokens(model, tokenizer, CAPTIONS, range(len(CAPTIONS)), SAMPLING), codebook)


def page_of(tokens: NDArray[np.int64], codebook: PatchCodebook) -> Image.Image:
    """(count, 256) tokens, a whole number of lines of COLUMNS, as one page of codebook patches."""
    lines = len(tokens) // COLUMNS
    pictures = pictures_of(tokens, codebook)
    side = pictures.shape[1]
    page = pictures.reshape(lines, COLUMNS, side, side, 3).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(page.reshape(lines * side, COLUMNS * side, 3))


def pictures_of(tokens: NDArray[np.int64], codebook: PatchCodebook) -> NDArray[np.uint8]:
    """(count, 256) tokens -> (count, side, side, 3): the codes' own patches, no decoder between."""
    patches = codebook.centroids.numpy()[tokens]  # (count, cells, patch)
    cell = round((patches.shape[-1] / 3) ** 0.5)
    grid = patches.reshape(len(tokens), GRID, GRID, cell, cell, 3).transpose(0, 1, 3, 2, 4, 5)
    pixels: NDArray[np.uint8] = (grid.reshape(len(tokens), GRID * cell, GRID * cell, 3).clip(0, 1) * 255).astype(
        np.uint8
    )
    return pixels
