"""What a VQGAN's `config.json` says of its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from model_runtime.config_file import (
    bad_entry,
    entry,
    read_json_object,
    refuse_other_switches,
    whole_number,
)

REQUIRED_SWITCHES: dict[str, object] = {"double_z": False, "resamp_with_conv": True, "give_pre_end": False}
"""The published network has these values; any other is a different network and is refused."""

NORM_GROUPS = 32
"""Every width is normalised in groups of this many."""


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

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], *, file: Path) -> VQGANConfig:
        """Take what `config.json` says; `file` is only named in errors.

        Raises UnsupportedConfig for a switch that is not computed here, CorruptCheckpoint for a missing or
        impossible size.
        """
        refuse_other_switches(values, REQUIRED_SWITCHES, file=file)
        filled = {"in_channels": 3, "out_ch": 3} | dict(values)
        config = cls(
            ch=whole_number(values, "ch", file=file, highest=2**14),
            ch_mult=whole_numbers(values, "ch_mult", file=file, most=12, highest=2**8),
            num_res_blocks=whole_number(values, "num_res_blocks", file=file, lowest=0, highest=64),
            attn_resolutions=whole_numbers(values, "attn_resolutions", file=file, most=12, lowest_count=0),
            resolution=whole_number(values, "resolution", file=file, highest=2**14),
            z_channels=whole_number(values, "z_channels", file=file, highest=2**16),
            embed_dim=whole_number(values, "embed_dim", file=file, highest=2**16),
            n_embed=whole_number(values, "n_embed", file=file),
            in_channels=whole_number(filled, "in_channels", file=file, lowest=3, highest=3),
            out_ch=whole_number(filled, "out_ch", file=file, lowest=3, highest=3),
        )
        if config.ch % NORM_GROUPS:
            raise bad_entry("ch", config.ch, f"a multiple of {NORM_GROUPS}", file=file)
        if config.resolution % config.factor:
            raise bad_entry("resolution", config.resolution, f"a multiple of {config.factor}", file=file)
        return config

    @classmethod
    def read(cls, file: Path) -> VQGANConfig:
        """Read `config.json`; raises as `from_mapping` does."""
        return cls.from_mapping(read_json_object(file), file=file)

    def to_json(self) -> dict[str, Any]:
        """What `config.json` holds for this network, the fixed switches included."""
        return {"architectures": ["VQModel"], "dropout": 0.0} | REQUIRED_SWITCHES | asdict(self)


def whole_numbers(
    values: Mapping[str, Any], key: str, *, file: Path, most: int, lowest_count: int = 1, highest: int = 2**14
) -> tuple[int, ...]:
    """The list of whole numbers from 1 under `key`. Raises CorruptCheckpoint for anything else."""
    listed = entry(values, key, file=file)
    if not isinstance(listed, list | tuple) or not lowest_count <= len(listed) <= most:
        raise bad_entry(key, listed, f"a list of {lowest_count} to {most} whole numbers", file=file)
    return tuple(whole_number({key: number}, key, file=file, highest=highest) for number in listed)
