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


NORM_GROUPS = 32
"""Of every group norm in taming's networks."""

REFERENCE = 4.0
"""The constants beside each colour: large against colours, so that a norm's variance is nearly theirs."""

STRAIGHT, SLOPE = 2.4, 1.1
"""Where swish bends neither way, and its slope there."""


@torch.no_grad()
def start_decoder(vqgan: VQGAN, colours: Tensor) -> None:
    """Let an untrained decoder begin as a mosaic of each code's mean colour, (codes, 3) in [0, 1].

    A group norm takes a picture's own mean and spread away, and with them its absolute colours, unless constants
    share the group. Here three groups carry a colour x and the constants K and -K, unchanged from the codes to the
    last layer. The norm then leaves about x - m / 3 and K - m / 3, m being the picture's mean, and their
    difference gives x back. Everything else is left to learn.
    Raises ValueError below three channels a group or where levels differ in width.
    """
    decoder, size = vqgan.decoder, vqgan.config.ch // NORM_GROUPS
    if size < 3 or len(set(vqgan.config.ch_mult)) > 1:
        raise ValueError("colours need three channels a norm group and equal widths")
    carried = [group * size + channel for group in range(3) for channel in range(3)]
    for name, module in decoder.named_modules():
        if not isinstance(module, torch.nn.Conv2d):
            continue
        if name.endswith(("conv2", "proj_out")):  # residual branches leave them alone
            _silence(module, carried)
        elif name.endswith("upsample.conv"):
            _silence(module, carried)
            module.weight[carried, carried, 1, 1] = 1
    torch.nn.init.eye_(vqgan.post_quant_conv.weight[:, :, 0, 0])
    _bias(vqgan.post_quant_conv).zero_()
    _silence(decoder.conv_in, carried)
    decoder.conv_out.weight *= 0.1
    embeddings = vqgan.codebook.weight
    design = torch.cat([embeddings, torch.ones(len(embeddings), 1)], dim=1)
    solution = torch.linalg.lstsq(design, colours - 0.5).solution  # (embed_dim + 1, 3)
    spread = REFERENCE * (2 / size) ** 0.5
    for index in range(3):
        colour, plus, minus = (index * size + channel for channel in range(3))
        decoder.conv_in.weight[colour, :, 1, 1] = solution[:-1, index]
        decoder.conv_in.bias[colour] = solution[-1, index]
        decoder.conv_in.bias[plus], decoder.conv_in.bias[minus] = REFERENCE, -REFERENCE
        decoder.norm_out.weight[[colour, plus]] = spread
        decoder.norm_out.bias[colour], decoder.norm_out.bias[plus] = STRAIGHT, STRAIGHT - REFERENCE
        decoder.conv_out.weight[:, [colour, plus, minus]] = 0
        decoder.conv_out.weight[index, colour, 1, 1] = 1 / SLOPE
        decoder.conv_out.weight[index, plus, 1, 1] = -1 / SLOPE
        decoder.conv_out.bias[index] = 0.5


def _silence(convolution: torch.nn.Conv2d, channels: list[int]) -> None:
    convolution.weight[channels] = 0
    _bias(convolution)[channels] = 0


def _bias(module: torch.nn.Conv2d) -> Tensor:
    assert module.bias is not None  # noqa: S101  all of taming's have one
    return module.bias


def train_decoder(
    vqgan: VQGAN, batches: BatchSource, folder: Path, *, core_seconds: float, peak: float = 1.2e-4
) -> None:
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
