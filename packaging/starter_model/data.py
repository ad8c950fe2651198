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

    def pictures(
        self, scenes: Sequence[Scene], rng: np.random.Generator, *, off_grid: float = 0.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return tokens (batch, 256) and pixels (batch, resolution, resolution, 3), float32 in [0, 1].

        `off_grid` is the share of pictures whose drawings are moved by pixels, not by whole cells.
        """
        tokens, _, pictures = self._views(scenes, rng, off_grid)
        return torch.from_numpy(tokens), torch.from_numpy(pictures).float() / 255

    def windows(
        self, scenes: Sequence[Scene], side: int, rng: np.random.Generator, *, off_grid: float = 0.0
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return tokens (batch, side * side) and pixels of one window a scene, each around a drawn cell."""
        tokens, touched, pictures = self._views(scenes, rng, off_grid)
        codes, pixels = [], []
        cell = self.resolution // GRID
        for row, drawn, picture in zip(tokens.reshape(-1, GRID, GRID), touched, pictures, strict=True):
            middle = divmod(int(rng.choice(np.flatnonzero(drawn))), GRID)
            y, x = (min(max(0, place - side // 2), GRID - side) for place in middle)
            codes.append(row[y : y + side, x : x + side].reshape(-1))
            pixels.append(picture[y * cell : (y + side) * cell, x * cell : (x + side) * cell])
        return torch.from_numpy(np.stack(codes)), torch.from_numpy(np.stack(pixels)).float() / 255

    def _views(
        self, scenes: Sequence[Scene], rng: np.random.Generator, off_grid: float
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.uint8]]:
        """Tokens and touched cells (batch, 256), and the pictures that belong to them."""
        tokens, touched = self.tokens(scenes)
        pictures = []
        for index, scene in enumerate(scenes):
            shift = off_grid_shift(scene, rng) if rng.random() < off_grid else (0, 0)
            right, down = (pixels * self.resolution // TOKEN_VIEW for pixels in shift)
            pictures.append(self.renderer.render(scene, self.resolution, (right, down)))
            if shift != (0, 0):
                small = self.renderer.render(scene, TOKEN_VIEW, shift)
                tokens[index] = self.codebook.nearest(patches_of(small, GRID))
                changed = small != self.renderer.background(scene, TOKEN_VIEW)
                touched[index] = patches_of(changed, GRID).any(1)
        return tokens, touched, np.stack(pictures)

    def _background_tokens(self, scene: Scene) -> NDArray[np.int64]:
        if scene.background not in self._backgrounds:
            patches = patches_of(self.renderer.background(scene, TOKEN_VIEW), GRID)
            self._backgrounds[scene.background] = self.codebook.nearest(patches)
        return self._backgrounds[scene.background]


def off_grid_shift(scene: Scene, rng: np.random.Generator) -> tuple[int, int]:
    """Return a move (right, down) in pixels of TOKEN_VIEW that keeps the drawings on the canvas, seldom whole cells."""
    cell = TOKEN_VIEW // GRID
    right, down = (int(rng.integers(cell * free[0], cell * free[-1] + 1)) for free in Renderer.room(scene))
    return right, down


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
