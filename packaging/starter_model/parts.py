"""The parts of a plan that the stages hand to one another, from its folder."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from data import TOKEN_VIEW, Samples
from plan import Plan
from render import Renderer
from safetensors.torch import load_file
from sprites import SPRITES

from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook
from model_runtime.vqgan.model import VQGAN

CODEBOOK, TOKENIZER = "codebook.safetensors", "tokenizer"
SMALL_LEVELS = 4  # from 16 x 16 tokens to the 128 pixels of TOKEN_VIEW


def renderer_of(plan: Plan) -> Renderer:
    return Renderer(SPRITES, plan.words, plan.styles)


def load_codebook(plan: Plan) -> PatchCodebook:
    stored = load_file(plan.folder / CODEBOOK)
    return PatchCodebook(stored["centroids"].float(), stored["basis"].float())


def load_tokenizer(plan: Plan) -> PromptTokenizer:
    return PromptTokenizer.load(plan.folder / TOKENIZER, max_text_length=plan.max_text_length)


def samples_of(plan: Plan, seed: int, batch_size: int) -> Samples:
    return Samples(
        plan.grammar(),
        renderer_of(plan),
        load_codebook(plan),
        seed=seed,
        batch_size=batch_size,
        resolution=plan.resolution,
    )


@dataclass(frozen=True)
class Begun:
    """How far a training had come when its weights were taken: `training.json` beside them."""

    core_seconds: float = 0.0
    step: int = 0

    @classmethod
    def read(cls, folder: Path) -> "Begun":
        return cls(**json.loads((folder / "training.json").read_text(encoding="utf-8")))

    def write(self, folder: Path) -> None:
        (folder / "training.json").write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")


def build_vqgan(plan: Plan) -> VQGAN:
    torch.manual_seed(plan.seed + 2)
    vqgan = VQGAN(plan.vqgan(), memory_format=torch.contiguous_format)
    with torch.no_grad():
        vqgan.codebook.weight.copy_(load_codebook(plan).embeddings)
    vqgan.codebook.weight.requires_grad_(False)
    return vqgan


def small_plan(plan: Plan) -> Plan:
    """The plan with a decoder that stops at the codebook's own pixels."""
    return replace(plan, resolution=TOKEN_VIEW, ch_mult=plan.ch_mult[:SMALL_LEVELS])


def load_parts(vqgan: VQGAN, file: Path) -> None:
    for name, state in torch.load(file, weights_only=True).items():
        getattr(vqgan, name).load_state_dict(state)
