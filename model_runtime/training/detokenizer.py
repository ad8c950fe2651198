"""Trains a VQGAN whose codebook is fixed: the decoder to draw codes, the encoder to find them again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model_runtime.training.run import Budget, TrainingRun, WeightAverage, learning_rate
from model_runtime.vqgan.model import VQGAN

BatchSource = Callable[[int], tuple[Tensor, Tensor]]
"""step -> tokens (batch, side * side) int64 and their pictures (batch, height, width, 3) float32 in [0, 1]."""

LOG_STEPS = 50
SHOWN_SECONDS, SETTLE_SECONDS = 600.0, 1500.0


def train_decoder(
    vqgan: VQGAN,
    batches: BatchSource,
    folder: Path,
    budget: Budget,
    *,
    name: str = "decoder",
    peak: float = 1.2e-4,
    on_checkpoint: Callable[[], None] | None = None,
) -> None:
    """Teach the decoder the pixels behind fixed codes; leaves averaged weights in `vqgan`.

    `on_checkpoint` is called every ten minutes or so, with the averaged weights in place.
    """

    def look(tokens: Tensor, pictures: Tensor) -> tuple[Tensor, dict[str, float]]:
        pixels = vqgan.detokenize(tokens)
        return _pixel_loss(pixels, pictures), {"decibel": _decibel(pixels.detach(), pictures)}

    parts = nn.ModuleList([vqgan.post_quant_conv, vqgan.decoder])
    _train(parts, name, batches, look, folder, budget, peak, on_checkpoint)


def train_encoder(vqgan: VQGAN, batches: BatchSource, folder: Path, budget: Budget, *, peak: float = 4e-4) -> None:
    """Teach the encoder to land nearest to the right code; leaves averaged weights in `vqgan`."""
    if vqgan.encoder is None or vqgan.quant_conv is None:
        raise ValueError("this VQGAN was built without an encoder")
    codebook = vqgan.codebook.weight.detach()

    def look(tokens: Tensor, pictures: Tensor) -> tuple[Tensor, dict[str, float]]:
        states = vqgan.encode_pre_quant(pictures).flatten(1, 2)  # (batch, length, embed_dim)
        # Squared error alone treats a miss between two near codes like no miss; the cross-entropy over codes, with
        # the distances as logits, pulls towards the right one's cell.
        distances = codebook.square().sum(-1) - 2 * states @ codebook.T
        miss = F.cross_entropy(-distances.flatten(0, 1), tokens.flatten())
        right = (distances.argmin(-1) == tokens).float().mean().item()
        return F.mse_loss(states, codebook[tokens]) + 0.1 * miss, {"codes_right": right}

    parts = nn.ModuleList([vqgan.encoder, vqgan.quant_conv])
    _train(parts, "encoder", batches, look, folder, budget, peak, None)


def _train(
    parts: nn.Module,
    name: str,
    batches: BatchSource,
    look: Callable[[Tensor, Tensor], tuple[Tensor, dict[str, float]]],
    folder: Path,
    budget: Budget,
    peak: float,
    on_checkpoint: Callable[[], None] | None,
) -> None:
    """Lower the loss that `look` finds in a batch, until the budget is spent."""
    optimizer = torch.optim.AdamW(parts.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.0)
    average = WeightAverage(parts, 0.995)
    state = {"network": parts, "optimizer": optimizer, "average": average}
    run = TrainingRun(folder, name, budget, state)
    shown = run.spent
    for step in run.steps():
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(
                step, run.spent, run.heat, peak=peak, settle=SETTLE_SECONDS, first_step=run.first_step
            )
        loss, seen = look(*batches(step))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
        optimizer.step()
        average.update(step)
        if step % LOG_STEPS == 0:
            run.log(loss=loss.item(), **seen)
        if on_checkpoint is not None and run.spent - shown > SHOWN_SECONDS:
            shown = run.spent
            with average.in_place():
                on_checkpoint()
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
