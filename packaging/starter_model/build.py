"""Builds the starter model, stage by stage; every stage resumes where it was interrupted.

Run: python packaging/starter_model/build.py STAGE... [--plan NAME] [--threads N]
The stages, in order: sprites codebook tokenizer dalle_bart decoder encoder export; `all` runs them all.
dalle_bart and decoder need only codebook and tokenizer, so they can run side by side.
"""

import argparse
from collections.abc import Callable

import numpy as np
import torch
from data import TOKEN_VIEW, Samples, caption_batch, train_tokenizer
from export import export_model
from grammar import GRID, Grammar
from objects import object_words
from plan import PLANS, Plan
from render import Renderer
from sprites import SPRITES
from sprites import build as build_sprites
from watch import draw_page

from model_runtime.dalle_bart.model import DalleBart
from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.training.codebook import PatchCodebook, fit_codebook, patches_of
from model_runtime.training.dalle_bart import Recipe, train_dalle_bart
from model_runtime.training.detokenizer import train_decoder, train_encoder
from model_runtime.training.starting_weights import start_dalle_bart, start_decoder
from model_runtime.vqgan.model import VQGAN

CODEBOOK_SCENES = 5000
DECODER_SEED, ENCODER_SEED = 101, 202  # each stage draws its own scenes
WINDOW, WINDOW_BATCH = 8, 4  # cells along a crop's side; crops a step


def grammar_of(plan: Plan) -> Grammar:
    return Grammar(object_words(plan.objects), plan.styles)


def renderer_of(plan: Plan) -> Renderer:
    return Renderer(SPRITES, object_words(plan.objects), plan.styles)


def make_codebook(plan: Plan) -> None:
    grammar, renderer = grammar_of(plan), renderer_of(plan)
    rng = np.random.default_rng(plan.seed)
    drawn, flat = [], []
    for _ in range(CODEBOOK_SCENES):
        scene = grammar.sample(rng)
        patches = patches_of(renderer.render(scene, TOKEN_VIEW), GRID)
        touched = renderer.touched_cells(scene).reshape(-1)
        drawn.append(patches[touched])
        flat.append(patches[~touched][::16])
    some = torch.from_numpy(np.concatenate(drawn))
    generator = torch.Generator().manual_seed(plan.seed)
    some = some[torch.randperm(len(some), generator=generator)[:120_000]]
    both = torch.cat([some, torch.from_numpy(np.concatenate(flat))[: len(some) // 8]])
    codebook = fit_codebook(both, plan.codes, plan.embed_dim, seed=plan.seed)
    torch.save({"centroids": codebook.centroids, "basis": codebook.basis}, plan.folder / "codebook.pt")


def load_codebook(plan: Plan) -> PatchCodebook:
    return PatchCodebook(**torch.load(plan.folder / "codebook.pt", weights_only=True))


def make_tokenizer(plan: Plan) -> None:
    grammar, rng = grammar_of(plan), np.random.default_rng(plan.seed + 1)
    captions = [" " + grammar.sample(rng).caption for _ in range(20_000)]
    train_tokenizer(captions, plan.folder / "tokenizer", plan.vocabulary)


def load_tokenizer(plan: Plan) -> PromptTokenizer:
    return PromptTokenizer.load(plan.folder / "tokenizer", max_text_length=plan.max_text_length)


def samples_of(plan: Plan, seed: int, batch_size: int) -> Samples:
    return Samples(
        grammar_of(plan),
        renderer_of(plan),
        load_codebook(plan),
        seed=seed,
        batch_size=batch_size,
        resolution=plan.resolution,
    )


def make_dalle_bart(plan: Plan) -> None:
    torch.manual_seed(plan.seed)
    tokenizer, codebook = load_tokenizer(plan), load_codebook(plan)
    samples = samples_of(plan, plan.seed, plan.batch_size)
    model = DalleBart(plan.dalle_bart(tokenizer.vocab_size))
    start_dalle_bart(model, codebook.centroids)
    empty = tokenizer.unconditional
    unconditional = torch.tensor(empty.token_ids), torch.tensor(empty.attention_mask)
    recipe = Recipe(core_seconds=plan.budgets["dalle_bart"], seed=plan.seed % 1000)

    def keep(averaged: DalleBart) -> None:
        torch.save(averaged.state_dict(), plan.folder / "dalle_bart.pt")
        draw_page(averaged, tokenizer, codebook).save(plan.folder / "watch.png")

    train_dalle_bart(
        model,
        lambda step: caption_batch(samples, samples.scenes(step, simple_first=0.25), tokenizer),
        samples.grammar.label_sizes(),
        unconditional,
        plan.folder,
        recipe,
        keep,
    )
    keep(model)


def build_vqgan(plan: Plan) -> VQGAN:
    torch.manual_seed(plan.seed + 2)
    vqgan = VQGAN(plan.vqgan(), memory_format=torch.contiguous_format)
    with torch.no_grad():
        vqgan.codebook.weight.copy_(load_codebook(plan).embeddings)
    vqgan.codebook.weight.requires_grad_(False)
    return vqgan


def _picture_batches(plan: Plan, seed: int) -> Callable[[int], tuple[torch.Tensor, torch.Tensor]]:
    """Three steps of close crops, where drawings are, to one of whole pictures, whose statistics norms must meet.

    Most of a whole picture is flat background; crops show four times as many drawings for the same work.
    """
    samples = samples_of(plan, plan.seed + seed, WINDOW_BATCH)

    def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
        scenes = samples.scenes(step)
        if step % 4 == 3:
            scenes = scenes[: WINDOW_BATCH // 4]
            return torch.from_numpy(samples.tokens(scenes)[0]), samples.pictures(scenes)
        return samples.windows(scenes, WINDOW, np.random.default_rng((plan.seed, seed, step)))

    return batch


def make_decoder(plan: Plan) -> None:
    vqgan = build_vqgan(plan)
    start_decoder(vqgan, load_codebook(plan).colours)
    train_decoder(vqgan, _picture_batches(plan, DECODER_SEED), plan.folder, core_seconds=plan.budgets["decoder"])
    state = {"decoder": vqgan.decoder.state_dict(), "post_quant_conv": vqgan.post_quant_conv.state_dict()}
    torch.save(state, plan.folder / "decoder.pt")


def make_encoder(plan: Plan) -> None:
    vqgan = build_vqgan(plan)
    train_encoder(vqgan, _picture_batches(plan, ENCODER_SEED), plan.folder, core_seconds=plan.budgets["encoder"])
    parts = {"encoder": vqgan.encoder, "quant_conv": vqgan.quant_conv}
    torch.save({name: part.state_dict() for name, part in parts.items() if part}, plan.folder / "encoder.pt")


def make_sprites(plan: Plan) -> None:
    build_sprites(object_words(plan.objects), plan.styles)


STAGES: dict[str, Callable[[Plan], None]] = {
    "sprites": make_sprites,
    "codebook": make_codebook,
    "tokenizer": make_tokenizer,
    "dalle_bart": make_dalle_bart,
    "decoder": make_decoder,
    "encoder": make_encoder,
    "export": export_model,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="+", choices=[*STAGES, "all"])
    parser.add_argument("--plan", default="first", choices=PLANS)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    plan = PLANS[options.plan]
    plan.folder.mkdir(parents=True, exist_ok=True)
    for stage in STAGES if "all" in options.stages else options.stages:
        STAGES[stage](plan)


if __name__ == "__main__":
    main()
