"""What a DalleBart checkpoint's `config.json` says of its network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from model_runtime.config_file import (
    HIGHEST_LAYERS,
    HIGHEST_SIZE,
    bad_entry,
    read_json_object,
    refuse_other_switches,
    switch,
    whole_number,
)

REQUIRED_SWITCHES: dict[str, object] = {
    "activation_function": "gelu",
    "ln_positions": "normformer",
    "ln_type": "layernorm",
    "use_glu": True,
    "use_bias": False,
    "use_head_scale": False,
    "use_cosine_attention": False,
    "use_swin_position_embeddings": False,
    "use_alibi": False,
    "use_deepnet_scaling": False,
    "use_final_ln_encoder": True,
    "use_final_ln_decoder": True,
    "use_absolute_position_embeddings": True,
    "sinkhorn_iters": 1,
    "scale_embedding": False,
    "tie_word_embeddings": False,
}
"""Every published model has these values. Any other would silently draw wrong pictures, so it is refused."""

SWITCH_DEFAULTS = {"normalize_text": True, "force_ln_scale": False}
"""Switches that are computed either way."""


@dataclass(frozen=True, kw_only=True)
class DalleBartConfig:
    """Sizes and special tokens of one checkpoint; nothing is assumed that the file can say."""

    d_model: int
    encoder_layers: int
    decoder_layers: int
    encoder_attention_heads: int
    decoder_attention_heads: int
    encoder_ffn_dim: int
    decoder_ffn_dim: int
    encoder_vocab_size: int
    image_vocab_size: int
    max_text_length: int
    image_length: int
    decoder_start_token_id: int
    normalize_text: bool = True
    force_ln_scale: bool = False

    @property
    def image_vocab_rows(self) -> int:
        """Rows of the decoder's embedding and of the head: every image token and the start token."""
        return self.image_vocab_size + 1

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any], *, file: Path) -> DalleBartConfig:
        """Take what `config.json` says; `file` is only named in errors.

        Raises UnsupportedConfig for a switch that is not computed here, CorruptCheckpoint for a missing or
        impossible size.
        """
        refuse_other_switches(values, REQUIRED_SWITCHES, file=file)
        # The config class of the official code starts from the last image token when the file is silent.
        silent = {"decoder_start_token_id": values.get("image_vocab_size"), **SWITCH_DEFAULTS}
        filled = silent | {key: value for key, value in values.items() if value is not None}
        entries: dict[str, Any] = {}
        for field in fields(cls):
            if field.name in SWITCH_DEFAULTS:
                entries[field.name] = switch(filled, field.name, file=file)
            else:
                highest = HIGHEST_LAYERS if field.name.endswith("_layers") else HIGHEST_SIZE
                lowest = 0 if field.name == "decoder_start_token_id" else 1
                entries[field.name] = whole_number(filled, field.name, file=file, lowest=lowest, highest=highest)
        config = cls(**entries)
        for key in ("encoder_attention_heads", "decoder_attention_heads"):
            if config.d_model % entries[key]:
                raise bad_entry(key, entries[key], f"a divisor of d_model ({config.d_model})", file=file)
        if config.decoder_start_token_id >= config.image_vocab_rows:
            raise bad_entry(
                "decoder_start_token_id",
                config.decoder_start_token_id,
                f"below {config.image_vocab_rows}",
                file=file,
            )
        return config

    @classmethod
    def read(cls, file: Path, overrides: Mapping[str, Any] | None = None) -> DalleBartConfig:
        """Read `config.json`; `overrides` win over the file and may replace a missing one."""
        stored = read_json_object(file, optional=overrides is not None)
        return cls.from_mapping(stored | dict(overrides or {}), file=file)

    def to_json(self) -> dict[str, Any]:
        """What `config.json` holds for this network, the fixed switches included."""
        return {"architectures": ["DalleBart"], "model_type": "dallebart"} | REQUIRED_SWITCHES | asdict(self)
