"""From a folder with a VQGAN checkpoint to the network."""

from __future__ import annotations

from pathlib import Path

import torch

from model_runtime.checkpoints.fill import empty_network, fill
from model_runtime.checkpoints.names import vqgan_name
from model_runtime.checkpoints.open_source import open_source
from model_runtime.vqgan.config import VQGANConfig
from model_runtime.vqgan.model import VQGAN


def load(folder: str | Path, *, dtype: torch.dtype = torch.float32, device: torch.device | str = "cpu") -> VQGAN:
    """Read the VQGAN in `folder`, in eval mode and without gradients.

    A file without the encoder's tensors gives a VQGAN that can only turn tokens into pixels. Raises
    CorruptCheckpoint and UnsupportedConfig as `dalle_bart.load` does.
    """
    folder = Path(folder)
    with open_source(folder, vqgan_name) as source:
        config = VQGANConfig.read(folder / "config.json")
        with_encoder = any(name.startswith(("encoder.", "quant_conv.")) for name in source.names)
        with empty_network():
            model = VQGAN(config, with_encoder=with_encoder)
        fill(model, source, dtype=dtype, device=device)
    return model.eval()
