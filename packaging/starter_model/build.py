"""Builds the starter model, stage by stage; every stage resumes where it was interrupted.

Run: python packaging/starter_model/build.py STAGE... [--plan NAME] [--threads N]
         [--core-seconds N [--cool N]] [--from FOLDER] [--to FOLDER]
The stages, in order: sprites codebook tokenizer dalle_bart decoder sharpen encoder clip export; `all` runs them all.
dalle_bart and decoder need only codebook and tokenizer, so they can run side by side.

--core-seconds and --cool take the place of the plan's budget for the stages named. A stage that is run again with a
larger budget goes on from its checkpoint, from before it cooled. Where the checkpoint is gone, `--from FOLDER` begins
dalle_bart or sharpen from the weights in a model's folder (as an export or `averaged_weights.py` wrote it) with a fresh
optimiser; the codebook and the tokenizer that those weights know are kept in `fixed/PLAN` and are taken from there.
"""

import argparse
import functools
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from data import TOKEN_VIEW, caption_batch, train_tokenizer
from export import TARGET, export_model
from grammar import GRID
from parts import (
    CODEBOOK,
    SMALL_LEVELS,
    TOKENIZER,
    Begun,
    build_vqgan,
    load_codebook,
    load_parts,
    load_tokenizer,
    renderer_of,
    samples_of,
    small_plan,
)
from PIL import Image
from plan import PLANS, Plan
from safetensors.torch import save_file
from sprites import build as build_sprites
from train_clip import make_clip
from watch import draw_page

from model_runtime.dalle_bart.loading import load as load_dalle_bart
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.training.codebook import fit_codebook, patches_of
from model_runtime.training.dalle_bart import Recipe, train_dalle_bart
from model_runtime.training.detokenizer import train_decoder, train_encoder
from model_runtime.training.run import Budget, TrainingRun
from model_runtime.training.starting_weights import grow_decoder, start_dalle_bart, start_decoder
from model_runtime.vqgan.loading import load as load_vqgan
from model_runtime.vqgan.model import VQGAN

ADOPTED = "adopted.pt"  # see adopt.py
FIXED = Path(__file__).resolve().parent / "fixed"
CODEBOOK_SCENES = 5000
DECODER_SEED, ENCODER_SEED, SHARPEN_SEED = 101, 202, 303  # each stage draws its own scenes
WINDOW, WINDOW_BATCH = 8, 4  # cells along a crop's side; crops a step
OFF_GRID = 0.25  # share of pictures whose drawings are not snapped to the cells, as in pictures from elsewhere


