"""What a DalleBart checkpoint's `config.json` says of its network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from model_runtime.errors import CorruptCheckpoint, UnsupportedConfig

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
        for key, needed in REQUIRED_SWITCHES.items():
            if values.get(key, needed) != needed:
                raise UnsupportedConfig(
                    "unsupported_switch", file=str(file), key=key, value=values[key], allowed=repr(needed)
                )
        # The config class of the official code starts from the last image token when the file is silent.
        silent = {"decoder_start_token_id": values.get("image_vocab_size"), **SWITCH_DEFAULTS}
        filled = silent | dict(values)
        sizes: dict[str, Any] = {}
        for field in fields(cls):
            if field.name not in filled:
                raise CorruptCheckpoint("missing_config", file=str(file), key=field.name)
            value = filled[field.name]
            if field.name in SWITCH_DEFAULTS:
                sizes[field.name] = bool(value)
                continue
            lowest = 0 if field.name == "decoder_start_token_id" else 1
            if type(value) is not int or value < lowest:
                raise CorruptCheckpoint(
                    "bad_config", file=str(file), key=field.name, value=value, allowed=f"a whole number from {lowest}"
                )
            sizes[field.name] = value
        config = cls(**sizes)
        for key in ("encoder_attention_heads", "decoder_attention_heads"):
            if config.d_model % getattr(config, key):
                raise CorruptCheckpoint(
                    "bad_config", file=str(file), key=key, value=getattr(config, key),
                    allowed=f"a divisor of d_model ({config.d_model})",
                )
        if config.decoder_start_token_id >= config.image_vocab_rows:
            raise CorruptCheckpoint(
                "bad_config", file=str(file), key="decoder_start_token_id", value=config.decoder_start_token_id,
                allowed=f"below {config.image_vocab_rows}",
            )
        return config

    @classmethod
    def read(cls, file: Path, overrides: Mapping[str, Any] | None = None) -> DalleBartConfig:
        """Read `config.json`; `overrides` win over the file and may replace a missing one."""
        return cls.from_mapping(read_json_object(file, optional=overrides is not None) | dict(overrides or {}), file=file)


def read_json_object(file: Path, *, optional: bool = False) -> dict[str, Any]:
    """Read a JSON file that must hold an object. Raises CorruptCheckpoint naming the file."""
    if optional and not file.exists():
        return {}
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason="the file is missing") from None
    except (OSError, ValueError) as error:
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
    if not isinstance(values, dict):
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason="it does not hold a JSON object")
    return values
