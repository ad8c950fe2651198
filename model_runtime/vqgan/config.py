"""What a VQGAN's `config.json` says of its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class VQGANConfig:
    """Sizes of one VQGAN; the field names are those of the published `config.json`."""

    ch: int
    ch_mult: tuple[int, ...]
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]
    resolution: int
    z_channels: int
    embed_dim: int
    n_embed: int
    in_channels: int = 3
    out_ch: int = 3

    @property
    def factor(self) -> int:
        """Pixels that one image token covers along each side."""
        return int(2 ** (len(self.ch_mult) - 1))

    @property
    def grid(self) -> int:
        """Image tokens along each side."""
        return self.resolution // self.factor

    def to_json(self) -> Mapping[str, Any]:
        return {"architectures": ["VQModel"], "double_z": False, "dropout": 0.0, "resamp_with_conv": True} | asdict(self)
