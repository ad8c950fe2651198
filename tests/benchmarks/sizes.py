"""Sizes of the networks that are timed, shared by both sides; standard library only."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

PROMPT = "a lighthouse on a rock in the evening light"

TOP_K = 256
TOP_K_CHECK = 1
CONDITION_SCALE = 16.0
"""Both sides draw with min-dalle's defaults."""

START_TOKEN = 2**14 - 1
"""min-dalle 0.4.11 starts with the last code, whatever the model says."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What a DalleBart and its VQGAN decoder are built from; the defaults are Mini's."""

    d_model: int = 1024
    layers: int = 12
    heads: int = 16
    ffn_dim: int = 2730
    text_vocab: int = 50264
    text_length: int = 64
    image_vocab: int = 2**14
    image_length: int = 256
    start_token: int = START_TOKEN
    vqgan_width: int = 128
    vqgan_mult: tuple[int, ...] = (1, 1, 2, 2, 4)
    vqgan_blocks: int = 2
    embed_dim: int = 256

    @property
    def grid(self) -> int:
        """Tokens along each side of a picture."""
        return int(self.image_length**0.5)

    @property
    def resolution(self) -> int:
        """Pixels along each side of a picture."""
        return int(self.grid * 2 ** (len(self.vqgan_mult) - 1))

    @property
    def fingerprint(self) -> str:
        """Names the folder of the weights; other sizes, other folder."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:12]


MINI = Sizes()

TINY = Sizes(
    d_model=64,
    layers=2,
    heads=2,
    ffn_dim=96,
    text_vocab=128,
    image_vocab=64,
    image_length=64,
    start_token=63,
    vqgan_width=32,
    vqgan_mult=(1, 1),
    vqgan_blocks=1,
    embed_dim=32,
)
"""For trying the scripts themselves; min-dalle's sizes are fixed, so its side cannot draw with these."""
