"""Lets the judge count how often the starter draws what was asked.

Run: python packaging/starter_model/evaluate.py watch [--sampling ...]
         100 development prompts with the weights of a training that goes on, in the codes' own patches.
     python packaging/starter_model/evaluate.py dev [--sampling SCALE,TEMPERATURE,TOP_K,TOP_P ...] [--prompts PLAN]
         200 development prompts with the exported model, for choosing among checkpoints and settings.
     python packaging/starter_model/evaluate.py test [--model FOLDER]
         The test set with the exported model: everything the model card reports. Run once, at the end.

The test prompts are never used to choose anything. Beside each figure stands the judge's own on true renders: what a
faultless model would get.
"""

import argparse
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from averaged_weights import averaged
from data import TOKEN_VIEW, off_grid_shift
from draw import draw_tokens
from export import TARGET
from grammar import Grammar, Scene
from judge import SIDE
from numpy.typing import NDArray
from parts import load_codebook, load_tokenizer, renderer_of
from PIL import Image
from plan import PLANS, Plan
from train_judge import ceilings, frozen_judge, print_table, shares
from watch import pictures_of

from model_runtime.dalle_bart.loading import load as load_dalle_bart
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.pixels import decode_tokens
from model_runtime.ranking import ClipJudge
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.text.tokenizer import PromptTokenizer
from model_runtime.vqgan.loading import load as load_vqgan

Pictures = NDArray[np.uint8]
DEV_SEED, TEST_SEED, RENDER_SEED = 8_100_001, 8_200_002, 8_300_003
WATCHED, DEV_COUNT, TEST_COUNT, RENDERS = 50, 100, 300, 200  # prompts of each of the two kinds; pictures
CANDIDATES = 4
WATCH_SAMPLING = SamplingSettings(temperature=0.7, top_k=64, condition_scale=1.5)
KINDS = {"seen": False, "held out": True}
REPORTED = {
    "background": "background or scene",
    "tint": "tint, where one is asked for",
    "material": "material, where one is asked for",
    "count": "count",
    "objects": "all objects right, hats too",
    "place": "which of two is where",
    "style": "style",
    "everything": "all of these at once",
}


def prompts_of(grammar: Grammar, seed: int, count: int) -> dict[str, list[Scene]]:
    """Return `count` scenes of each kind; always the same ones."""
    chosen = {}
    for kind, held_out in KINDS.items():
        rng = np.random.default_rng((seed, held_out))
        chosen[kind] = [grammar.sample(rng, held_out=held_out) for _ in range(count)]
    return chosen


class Exported:
    """A model as it was exported, drawing many prompts at once."""

    def __init__(self, folder: Path) -> None:
        description = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.sampling = SamplingSettings(**description["defaults"])
        self.text_model = load_dalle_bart(folder / "dalle_bart")
        self.tokenizer = PromptTokenizer.load(
            folder / "dalle_bart", max_text_length=self.text_model.config.max_text_length
        )
        self.vqgan = load_vqgan(folder / "vqgan")
        clip = folder / "clip"
        self.clip = ClipJudge(clip, torch.device("cpu")) if clip.exists() else None

    def draw(self, captions: Sequence[str], seeds: Sequence[int], sampling: SamplingSettings) -> list[Image.Image]:
        tokens = draw_tokens(self.text_model, self.tokenizer, captions, seeds, sampling)
        return [Image.fromarray(decode_tokens(self.vqgan, row)) for row in tokens]

    def best(self, captions: Sequence[str], seed: int, sampling: SamplingSettings) -> tuple[Pictures, Pictures]:
        """Return the first pictures, and of CANDIDATES for each caption the one that CLIP likes best."""
        firsts, bests = [], []
        for index, caption in enumerate(captions):
            seeds = range(seed + CANDIDATES * index, seed + CANDIDATES * (index + 1))
            pictures = self.draw([caption] * CANDIDATES, seeds, sampling)
            scores = [self.clip.score(caption, picture) for picture in pictures] if self.clip else [0.0]
            firsts.append(pictures[0])
            bests.append(pictures[int(np.argmax(scores))])
        return judged(firsts), judged(bests)


def judged(pictures: Sequence[Image.Image]) -> Pictures:
    """Return (count, SIDE, SIDE, 3), as the judge sees them."""
    return np.stack([np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX)) for picture in pictures])


