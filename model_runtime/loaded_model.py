"""A model in memory: its networks, its tokenizer, and what is worked out once and kept."""

from __future__ import annotations

import hashlib
import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from model_runtime import dalle_bart, vqgan
from model_runtime.dalle_bart.packed import pack_decoder
from model_runtime.devices import DTYPES, batch_limit
from model_runtime.errors import UnsupportedConfig, UnsupportedOperation
from model_runtime.model_store.lookup import ModelFolder
from model_runtime.noise import NOISE_VERSION
from model_runtime.pixels import Bytes, decode_tokens
from model_runtime.previews import seconds_to_decode
from model_runtime.ranking import ClipJudge
from model_runtime.recipe.record import ModelIdentity, RunFacts
from model_runtime.request import SamplingSettings
from model_runtime.row_preview import RowPreviewFit, RowPreviewMap, decoded_fit, random_grids
from model_runtime.text.normalizer import NORMALIZER_VERSION, TextNormalizer
from model_runtime.text.tokenizer import PromptTokenizer

FIRST_FIT_SECONDS = 1.0
"""So long may a first run wait for a row preview map where the model comes without one."""

FIT_CELLS = 8
"""Where it does, pictures drawn make the map better, until it has seen so many cells a direction."""


class LoadedModel:
    """Everything of one model that a run needs. Its methods belong to one thread at a time."""

    def __init__(self, folder: ModelFolder, *, device: torch.device, precision: str) -> None:
        """Read all parts but CLIP. Raises what the loaders raise, and UnsupportedConfig for no square."""
        self.folder = folder
        self.device = device
        self.precision = precision
        self.text_model = dalle_bart.load(folder.text_model, dtype=DTYPES[precision], device=device)
        pack_decoder(self.text_model)
        # Kept in float32 as the published programs do: its sums are long and its time is small.
        self.vqgan = vqgan.load(folder.vqgan, device=device)
        config = self.text_model.config
        self.image_length = config.image_length
        self.codebook_size = min(self.vqgan.config.n_embed, config.image_vocab_size)
        self.side = math.isqrt(self.image_length)
        if self.side**2 != self.image_length:
            raise UnsupportedConfig(
                "unsupported_switch", file=str(folder.text_model / "config.json"), key="image_length",
                value=self.image_length, allowed="a square number",
            )  # fmt: skip
        self.tokenizer = PromptTokenizer.load(
            folder.text_model,
            max_text_length=config.max_text_length,
            normalizer=TextNormalizer() if config.normalize_text else str,
        )
        self.tokenizer_version = _tokenizer_version(folder.text_model)
        self.normalizer_version = NORMALIZER_VERSION if config.normalize_text else 0
        self.batch_limit = batch_limit(device, self.bytes_per_row() * 2)
        self._seconds_to_decode: float | None = None
        self._clip: ClipJudge | None = None
        self._fit: RowPreviewFit | None = None
        self._table: Bytes | None = None

    def bytes_per_row(self) -> int:
        """What one row of the decoder's batch takes: keys and values of both attentions, and its logits."""
        config = self.text_model.config
        values = 2 * config.decoder_layers * (config.image_length + config.max_text_length) * config.d_model
        # About four arrays of the logits' size live at once while a token is chosen.
        return values * DTYPES[self.precision].itemsize + 4 * 4 * config.image_vocab_rows

    def facts(self, prompt: str, sampling: SamplingSettings, batch: int) -> RunFacts:
        """What the recipes of a run's pictures say of it."""
        description = self.folder.description
        return RunFacts(
            prompt=prompt,
            sampling=sampling,
            model=ModelIdentity(id=description.id, revision=description.revision, sha256=description.sha256),
            tokenizer=self.tokenizer_version,
            normalizer=self.normalizer_version,
            noise=NOISE_VERSION,
            precision=self.precision,
            device=self.device.type,
            batch=batch,
        )

    def decode(self, tokens: npt.NDArray[np.generic]) -> Bytes:
        """One picture's tokens (image_length,) -> uint8 (height, width, 3)."""
        begin = time.monotonic()
        pixels = decode_tokens(self.vqgan, tokens)
        self._seconds_to_decode = time.monotonic() - begin
        return pixels

    @property
    def seconds_to_decode(self) -> float:
        """What decoding a picture took last, or an estimate before the first."""
        if self._seconds_to_decode is None:
            self._seconds_to_decode = seconds_to_decode(self.vqgan)
        return self._seconds_to_decode

    def row_table(self) -> Bytes:
        """Each code's patch for row previews, uint8 (n_embed, factor, factor, 3)."""
        if self._table is None:
            row_map = RowPreviewMap.load(self.folder.vqgan, self.vqgan)
            if row_map is None:
                grids = random_grids(self.vqgan, self.codebook_size)
                self._fit = self._fit or decoded_fit(self.vqgan, grids, seconds=FIRST_FIT_SECONDS)
                row_map = self._fit.solve()
            self._table = row_map.table(self.vqgan.codebook.weight.cpu().numpy())
        return self._table

    def learn_rows(self, tokens: npt.NDArray[np.generic], pixels: Bytes) -> None:
        """Improve a fitted row preview map by a finished picture; a stored one stays as it is."""
        if self._fit is not None and self._fit.cells < FIT_CELLS * self.vqgan.config.embed_dim:
            self._fit.add(tokens, pixels / 255)
            self._table = None  # made anew for the next run

    def clip(self) -> ClipJudge:
        """The model's CLIP, read at the first call. Raises UnsupportedOperation where it has none."""
        if self.folder.clip is None:
            raise UnsupportedOperation("clip_needed", model=self.folder.description.id)
        if self._clip is None:
            self._clip = ClipJudge(self.folder.clip, self.device)
        return self._clip


def _tokenizer_version(folder: Path) -> str:
    """The beginning of the sha256 of the tokenizer's files."""
    digest = hashlib.sha256()
    whole = folder / "tokenizer.json"
    for file in [whole] if whole.exists() else [folder / "vocab.json", folder / "merges.txt"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
