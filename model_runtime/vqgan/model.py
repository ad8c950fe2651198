"""One adapter around taming-transformers' VQGAN (Esser, Rombach, Ommer: Taming Transformers, 2021).

The encoder and the decoder are taming's own classes. Ours: how they are built (silently, every size stated),
the codebook look-up, the image layout and the range of pixels: [0, 1], not taming's usual [-1, 1].
"""

from __future__ import annotations

import contextlib
import io

import torch
from taming.modules.diffusionmodules.model import Decoder, Encoder
from torch import Tensor, nn

from model_runtime.errors import UnsupportedOperation
from model_runtime.vqgan.config import VQGANConfig


class VQGAN(nn.Module):
    """Image tokens to pixels, and pixels to image tokens where the checkpoint has an encoder."""

    def __init__(
        self,
        config: VQGANConfig,
        *,
        with_encoder: bool = True,
        memory_format: torch.memory_format = torch.channels_last,
    ) -> None:
        """`memory_format`: channels_last computes faster, contiguous_format trains faster on CPUs."""
        super().__init__()
        self.config = config
        self.memory_format = memory_format
        sizes = {
            "ch": config.ch,
            "out_ch": config.out_ch,
            "ch_mult": config.ch_mult,
            "num_res_blocks": config.num_res_blocks,
            "attn_resolutions": config.attn_resolutions,
            "in_channels": config.in_channels,
            "resolution": config.resolution,
            "z_channels": config.z_channels,
            "dropout": 0.0,
            "resamp_with_conv": True,
        }
        with contextlib.redirect_stdout(io.StringIO()):  # taming prints its sizes when built
            self.encoder = Encoder(double_z=False, **sizes) if with_encoder else None
            self.decoder = Decoder(give_pre_end=False, **sizes)
        self.quant_conv = nn.Conv2d(config.z_channels, config.embed_dim, 1) if with_encoder else None
        self.post_quant_conv = nn.Conv2d(config.embed_dim, config.z_channels, 1)
        self.codebook = nn.Embedding(config.n_embed, config.embed_dim)
        self.to(memory_format=memory_format)  # type: ignore[call-overload]  # missing in torch's stubs

    def detokenize(self, tokens: Tensor) -> Tensor:
        """(batch, length) codes, row by row -> float32 (batch, height, width, 3), about [0, 1], unclipped."""
        side = int(tokens.shape[1] ** 0.5)
        embeddings = self.codebook(tokens).unflatten(1, (side, side)).permute(0, 3, 1, 2)
        return self.decode_embeddings(embeddings).permute(0, 2, 3, 1).float()

    def decode_embeddings(self, embeddings: Tensor) -> Tensor:
        """(batch, embed_dim, grid, grid) -> (batch, 3, height, width)."""
        pixels: Tensor = self.decoder(self.post_quant_conv(embeddings.contiguous(memory_format=self.memory_format)))
        return pixels

    def encode_pre_quant(self, images: Tensor) -> Tensor:
        """(batch, height, width, 3) in [0, 1] -> (batch, grid, grid, embed_dim), before the nearest code.

        Raises UnsupportedOperation where the checkpoint holds only the decoder.
        """
        if self.encoder is None or self.quant_conv is None:
            raise UnsupportedOperation("decoder_only", file="this VQGAN")
        pixels = images.to(self.codebook.weight.dtype).permute(0, 3, 1, 2)
        states: Tensor = self.quant_conv(self.encoder(pixels.contiguous(memory_format=self.memory_format)))
        return states.permute(0, 2, 3, 1)

    def tokenize(self, images: Tensor) -> Tensor:
        """(batch, height, width, 3) in [0, 1] -> int64 (batch, length), the nearest code of each cell."""
        return nearest_codes(self.encode_pre_quant(images).flatten(1, 2), self.codebook.weight)


def nearest_codes(states: Tensor, codebook: Tensor) -> Tensor:
    """(..., width) vectors -> int64 (...), the code at the smallest squared distance."""
    distances = codebook.square().sum(-1) - 2 * (states.float() @ codebook.float().T)
    return distances.argmin(-1)
