"""A classifier that says what a picture shows, to measure the generator with.

It shares nothing with the generator but the drawings: a convolutional network with its own seed, trained on its own
renders, held-out combinations among them (only the generator may not see those). `train_judge.py` trains it; its
weights are frozen before the first evaluation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from grammar import BACKGROUNDS, HATS, MATERIALS, TINTS, Grammar, Scene
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

SIDE = 128  # pixels along the side of the pictures it sees
WEIGHTS = {"style": 3.0, "first_tint": 2.0}  # what is hardest to see
LAYOUTS = ("one", "beside", "stacked", "three", "four")


@dataclass(frozen=True)
class Facts:
    """What can be seen in a picture, whatever the caption calls it.

    Of two different things the upper or left one is `first`; of several alike, both names are the same. `size` is
    known for one thing without a hat only.
    """

    first: str
    second: str | None
    first_tint: str | None
    second_tint: str | None
    material: str | None
    layout: str
    hat: str | None
    size: str | None
    background: str
    style: str


def facts_of(scene: Scene) -> Facts:
    """Return what the picture of a scene shows."""
    tints: tuple[str | None, str | None]
    second: str | None
    if len(scene.things) == 2:
        swapped = scene.relation in {"below", "right"}
        first, second = scene.things[::-1] if swapped else scene.things
        tints = (None, scene.tint) if swapped else (scene.tint, None)
        layout = "stacked" if scene.relation in {"above", "below"} else "beside"
    else:
        first = scene.things[0]
        second = first if scene.count > 1 else None
        tints = (scene.tint, scene.tint if second else None)
        layout = {1: "one", 2: "beside", 3: "three", 4: "four"}[scene.count]
    return Facts(
        first=first,
        second=second,
        first_tint=tints[0],
        second_tint=tints[1],
        material=scene.material,
        layout=layout,
        hat=scene.hat,
        size=scene.size,
        background=scene.background,
        style=scene.style,
    )


class Judge(nn.Module):
    """Pictures (batch, 128, 128, 3) uint8 -> one row of logits for each of the facts."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__()
        nothing = (None,)
        self.choices: Mapping[str, tuple[str | None, ...]] = {
            "first": grammar.objects,
            "second": nothing + grammar.objects,
            "first_tint": nothing + TINTS,
            "second_tint": nothing + TINTS,
            "material": nothing + MATERIALS,
            "layout": LAYOUTS,
            "hat": nothing + HATS,
            "size": (None, "small", "big"),
            "background": BACKGROUNDS,
            "style": grammar.styles,
        }
        self.features = nn.Sequential(
            _block(3, 32, kernel=5, stride=2),  # 64 x 64
            _block(32, 64, stride=2),
            _block(64, 128, stride=2),  # 16 x 16
            _block(128, 128),
            _block(128, 192, stride=2),
            _block(192, 192),
            nn.Conv2d(192, 64, 1),
            nn.Flatten(),
            nn.Linear(64 * 8 * 8, 256),
            nn.ReLU(),
        )
        self.heads = nn.ModuleDict({name: nn.Linear(256, len(listed)) for name, listed in self.choices.items()})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """(batch, 128, 128, 3) in 0..255 -> name -> (batch, choices) logits."""
        state = self.features(pictures.permute(0, 3, 1, 2).float() / 127.5 - 1)
        return {name: head(state) for name, head in self.heads.items()}

    def targets(self, facts: list[Facts]) -> dict[str, Tensor]:
        """Return name -> (batch,) class indices."""
        return {
            name: torch.tensor([listed.index(getattr(entry, name)) for entry in facts])
            for name, listed in self.choices.items()
        }

    def loss(self, pictures: Tensor, facts: list[Facts]) -> Tensor:
        targets = self.targets(facts)
        losses = [WEIGHTS.get(name, 1.0) * F.cross_entropy(row, targets[name]) for name, row in self(pictures).items()]
        return torch.stack(losses).sum()

    @torch.inference_mode()
    def read(self, pictures: NDArray[np.uint8]) -> list[Facts]:
        """(batch, 128, 128, 3) -> what each shows."""
        found = {name: row.argmax(1).tolist() for name, row in self(torch.from_numpy(pictures)).items()}
        names = {name: [self.choices[name][index] for index in indices] for name, indices in found.items()}
        return [Facts(**{name: row[place] for name, row in names.items()}) for place in range(len(pictures))]

    def save(self, file: Path) -> None:
        save_file(
            {name: tensor.half() for name, tensor in self.state_dict().items() if tensor.is_floating_point()}, file
        )

    @classmethod
    def load(cls, file: Path, grammar: Grammar) -> "Judge":
        judge = cls(grammar)
        judge.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()}, strict=False)
        return judge.eval()


def _block(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


@dataclass(frozen=True)
class Verdict:
    """Which parts of one picture are right; None where the caption does not ask for it."""

    background: bool
    objects: bool
    count: bool
    tint: bool | None
    material: bool | None
    style: bool
    place: bool | None  # two things: which is where

    @property
    def tint_and_count(self) -> bool:
        return self.count and self.tint is not False and self.material is not False

    @property
    def everything(self) -> bool:
        return self.background and self.objects and self.tint_and_count and self.style and self.place is not False


def verdict(asked: Scene, seen: Facts) -> Verdict:
    """Compare what was asked for with what is seen."""
    wanted = facts_of(asked)
    pair = len(asked.things) == 2
    several = {"one": 1, "beside": 2, "stacked": 2, "three": 3, "four": 4}
    wanted_count, seen_count = several[wanted.layout], several[seen.layout]
    if wanted_count == 1:
        named = seen.first == wanted.first
    else:
        named = {seen.first, seen.second} == {wanted.first, wanted.second}
    tinted = (seen.first_tint, seen.second_tint) == (wanted.first_tint, wanted.second_tint)
    if wanted_count == 1:
        tinted = seen.first_tint == wanted.first_tint
    return Verdict(
        background=seen.background == wanted.background,
        objects=named and seen.hat == wanted.hat,
        count=seen_count == wanted_count,
        tint=tinted if asked.tint else None,
        material=seen.material == wanted.material if asked.material else None,
        style=seen.style == wanted.style,
        place=(seen.first, seen.layout) == (wanted.first, wanted.layout) if pair else None,
    )
