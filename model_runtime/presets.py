"""Sampling presets: named rows of settings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from model_runtime.request import SamplingSettings

PRESETS: Mapping[str, SamplingSettings | None] = MappingProxyType(
    {
        # What the model's own folder says; the only preset that differs from model to model.
        "model": None,
        # The settings of DALL·E Mini's published inference notebook and public demonstration.
        "official": SamplingSettings(temperature=1.0, top_k=50, condition_scale=10.0),
        # The defaults of the min-dalle port.
        "min-dalle": SamplingSettings(temperature=1.0, top_k=256, condition_scale=16.0),
    }
)
"""Name → settings, in the order to offer them; None = the model's own defaults."""
