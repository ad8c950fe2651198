"""Makes training samples on the fly: scenes from the grammar, their tokens, their pixels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from grammar import GRID, Grammar, Scene
from numpy.typing import NDArray
from render import Renderer
from tokenizers import Tokenizer

from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook, patches_of
from model_runtime.training.dalle_bart import Batch

TOKEN_VIEW = 128  # pixels of the view whose 8 x 8 patches are the codebook's


class Samples:
    """Endless batches, each a pure function of (seed, step): an interrupted run goes on with the same ones."""

    def __init__(
        self,
        grammar: Grammar,
        renderer: Renderer,
        codebook: PatchCodebook,
        *,
        seed: int,
        batch_size: int,
        resolution: int = 256,
    ) -> None:
        """`resolution`: pixels along the side of `pictures` and of what `windows` are cut from."""
        self.grammar = grammar
        self.renderer = renderer
        self.codebook = codebook
        self.seed = seed
        self.batch_size = batch_size
        self.resolution = resolution
        self._backgrounds: dict[str, NDArray[np.int64]] = {}

    def scenes(self, step: int, *, simple_first: float = 0.0) -> list[Scene]:
        rng = np.random.default_rng((self.seed, step))
        return [self.grammar.sample(rng, simple_first=simple_first) for _ in range(self.batch_size)]

    def tokens(self, scenes: Sequence[Scene]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return (batch, 256) codes and which cells a drawing touches; only those are looked up."""
        tokens = np.stack([self._background_tokens(scene) for scene in scenes])
        touched = np.stack([self.renderer.touched_cells(scene).reshape(-1) for scene in scenes])
        patches = np.concatenate(
            [
                patches_of(self.renderer.render(scene, TOKEN_VIEW), GRID)[cells]
                for scene, cells in zip(scenes, touched, strict=True)
            ]
        )
        tokens[touched] = self.codebook.nearest(patches)
        return tokens, touched

    def pictures(self, scenes: Sequence[Scene]) -> torch.Tensor:
        """Return (batch, resolution, resolution, 3) float32 in [0, 1]."""
        return (
            torch.from_numpy(np.stack([self.renderer.render(scene, self.resolution) for scene in scenes])).float() / 255
        )

    def windows(
        self, scenes: Sequence[Scene], side: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return tokens (batch, side * side) and pixels of one window a scene, each around a drawn cell."""
        tokens, touched = self.tokens(scenes)
        codes, pixels = [], []
        for scene, row, drawn in zip(scenes, tokens.reshape(-1, GRID, GRID), touched, strict=True):
            middle = divmod(int(rng.choice(np.flatnonzero(drawn))), GRID)
            y, x = (min(max(0, cell - side // 2), GRID - side) for cell in middle)
            picture = self.renderer.render(scene, self.resolution)
            cell = picture.shape[0] // GRID
            codes.append(row[y : y + side, x : x + side].reshape(-1))
            pixels.append(picture[y * cell : (y + side) * cell, x * cell : (x + side) * cell])
        return torch.from_numpy(np.stack(codes)), torch.from_numpy(np.stack(pixels)).float() / 255

    def _background_tokens(self, scene: Scene) -> NDArray[np.int64]:
        if scene.background not in self._backgrounds:
            patches = patches_of(self.renderer.background(scene, TOKEN_VIEW), GRID)
            self._backgrounds[scene.background] = self.codebook.nearest(patches)
        return self._backgrounds[scene.background]


def onset_cells(scene: Scene, renderer: Renderer) -> NDArray[np.bool_]:
    """Return (256,) bool: the first two rows of each drawing, where nothing but the caption tells what comes."""
    marked = np.zeros((GRID, GRID), np.bool_)
    for placement in scene.placements:
        cells = renderer.sticker(placement, TOKEN_VIEW).cells
        first = int(np.flatnonzero(cells.any(1))[0])
        box = marked[placement.y : placement.y + placement.size, placement.x : placement.x + placement.size]
        box[first : first + 2] |= cells[first : first + 2]
    return marked.reshape(-1)


def caption_batch(samples: Samples, scenes: Sequence[Scene], tokenizer: PromptTokenizer) -> Batch:
    """Return what DalleBart trains on."""
    tokens, touched = samples.tokens(scenes)
    encoded = [tokenizer.encode(scene.caption) for scene in scenes]
    labels = [samples.grammar.labels(scene) for scene in scenes]
    return Batch(
        text_tokens=torch.tensor([entry.token_ids for entry in encoded]),
        attention_mask=torch.tensor([entry.attention_mask for entry in encoded]),
        image_tokens=torch.from_numpy(tokens),
        drawn=torch.from_numpy(touched),
        onset=torch.from_numpy(np.stack([onset_cells(scene, samples.renderer) for scene in scenes])),
        labels={name: torch.tensor([entry[name] for entry in labels]) for name in labels[0]},
    )


def train_tokenizer(captions: Sequence[str], folder: Path, vocabulary: int) -> None:
    """Fit a byte-level BPE in Bart's layout on normalised captions and write tokenizer.json and its companions."""
    from tokenizers import decoders, models, pre_tokenizers, processors, trainers  # noqa: PLC0415

    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(captions, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=False, add_prefix_space=False
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
