"""Where training begins: weights that already carry what needs no learning."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model_runtime.dalle_bart.model import DalleBart, DecoderLayer, SelfAttention
from model_runtime.vqgan.model import VQGAN

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
        if not isinstance(module, nn.Conv2d):
            continue
        if name.endswith(("conv2", "proj_out")):  # residual branches leave them alone
            _silence(module, carried)
        elif name.endswith("upsample.conv"):
            _silence(module, carried)
            module.weight[carried, carried, 1, 1] = 1
    nn.init.eye_(vqgan.post_quant_conv.weight[:, :, 0, 0])
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


@torch.no_grad()
def grow_decoder(small: VQGAN, large: VQGAN) -> None:
    """Begin a decoder with one more level as the trained smaller one, whose picture it draws twice as large.

    Raises ValueError where the levels that both have are not alike.
    """
    if large.config.ch_mult[1:] != small.config.ch_mult or large.config.ch != small.config.ch:
        raise ValueError("the larger decoder must be the smaller one with one more level")
    copied = {}
    for name, tensor in small.decoder.state_dict().items():
        parts = name.split(".")
        if parts[0] == "up":  # levels are counted from the picture's side
            parts[1] = str(int(parts[1]) + 1)
        copied[".".join(parts)] = tensor
    large.decoder.load_state_dict(copied, strict=False)
    large.post_quant_conv.load_state_dict(small.post_quant_conv.state_dict())
    channels = list(range(large.config.ch))
    upsample = large.decoder.up[1].upsample.conv
    _silence(upsample, channels)
    upsample.weight[channels, channels, 1, 1] = 1
    for block in large.decoder.up[0].block:
        _silence(block.conv2, channels)


def _silence(convolution: nn.Conv2d, channels: list[int]) -> None:
    convolution.weight[channels] = 0
    _bias(convolution)[channels] = 0


def _bias(module: nn.Conv2d) -> Tensor:
    assert module.bias is not None  # noqa: S101  all of taming's have one
    return module.bias


@torch.no_grad()
def start_dalle_bart(model: DalleBart, codebook: Tensor) -> None:
    """Begin near something sensible: similar codes alike, positions as row and column, heads that look up and left.

    `codebook` is (codes, width); its principal directions become token embeddings and output head.
    """
    config, decoder = model.config, model.decoder
    side = int(config.image_length**0.5)
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.6 * module.in_features**-0.5)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.5)
    centred = codebook - codebook.mean(0)
    free = config.d_model - 2 * side
    directions = torch.linalg.svd(centred, full_matrices=False)
    width = min(free, len(directions.S), 64)
    whitened = centred @ directions.Vh[:width].T / directions.S[:width].clamp_min(1e-6) * len(centred) ** 0.5
    tokens = decoder.embed_tokens.weight
    tokens.mul_(0.4)
    tokens[:, : 2 * side] = 0
    tokens[: len(codebook), 2 * side : 2 * side + width] += whitened.clamp(-3, 3)
    decoder.lm_head.weight.mul_(0.3)
    decoder.lm_head.weight[: len(codebook), 2 * side : 2 * side + width] += 0.02 * whitened.clamp(-3, 3)
    positions = torch.zeros(config.image_length, config.d_model)
    for position in range(config.image_length):
        row, column = divmod(position, side)
        positions[position, row] = positions[position, side + column] = 4.0
    rows, columns = torch.randn(side, config.d_model) * 0.2, torch.randn(side, config.d_model) * 0.2
    fine = (rows[:, None] + columns[None]).flatten(0, 1)
    fine[:, : 2 * side] = 0
    decoder.embed_positions.weight.copy_(positions + fine)
    for index, layer in enumerate(decoder.layers):
        assert isinstance(layer, DecoderLayer)  # noqa: S101  ModuleList forgets what it holds
        if index == 0:
            _look_at_neighbours(layer.self_attn, side, config.d_model)
        if layer.self_attn_layer_norm.weight is not None:
            layer.self_attn_layer_norm.weight.fill_(0.5)


def _look_at_neighbours(attention: SelfAttention, side: int, d_model: int) -> None:
    """Set the first four heads of a layer to look up, left, up-left and up-right, by one-hot rows and columns.

    The input at position p holds token p - 1, so the cell to the left is position p itself and the one above is
    p - side + 1.
    """
    head = d_model // attention.heads
    if head < 2 * side:
        return
    gain = 2.2
    query, key = torch.zeros(head, d_model), torch.zeros(head, d_model)
    key[torch.arange(2 * side), torch.arange(2 * side)] = gain
    weight = attention.qkv_proj.weight
    for index, (down, right) in enumerate(((-1, 1), (0, 0), (-1, 0), (-1, 2))[: attention.heads]):
        query.zero_()
        for cell in range(side):
            if 0 <= cell + down < side:
                query[cell + down, cell] = gain
            query[side + (cell + right) % side, side + cell] = gain
        weight[index * head : (index + 1) * head] = query
        weight[d_model + index * head : d_model + (index + 1) * head] = key
