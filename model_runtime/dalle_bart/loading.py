"""From a folder with a DalleBart checkpoint to the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from model_runtime.checkpoints.fill import empty_network, fill
from model_runtime.checkpoints.names import UNSCALED_NORMS, dalle_bart_name, dalle_bart_parts
from model_runtime.checkpoints.open_source import open_source
from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart


def load(
    folder: str | Path,
    *,
    config: Mapping[str, Any] | None = None,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> DalleBart:
    """Read the network in `folder`, in eval mode and without gradients.

    `config` overrides entries of `config.json` or supplies what it lacks. Raises CorruptCheckpoint where the
    folder is no model folder, a file is damaged or the tensors do not fit the sizes; UnsupportedConfig for a
    switch or a layout that is not computed here.
    """
    folder = Path(folder)
    with open_source(folder, dalle_bart_name) as source:
        sizes = DalleBartConfig.read(folder / "config.json", config)
        # The file decides: wherever a scale is stored it is used, and published files have none.
        scaled = any(name.endswith(UNSCALED_NORMS) for name in source.names)
        with empty_network():
            model = DalleBart(replace(sizes, force_ln_scale=scaled))
        fill(model, source, parts=dalle_bart_parts, dtype=dtype, device=device)
    return model.eval()