def make_codebook(plan: Plan) -> None:
    if copy_fixed(plan, CODEBOOK):
        return
    grammar, renderer = plan.grammar(), renderer_of(plan)
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
    some = some[torch.randperm(len(some), generator=generator)[: plan.codebook_patches]]
    both = torch.cat([some, torch.from_numpy(np.concatenate(flat))[: len(some) // 8]])
    codebook = fit_codebook(both, plan.codes, plan.embed_dim, seed=plan.seed)
    # Rounded before anything is learned from it, so that the small file which is kept is the very same codebook.
    rounded = {"centroids": codebook.centroids.half(), "basis": codebook.basis.half()}
    save_file(rounded, plan.folder / CODEBOOK)


def copy_fixed(plan: Plan, name: str) -> bool:
    """Take a part that shipped weights depend on from where it is kept; False where nothing is kept."""
    kept = FIXED / plan.name / Path(name).name
    if kept.exists():
        (plan.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(kept, plan.folder / name)
    return kept.exists()


def make_tokenizer(plan: Plan) -> None:
    if copy_fixed(plan, f"{TOKENIZER}/tokenizer.json"):
        return
    grammar, rng = plan.grammar(), np.random.default_rng(plan.seed + 1)
    captions = [" " + grammar.sample(rng).caption for _ in range(20_000)]
    train_tokenizer(captions, plan.folder / TOKENIZER, plan.vocabulary)


def make_dalle_bart(plan: Plan) -> None:
    torch.manual_seed(plan.seed)
    tokenizer, codebook = load_tokenizer(plan), load_codebook(plan)
    samples = samples_of(plan, plan.seed, plan.batch_size)
    model = DalleBart(plan.dalle_bart(tokenizer.vocab_size))
    start_dalle_bart(model, codebook.centroids)
    begun = Begun()
    if plan.start:
        model.load_state_dict(load_dalle_bart(plan.start / "dalle_bart").state_dict())
        begun = Begun.read(plan.start)
    empty = tokenizer.unconditional
    unconditional = torch.tensor(empty.token_ids), torch.tensor(empty.attention_mask)
    recipe = Recipe(plan.budgets["dalle_bart"], seed=plan.seed % 1000, spent=begun.core_seconds, step=begun.step)

    def keep(averaged: DalleBart, run: TrainingRun) -> None:
        torch.save(averaged.state_dict(), plan.folder / "dalle_bart.pt")
        Begun(run.spent, run.step).write(plan.folder)
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


def _picture_batches(plan: Plan, seed: int) -> Callable[[int], tuple[torch.Tensor, torch.Tensor]]:
    """Three steps of close crops, where drawings are, to one of whole pictures, whose statistics norms must meet.

    Most of a whole picture is flat background; crops show four times as many drawings for the same work.
    """
    samples = samples_of(plan, plan.seed + seed, WINDOW_BATCH)

    def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
        scenes, rng = samples.scenes(step), np.random.default_rng((plan.seed, seed, step))
        if step % 4 == 3:
            return samples.pictures(scenes[: WINDOW_BATCH // 4], rng, off_grid=OFF_GRID)
        return samples.windows(scenes, WINDOW, rng, off_grid=OFF_GRID)

    return batch


def make_decoder(plan: Plan) -> None:
    """Train at the codebook's own 128 pixels, where a step costs a quarter of what it does at 256."""
    small = small_plan(plan)
    vqgan = build_vqgan(small)
    if (plan.folder / ADOPTED).exists():
        load_parts(vqgan, plan.folder / ADOPTED)
    else:
        start_decoder(vqgan, load_codebook(plan).colours)
    keep = functools.partial(save_decoder, small, vqgan, "decoder.pt")
    batches = _picture_batches(small, DECODER_SEED)
    train_decoder(vqgan, batches, plan.folder, plan.budgets["decoder"], on_checkpoint=keep)
    keep()


def make_sharper(plan: Plan) -> None:
    """Add levels to the trained small decoder until it has the plan's, and go on at the plan's pixels."""
    if len(plan.ch_mult) == SMALL_LEVELS:
        shutil.copy(plan.folder / "decoder.pt", plan.folder / "sharp.pt")
        return
    vqgan = build_vqgan(plan)
    if plan.start:
        begun = load_vqgan(plan.start / "vqgan")
        vqgan.decoder.load_state_dict(begun.decoder.state_dict())
        vqgan.post_quant_conv.load_state_dict(begun.post_quant_conv.state_dict())
    else:
        small = build_vqgan(small_plan(plan))
        load_parts(small, plan.folder / "decoder.pt")
        grow_decoder(small, vqgan)
    keep = functools.partial(save_decoder, plan, vqgan, "sharp.pt")
    batches = _picture_batches(plan, SHARPEN_SEED)
    train_decoder(vqgan, batches, plan.folder, plan.budgets["sharpen"], name="sharpen", on_checkpoint=keep)
    keep()


def save_decoder(plan: Plan, vqgan: VQGAN, name: str) -> None:
    """Write the decoder, and a page with what it makes of pictures whose tokens are right."""
    state = {"decoder": vqgan.decoder.state_dict(), "post_quant_conv": vqgan.post_quant_conv.state_dict()}
    torch.save(state, plan.folder / name)
    samples = samples_of(plan, plan.seed + 7, 12)
    tokens, pictures = samples.pictures(samples.scenes(0), np.random.default_rng(0), off_grid=OFF_GRID)
    with torch.inference_mode():
        pixels = torch.cat([vqgan.detokenize(row[None]) for row in tokens])
    rows = [torch.cat(list(row), dim=1) for row in (*pictures.split(6), *pixels.split(6))]
    page = torch.cat([rows[0], rows[2], rows[1], rows[3]]).clamp(0, 1) * 255
    Image.fromarray(page.byte().numpy()).save((plan.folder / name).with_suffix(".png"))


def make_encoder(plan: Plan) -> None:
    vqgan = build_vqgan(plan)
    train_encoder(vqgan, _picture_batches(plan, ENCODER_SEED), plan.folder, plan.budgets["encoder"])
    parts = {"encoder": vqgan.encoder, "quant_conv": vqgan.quant_conv}
    torch.save({name: part.state_dict() for name, part in parts.items() if part}, plan.folder / "encoder.pt")


def make_ranker(plan: Plan) -> None:
    make_clip(plan, plan.budgets["clip"])


def make_sprites(plan: Plan) -> None:
    build_sprites(plan.words, plan.styles)


STAGES: dict[str, Callable[[Plan], None]] = {
    "sprites": make_sprites,
    "codebook": make_codebook,
    "tokenizer": make_tokenizer,
    "dalle_bart": make_dalle_bart,
    "decoder": make_decoder,
    "sharpen": make_sharper,
    "encoder": make_encoder,
    "clip": make_ranker,
    "export": lambda plan: export_model(plan, plan.target or TARGET),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stages", nargs="+", choices=[*STAGES, "all"])
    parser.add_argument("--plan", default="first", choices=PLANS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--core-seconds", type=float)
    parser.add_argument("--cool", type=float, default=0.0)
    parser.add_argument("--from", type=Path, dest="start", help="a model's folder with weights to begin with")
    parser.add_argument("--to", type=Path, help="where export writes, instead of what ships")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    plan = replace(PLANS[options.plan], start=options.start, target=options.to)
    if options.core_seconds:
        budget = Budget(options.core_seconds, options.cool)
        plan = replace(plan, budgets=dict(plan.budgets) | dict.fromkeys(options.stages, budget))
    plan.folder.mkdir(parents=True, exist_ok=True)
    for stage in STAGES if "all" in options.stages else options.stages:
        STAGES[stage](plan)


if __name__ == "__main__":
    main()
