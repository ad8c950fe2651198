"""Random weights, written once in two layouts: ours, and min-dalle's with its vocabulary."""

from __future__ import annotations

import json
import string
from pathlib import Path

import torch
from sizes import Sizes
from torch import Tensor, nn

from model_runtime.checkpoints.fill import itself
from model_runtime.checkpoints.names import dalle_bart_parts
from model_runtime.checkpoints.save import save_dalle_bart, save_vqgan, stored_tensors
from model_runtime.dalle_bart.config import DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.vqgan.config import VQGANConfig
from model_runtime.vqgan.model import VQGAN

COMPLETE = "complete"
"""An empty file, made last: without it the folder is written again."""


def dalle_bart_config(sizes: Sizes) -> DalleBartConfig:
    return DalleBartConfig(
        d_model=sizes.d_model,
        encoder_layers=sizes.layers,
        decoder_layers=sizes.layers,
        encoder_attention_heads=sizes.heads,
        decoder_attention_heads=sizes.heads,
        encoder_ffn_dim=sizes.ffn_dim,
        decoder_ffn_dim=sizes.ffn_dim,
        encoder_vocab_size=sizes.text_vocab,
        image_vocab_size=sizes.image_vocab,
        max_text_length=sizes.text_length,
        image_length=sizes.image_length,
        decoder_start_token_id=sizes.start_token,
    )


def vqgan_config(sizes: Sizes) -> VQGANConfig:
    return VQGANConfig(
        ch=sizes.vqgan_width,
        ch_mult=sizes.vqgan_mult,
        num_res_blocks=sizes.vqgan_blocks,
        attn_resolutions=(sizes.grid,),
        resolution=sizes.resolution,
        z_channels=sizes.embed_dim,
        embed_dim=sizes.embed_dim,
        n_embed=sizes.image_vocab,
    )


def prepare(sizes: Sizes, root: Path) -> Path:
    """Write the weights of these sizes below `root` unless they are there; returns their folder.

    In float16: `ours/dalle_bart`, `min-dalle/dalle_bart_mini`; float32: `ours/vqgan`, `min-dalle/vqgan`.
    """
    folder = root / f"weights-{sizes.fingerprint}"
    if not (folder / COMPLETE).exists():
        torch.manual_seed(1)
        write_dalle_bart(sizes, folder)
        write_vqgan(sizes, folder)
        (folder / COMPLETE).touch()
    return folder


def shuffle_norms(network: nn.Module) -> None:
    """Norms start as ones and zeros, which would hide a mistaken weight or bias."""
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if parameter.dim() == 1:
                parameter.copy_(torch.randn_like(parameter) * 0.1 + name.endswith("weight"))


def write_dalle_bart(sizes: Sizes, folder: Path) -> None:
    network = DalleBart(dalle_bart_config(sizes))
    shuffle_norms(network)
    save_dalle_bart(network, folder / "ours" / "dalle_bart", dtype=torch.float16)
    theirs = folder / "min-dalle" / "dalle_bart_mini"
    theirs.mkdir(parents=True, exist_ok=True)
    stored = stored_tensors(network, torch.float16, dalle_bart_parts)
    for side in ("encoder", "decoder"):
        torch.save(below(stored, side), theirs / f"{side}.pt")
    write_vocabulary(sizes, theirs)


def write_vqgan(sizes: Sizes, folder: Path) -> None:
    network = VQGAN(vqgan_config(sizes), with_encoder=False)
    shuffle_norms(network)
    save_vqgan(network, folder / "ours" / "vqgan")
    stored = stored_tensors(network, torch.float32, itself)
    stored["embedding.weight"] = stored.pop("codebook.weight")
    (folder / "min-dalle" / "vqgan").mkdir(parents=True, exist_ok=True)
    torch.save(stored, folder / "min-dalle" / "vqgan" / "detoker.pt")


def below(tensors: dict[str, Tensor], part: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{part}."): value for name, value in tensors.items() if name.startswith(part)}


def write_vocabulary(sizes: Sizes, folder: Path) -> None:
    """A small byte-pair vocabulary: letters, letters after a space."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    space = "Ġ"
    merges = [(space, letter) for letter in string.ascii_lowercase]
    entries = [*special, space, *string.ascii_lowercase, *(first + second for first, second in merges)]
    vocabulary = {entry: number for number, entry in enumerate(entries[: sizes.text_vocab])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    lines = ["#version: 0.2", *(f"{first} {second}" for first, second in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
