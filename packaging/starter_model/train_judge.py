"""Trains the judge on its own renders and prints how often it is right on pictures it has not seen.

Run: python packaging/starter_model/train_judge.py [--plan NAME] [--core-seconds N]

It must judge what a decoder makes of tokens, so most of its pictures are renders that went through the codebook's
patches, in part or wholly, and some are blurred. No generator takes part in this.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from data import Samples
from grammar import Scene
from judge import SIDE, Judge, facts_of, verdict
from numpy.typing import NDArray
from parts import load_codebook, renderer_of
from plan import PLANS, Plan
from torch import Tensor
from watch import pictures_of

from model_runtime.training.run import Budget, TrainingRun

BATCH, SEED, CEILING_SEED = 48, 7_000_001, 7_000_002
CEILING_COUNT = 1000  # of each of the two kinds
HELD_OUT = 0.4  # share of the pictures that show a held-out combination


FROZEN = {"second": "dd347e5bc41c93f46223878ae7ff780301ce024abde3a3dcfbaa301a5334c614"}
"""The sha256 of each plan's judge, written here before its first evaluation of a generator; no training after that."""


def judge_file(plan: Plan) -> Path:
    return Path(__file__).resolve().parent / f"judge-{plan.name}.safetensors"


def sha256_of(plan: Plan) -> str:
    return hashlib.sha256(judge_file(plan).read_bytes()).hexdigest()


def frozen_judge(plan: Plan) -> Judge:
    """Return the judge that figures may be reported from. Raises ValueError where it is not the frozen one."""
    if sha256_of(plan) != FROZEN.get(plan.name):
        raise ValueError(f"{judge_file(plan).name} is not the frozen judge")
    return Judge.load(judge_file(plan), plan.grammar())


class JudgeSamples:
    """Pictures to learn from, each batch a pure function of its step."""

    def __init__(self, plan: Plan) -> None:
        self.grammar = plan.grammar()
        self.codebook = load_codebook(plan)
        self.renderer = renderer_of(plan)
        self._samples = Samples(self.grammar, self.renderer, self.codebook, seed=SEED, batch_size=BATCH)

    def batch(self, step: int) -> tuple[list[Scene], Tensor]:
        rng = np.random.default_rng((SEED, step))
        scenes = [self.grammar.sample(rng, held_out=rng.random() < HELD_OUT) for _ in range(BATCH)]
        pictures = torch.from_numpy(np.stack([self.renderer.render(scene, SIDE) for scene in scenes])).float()
        patched = torch.from_numpy(pictures_of(self._samples.tokens(scenes)[0], self.codebook)).float()
        share = torch.from_numpy(np.clip(rng.uniform(-0.4, 1.3, BATCH), 0, 1)).float()[:, None, None, None]
        pictures = pictures + share * (patched - pictures)
        blurred = F.avg_pool2d(pictures.permute(0, 3, 1, 2), 3, 1, 1, count_include_pad=False).permute(0, 2, 3, 1)
        soft = torch.from_numpy(rng.random(BATCH) < 0.2)[:, None, None, None]
        pictures = torch.where(soft, blurred, pictures)
        noise = torch.from_numpy(rng.normal(0, 4, pictures.shape).astype(np.float32))
        return scenes, (pictures + noise).clamp(0, 255)


def train(plan: Plan, budget: Budget) -> Judge:
    torch.manual_seed(SEED)
    samples = JudgeSamples(plan)
    judge = Judge(samples.grammar)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=2e-3, weight_decay=0.02)
    run = TrainingRun(plan.folder, "judge", budget, {"network": judge, "optimizer": optimizer})
    for step in run.steps():
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 100) * max(run.heat, 0.01)
        scenes, pictures = samples.batch(step)
        optimizer.zero_grad()
        loss = judge.loss(pictures, [facts_of(scene) for scene in scenes])
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            run.log(loss=loss.item())
    return judge.eval()


def ceilings(plan: Plan, judge: Judge, *, patched: bool = False) -> dict[str, dict[str, float]]:
    """Return how often the judge is right on renders: what a faultless generator would score.

    `patched`: on renders that went through the codebook's patches.
    """
    samples = JudgeSamples(plan)
    rows = {}
    for name, held_out in (("seen", False), ("held out", True)):
        rng = np.random.default_rng((CEILING_SEED, held_out))
        scenes = [samples.grammar.sample(rng, held_out=held_out) for _ in range(CEILING_COUNT)]
        if patched:
            pictures = pictures_of(samples._samples.tokens(scenes)[0], samples.codebook)
        else:
            pictures = np.stack([samples.renderer.render(scene, SIDE) for scene in scenes])
        rows[name] = shares(scenes, judge, pictures)
    return rows


def shares(scenes: Sequence[Scene], judge: Judge, pictures: NDArray[np.uint8]) -> dict[str, float]:
    """Return the share of right pictures for each part of a verdict, of those whose caption asks for it."""
    verdicts = [
        verdict(scene, seen)
        for start in range(0, len(scenes), 100)
        for scene, seen in zip(scenes[start : start + 100], judge.read(pictures[start : start + 100]), strict=True)
    ]
    names = ("background", "tint", "material", "count", "tint_and_count", "objects", "place", "style", "everything")
    table = {name: [getattr(entry, name) for entry in verdicts] for name in names}
    asked = {name: [value for value in values if value is not None] for name, values in table.items()}
    return {name: sum(values) / max(1, len(values)) for name, values in asked.items()}


def print_table(rows: dict[str, dict[str, float]]) -> None:
    names = list(next(iter(rows.values())))
    print(" ".join([" " * 22, *(f"{name:>14}" for name in names)]))
    for row, values in rows.items():
        print(" ".join([f"{row:22}", *(f"{values[name]:14.3f}" for name in names)]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", default="second", choices=PLANS)
    parser.add_argument("--core-seconds", type=float, default=1200.0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    plan = PLANS[options.plan]
    if plan.name in FROZEN:
        raise SystemExit(f"the judge of {plan.name} is frozen")
    judge = train(plan, Budget(options.core_seconds, 0.3 * options.core_seconds))
    judge.save(judge_file(plan))
    kept = Judge.load(judge_file(plan), plan.grammar())  # as it is on the disk, in float16
    for name, patched in (("renders", False), ("through codes", True)):
        print_table({f"{kind}, {name}": row for kind, row in ceilings(plan, kept, patched=patched).items()})
    print("sha256", sha256_of(plan))


if __name__ == "__main__":
    main()
