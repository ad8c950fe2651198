"""The parts of a plan that the stages hand to one another, from its folder."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from data import Samples
from plan import Plan
from render import Renderer
from safetensors.torch import load_file
from sprites import SPRITES

from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook

CODEBOOK, TOKENIZER = "codebook.safetensors", "tokenizer"


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