def watch(plan: Plan, settings: Sequence[SamplingSettings]) -> None:
    tokenizer, judge, codebook = load_tokenizer(plan), frozen_judge(plan), load_codebook(plan)
    model, begun = averaged(plan)
    for sampling in settings or [WATCH_SAMPLING]:
        print(begun, sampling)
        rows = {}
        for kind, scenes in prompts_of(plan.grammar(), DEV_SEED, WATCHED).items():
            captions = [scene.caption for scene in scenes]
            tokens = draw_tokens(model, tokenizer, captions, range(len(captions)), sampling)
            rows[kind] = shares(scenes, judge, pictures_of(tokens, codebook))
        print_table(rows)
        with (plan.folder / "watch.log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(begun) | {"sampling": asdict(sampling)} | rows) + "\n")


def dev(plan: Plan, folder: Path, prompts: Plan, settings: Sequence[SamplingSettings]) -> None:
    model, judge = Exported(folder), frozen_judge(plan)
    for sampling in settings or [model.sampling]:
        print(sampling)
        rows = {}
        for kind, scenes in prompts_of(prompts.grammar(), DEV_SEED, DEV_COUNT).items():
            pictures = model.draw([scene.caption for scene in scenes], range(len(scenes)), sampling)
            rows[kind] = shares(scenes, judge, judged(pictures))
        print_table(rows)


def test(plan: Plan, folder: Path) -> None:
    model, judge = Exported(folder), frozen_judge(plan)
    rows = {f"{kind}, true renders": row for kind, row in ceilings(plan, judge).items()}
    for kind, scenes in prompts_of(plan.grammar(), TEST_SEED, TEST_COUNT).items():
        firsts, bests = model.best([scene.caption for scene in scenes], TEST_SEED, model.sampling)
        rows[kind] = shares(scenes, judge, firsts)
        if model.clip:
            rows[f"{kind}, best of {CANDIDATES}"] = shares(scenes, judge, bests)
    print(markdown(rows))
    print(f"detokenizer: {decibel(plan, model):.2f} dB on {RENDERS} renders")
    print(f"ships: {sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6:.1f} MB")
    print(f"4 pictures: {seconds_for_four(folder):.2f} s with {torch.get_num_threads()} threads")


def markdown(rows: Mapping[str, Mapping[str, float]]) -> str:
    """The model card's table: a line for each part of a verdict, a column for each row of figures."""
    lines = [" | ".join(["", "share of pictures", *rows, ""]).strip(), "|---" * (len(rows) + 1) + "|"]
    lines += [
        " | ".join([f"| {words}", *(f"{row[name]:.3f}" for row in rows.values())]) + " |"
        for name, words in REPORTED.items()
    ]
    return "\n".join(lines)


@torch.inference_mode()
def decibel(plan: Plan, model: Exported) -> float:
    """Signal-to-noise of renders, half of them off the grid, that went through `tokenize` and `detokenize`."""
    renderer, rng = renderer_of(plan), np.random.default_rng(RENDER_SEED)
    grammar, side, errors = plan.grammar(), model.vqgan.config.resolution, []
    for index in range(RENDERS):
        scene = grammar.sample(rng)
        right, down = off_grid_shift(scene, rng) if index % 2 else (0, 0)
        picture = renderer.render(scene, side, (right * side // TOKEN_VIEW, down * side // TOKEN_VIEW))
        pixels = torch.from_numpy(picture).float()[None] / 255
        again = model.vqgan.detokenize(model.vqgan.tokenize(pixels)).clamp(0, 1)
        errors.append(float((again - pixels).square().mean()))
    return -10 * math.log10(sum(errors) / len(errors))


def seconds_for_four(folder: Path) -> float:
    """From the request to the last pixel, the better of two runs, with a loaded model."""
    pipeline = DalleMiniPipeline.from_pretrained(folder, device="cpu", precision="float32")
    taken = []
    for seed in range(2):
        begin = time.monotonic()
        pipeline.generate(GenerationRequest(prompt="a fox wearing a top hat on the moon", image_count=4, seed=seed))
        taken.append(time.monotonic() - begin)
    return min(taken)


def sampling_of(text: str) -> SamplingSettings:
    """Read "scale,temperature,top_k,top_p"; 0 turns one of the last two off."""
    scale, temperature, top_k, top_p = (float(part) for part in text.split(","))
    return SamplingSettings(
        condition_scale=scale, temperature=temperature, top_k=int(top_k) or None, top_p=top_p or None
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["watch", "dev", "test"])
    parser.add_argument("--plan", default="second", choices=PLANS)
    parser.add_argument("--prompts", choices=PLANS, help="dev: prompts of another plan's grammar")
    parser.add_argument("--sampling", type=sampling_of, nargs="*", default=[])
    parser.add_argument("--model", type=Path, default=TARGET, help="the folder of an exported model")
    options = parser.parse_args()
    plan = PLANS[options.plan]
    if options.what == "watch":
        watch(plan, options.sampling)
    elif options.what == "dev":
        dev(plan, options.model, PLANS[options.prompts or options.plan], options.sampling)
    else:
        test(plan, options.model)


if __name__ == "__main__":
    main()
