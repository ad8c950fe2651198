"""Trains a VQGAN whose codebook is fixed: the decoder to draw codes, the encoder to find them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from model_runtime.training.run import TrainingRun, WeightAverage, learning_rate
from model_runtime.vqgan.model import VQGAN

BatchSource = Callable[[int], tuple[Tensor, Tensor]]
"""step -> tokens (batch, side * side) int64 and their pictures (batch, height, width, 3) float32 in [0, 1]."""


def train_decoder(vqgan: VQGAN, batches: BatchSource, folder: Path, *, core_seconds: float, peak: float = 2e-3) -> None:
    """Teach the decoder the pixels behind fixed codes; leaves averaged weights in `vqgan`."""
    parts = torch.nn.ModuleList([vqgan.post_quant_conv, vqgan.decoder])
    optimizer = torch.optim.AdamW(parts.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.0)
    average = WeightAverage(parts, 0.995)
    state = {"network": parts, "optimizer": optimizer, "average": average}
    run = TrainingRun(folder, "decoder", core_seconds=core_seconds, state=state)
    for step in run.steps():
        tokens, pictures = batches(step)
        _set_rate(optimizer, learning_rate(step, run.progress, peak=peak))
        pixels = vqgan.detokenize(tokens)
        loss = _pixel_loss(pixels, pictures)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % 50 == 0:
            run.log(loss=loss.item(), decibel=_decibel(pixels.detach(), pictures))
    average.copy_to(parts)


def train_encoder(vqgan: VQGAN, batches: BatchSource, folder: Path, *, core_seconds: float, peak: float = 1e-3) -> None:
    """Teach the encoder to land nearest to the right code; leaves averaged weights in `vqgan`."""
    if vqgan.encoder is None or vqgan.quant_conv is None:
        raise ValueError("this VQGAN was built without an encoder")
    parts = torch.nn.ModuleList([vqgan.encoder, vqgan.quant_conv])
    optimizer = torch.optim.AdamW(parts.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.0)
    average = WeightAverage(parts, 0.995)
    state = {"network": parts, "optimizer": optimizer, "average": average}
    run = TrainingRun(folder, "encoder", core_seconds=core_seconds, state=state)
    codebook = vqgan.codebook.weight.detach()
    for step in run.steps():
        tokens, pictures = batches(step)
        _set_rate(optimizer, learning_rate(step, run.progress, peak=peak))
        states = vqgan.encode_pre_quant(pictures).flatten(1, 2)  # (batch, length, embed_dim)
        # Squared error alone treats a miss between two near codes like no miss; the cross-entropy over codes, with
        # the distances as logits, pulls towards the right one's cell.
        distances = codebook.square().sum(-1) - 2 * states @ codebook.T
        miss = F.cross_entropy(-distances.flatten(0, 1), tokens.flatten())
        loss = F.mse_loss(states, codebook[tokens]) + 0.1 * miss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % 50 == 0:
            right = (distances.argmin(-1) == tokens).float().mean().item()
            run.log(loss=loss.item(), codes_right=right)
    average.copy_to(parts)


def _pixel_loss(pixels: Tensor, pictures: Tensor) -> Tensor:
    """Absolute error of the pixels and of their differences to the next ones, which keeps edges crisp."""
    loss = F.l1_loss(pixels, pictures) + 2 * F.mse_loss(pixels, pictures)
    for axis in (1, 2):
        loss = loss + 0.5 * F.l1_loss(pixels.diff(dim=axis), pictures.diff(dim=axis))
    return loss


def _decibel(pixels: Tensor, pictures: Tensor) -> float:
    """Peak signal-to-noise ratio of clipped pixels."""
    return float(-10 * torch.log10(F.mse_loss(pixels.clamp(0, 1), pictures)))


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
