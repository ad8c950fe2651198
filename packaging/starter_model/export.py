"""Writes the trained parts as the folder that ships: float16 weights, tokenizer, words, card."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from card import card_text
from grammar import Grammar
from parts import Begun, load_codebook, load_tokenizer, samples_of
from plan import Plan

from model_runtime.checkpoints.save import save_dalle_bart, save_vqgan
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.row_preview import fit_row_preview
from model_runtime.vqgan.loading import load as load_vqgan
from model_runtime.vqgan.model import VQGAN

RESOURCES = Path("resources")
TARGET = RESOURCES / "models" / "starter"
PREVIEW_SCENES = 32


def export_model(plan: Plan, target: Path = TARGET) -> None:
    """Write `target` anew from the plan's folder and check that it loads."""
    target.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(plan)
    network = DalleBart(plan.dalle_bart(tokenizer.vocab_size))
    network.load_state_dict(torch.load(plan.folder / "dalle_bart.pt", weights_only=True))
    save_dalle_bart(network, target / "dalle_bart", dtype=torch.float16)
    shutil.copy(plan.folder / "tokenizer" / "tokenizer.json", target / "dalle_bart" / "tokenizer.json")
    Begun.read(plan.folder).write(target)

    codebook = load_codebook(plan)
    vqgan = VQGAN(plan.vqgan())
    with torch.no_grad():
        vqgan.codebook.weight.copy_(codebook.embeddings)
    for file in ("sharp.pt", "encoder.pt"):
        for name, state in torch.load(plan.folder / file, weights_only=True).items():
            getattr(vqgan, name).load_state_dict(state)
    save_vqgan(vqgan, target / "vqgan", dtype=torch.float16)

    shutil.rmtree(target / "clip", ignore_errors=True)
    if (plan.folder / "clip").exists():
        shutil.copytree(plan.folder / "clip", target / "clip")

    grammar = plan.grammar()
    samples = samples_of(plan, plan.seed + 9, PREVIEW_SCENES)
    grids, _ = samples.tokens(samples.scenes(0))
    fit_row_preview(load_vqgan(target / "vqgan"), grids).save(target / "vqgan")

    write_json(target / "words.json", grammar.words() | {"known_words": known_words(grammar)})
    weights = sorted(target.rglob("model.safetensors"))
    digest = hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in weights)).hexdigest()
    write_json(
        target / "model.json",
        {
            "id": "starter",
            "name": "Armchair starter",
            "revision": f"{plan.name}-{digest[:12]}",
            "sha256": digest,
            "defaults": plan.defaults,
            "card": {
                "licence": "MIT; the drawings it learned from: see resources/licenses/starter-drawings.md",
                "summary": f"A small model trained by this project on drawings of {plan.objects} things. "
                "It makes clip art and is often wrong; DALL·E Mini and Mega take open prompts.",
            },
        },
    )
    (target / "CARD.md").write_text(card_text(plan, grammar), encoding="utf-8")


def known_words(grammar: Grammar) -> list[str]:
    """Every word of the captions: what the model was ever told."""
    rng = np.random.default_rng(0)
    captions = (grammar.sample(rng).caption for _ in range(20_000))
    return sorted({word.strip(",.") for caption in captions for word in caption.split()} - {""})


def write_json(file: Path, values: object) -> None:
    file.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
