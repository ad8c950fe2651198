"""What each layout calls a tensor.

Our names are those of min-dalle's torch network under `encoder.` and `decoder.`, and taming's for the VQGAN.
Published Flax files nest maps, so a tensor's name there is a path: `model/encoder/layers/…/q_proj/kernel`.
"""

from __future__ import annotations

import re

LEAVES = {"kernel": "weight", "embedding": "weight", "scale": "weight", "bias": "bias"}

ATTENTION = ("q_proj", "k_proj", "v_proj", "out_proj")

GLU_PARTS = {
    "GLU_0/LayerNorm_0": "glu.ln0",
    "GLU_0/LayerNorm_1": "glu.ln1",
    "GLU_0/Dense_0": "glu.fc0",
    "GLU_0/Dense_1": "glu.fc1",
    "GLU_0/Dense_2": "glu.fc2",
}

ENCODER_PARTS = {
    "LayerNorm_0": "pre_self_attn_layer_norm",
    "LayerNorm_1": "self_attn_layer_norm",
    **{f"FlaxBartAttention_0/{part}": f"self_attn.{part}" for part in ATTENTION},
    **GLU_PARTS,
}

DECODER_PARTS = {
    **ENCODER_PARTS,
    "LayerNorm_2": "pre_encoder_attn_layer_norm",
    "LayerNorm_3": "encoder_attn_layer_norm",
    **{f"FlaxBartAttention_1/{part}": f"encoder_attn.{part}" for part in ATTENTION},
}

LAYER_PARTS = {"encoder": ENCODER_PARTS, "decoder": DECODER_PARTS}

LAYER_PATH = re.compile(
    r"model/(?P<side>encoder|decoder)/layers/FlaxBart(?:Enc|Dec)oderLayer(?:s|_(?P<layer>\d{1,4}))"
    r"/(?P<part>.+)/(?P<leaf>kernel|scale|bias)"
)
OUTER_PATH = re.compile(
    r"model/(?P<side>encoder|decoder)/(?P<part>embed_tokens|embed_positions|layernorm_embedding|final_ln)"
    r"/(?P<leaf>embedding|scale|bias)"
)

VQGAN_LEVEL = re.compile(r"^((?:en|de)coder\.)(up|down)_(\d{1,4})\.(?:(block|attn)_(\d{1,4})\.)?")
"""Numbers stand apart inside the levels only: `mid.block_1` is a name of its own."""

UNSCALED_NORMS = (
    "pre_self_attn_layer_norm.weight",
    "pre_encoder_attn_layer_norm.weight",
    "glu.ln0.weight",
    "glu.ln1.weight",
    "final_ln.weight",
)
"""How the scales end that published files lack, since the norms of NormFormer have none there."""

FUSED = {
    "qkv_proj": ("q_proj", "k_proj", "v_proj"),
    "kv_proj": ("k_proj", "v_proj"),
    "fc01": ("fc0", "fc1"),
}
"""Parameters that the network computes in one product and every file stores apart."""


def dalle_bart_parts(parameter: str) -> tuple[str, ...]:
    """The stored tensors whose rows make up a parameter of DalleBart."""
    before, name, leaf = parameter.rsplit(".", 2) if parameter.count(".") > 1 else ("", "", "")
    return tuple(f"{before}.{part}.{leaf}" for part in FUSED[name]) if name in FUSED else (parameter,)


def dalle_bart_name(path: str) -> str | None:
    """Our name for a path of a published DalleBart, None for a path that no part of the network has.

    Where layers are stacked along the first axis, the name has `{layer}` in the place of the number.
    """
    if path == "lm_head/kernel":
        return "decoder.lm_head.weight"
    if match := OUTER_PATH.fullmatch(path):
        return f"{match['side']}.{match['part']}.{LEAVES[match['leaf']]}"
    match = LAYER_PATH.fullmatch(path)
    if match is None or match["part"] not in LAYER_PARTS[match["side"]]:
        return None
    part = LAYER_PARTS[match["side"]][match["part"]]
    return f"{match['side']}.layers.{match['layer'] or '{layer}'}.{part}.{LEAVES[match['leaf']]}"


def vqgan_name(path: str) -> str | None:
    """Our name for a path of a published Flax VQGAN."""
    if path == "quantize/embedding/embedding":
        return "codebook.weight"
    *parts, leaf = path.split("/")
    if leaf not in LEAVES or leaf == "embedding":
        return None
    return f"{VQGAN_LEVEL.sub(with_numbers_apart, '.'.join(parts))}.{LEAVES[leaf]}"


def with_numbers_apart(match: re.Match[str]) -> str:
    """`decoder.up_4.attn_0.` -> `decoder.up.4.attn.0.`."""
    side, level, number, kind, index = match.groups()
    return f"{side}{level}.{number}." + (f"{kind}.{index}." if kind else "")


def torch_order(path: str, rank: int) -> tuple[int, ...]:
    """The axes that turn a Flax tensor into torch's.

    Flax stores kernels inputs first, (in, out) or (height, width, in, out); all else is as torch has it.
    """
    if path.endswith("/kernel") and rank in (2, 4):
        return (1, 0) if rank == 2 else (3, 2, 0, 1)
    return tuple(range(rank))
