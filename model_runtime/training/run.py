"""What every training run shares: a budget of processor time, checkpoints that survive a crash, a log."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

CHECKPOINT_SECONDS = 150.0


@dataclass(frozen=True)
class Budget:
    """How long to train, in processor seconds counted from the very beginning.

    The last `cool` of them lower the learning rate to nothing. What was learned before them is kept aside, so a
    later run with a larger budget goes on from there as if there had been no end.
    """

    core_seconds: float
    cool: float = 0.0

    @property
    def cools_from(self) -> float:
        """The processor second at which cooling begins."""
        return self.core_seconds - self.cool


class TrainingRun:
    """Counts processor seconds, not wall time, so that a run means the same on a busy machine.

    `state` holds what must survive an interruption, by name: anything with state_dict() and load_state_dict().
    `spent` and `step` are where a run begins that has weights but no checkpoint to go on from.
    """

    def __init__(
        self, folder: Path, name: str, budget: Budget, state: dict[str, Any], *, spent: float = 0.0, step: int = 0
    ) -> None:
        self.budget = budget
        self.step = self.first_step = step
        self._state = state
        folder.mkdir(parents=True, exist_ok=True)
        self._checkpoint = folder / f"{name}.checkpoint.pt"
        self._warm = folder / f"{name}.warm.pt"
        self._log = folder / f"{name}.log.jsonl"
        self._spent_before = spent
        self._started = time.process_time()
        self._saved_at = time.monotonic()
        self._cooling = False
        if self._checkpoint.exists():
            self._resume()

    @property
    def spent(self) -> float:
        """Processor seconds so far, those before an interruption included."""
        return self._spent_before + time.process_time() - self._started

    @property
    def heat(self) -> float:
        """1 until the budget's last `cool` seconds, which bring it down to 0."""
        return min(1.0, max(0.0, self.budget.core_seconds - self.spent) / max(self.budget.cool, 1e-9))

    def steps(self) -> Iterator[int]:
        """Count steps until the budget is spent; saves every few minutes, before cooling and at the end."""
        while self.spent < self.budget.core_seconds:
            if self.budget.cool and not self._cooling and self.spent >= self.budget.cools_from:
                self._save(self._warm)
                self._cooling = True
            yield self.step
            self.step += 1
            if time.monotonic() - self._saved_at > CHECKPOINT_SECONDS:
                self.save()
        self.save()

    def save(self) -> None:
        """Write the checkpoint."""
        self._save(self._checkpoint)

    def _save(self, file: Path) -> None:
        """Write to a temporary name and rename it, so that there is always a whole file."""
        temporary = file.with_suffix(".tmp")
        parts = {name: part.state_dict() for name, part in self._state.items()}
        cooled = self.budget.cools_from if self._cooling else None
        reached = {"step": self.step, "first_step": self.first_step, "spent": self.spent, "cools_from": cooled}
        torch.save(reached | {"parts": parts}, temporary)
        temporary.replace(file)
        self._saved_at = time.monotonic()

    def _resume(self) -> None:
        saved = torch.load(self._checkpoint, weights_only=True)
        if saved["cools_from"] not in {None, self.budget.cools_from}:  # it was cooled for another end than this
            saved = torch.load(self._warm, weights_only=True)
        for name, part in self._state.items():
            part.load_state_dict(saved["parts"][name])
        self.step, self.first_step = saved["step"], saved.get("first_step", 0)
        self._spent_before = saved["spent"]
        self._cooling = saved["cools_from"] is not None

    def log(self, **values: float | str) -> None:
        """Append one line of numbers to the run's log, and print it."""
        line = {"step": self.step, "core_seconds": round(self.spent, 1)} | {
            key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()
        }
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)  # noqa: T201  a training run is watched in a terminal


def learning_rate(
    step: int, spent: float, heat: float, *, peak: float, settle: float, warm_up: int = 100, first_step: int = 0
) -> float:
    """Linear warm-up by steps from `first_step` on, then the peak, after `settle` seconds less and less; times `heat`.

    The fall, with the inverse square root of the seconds spent, knows no end, so a budget can be extended.
    """
    ramp = min(1.0, (step - first_step + 1) / warm_up)
    return peak * ramp * heat * min(1.0, math.sqrt(settle / max(spent, 1e-9)))


class WeightAverage:
    """Exponential moving average of a module's parameters: what ships is the average, not the last step."""

    def __init__(self, module: nn.Module, decay: float = 0.998) -> None:
        self._module = module
        self._decay = decay
        self._average = {name: tensor.detach().clone() for name, tensor in module.named_parameters()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Blend the module's present weights in; early steps count more."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, tensor in self._module.named_parameters():
            self._average[name].lerp_(tensor, 1 - decay)

    @torch.no_grad()
    def copy_to(self, module: nn.Module) -> None:
        """Put the averaged weights into another module of the same shape."""
        for name, tensor in module.named_parameters():
            tensor.copy_(self._average[name])

    @contextlib.contextmanager
    def in_place(self) -> Iterator[None]:
        """The averaged weights in place of the module's own, for a while."""
        kept = {name: tensor.detach().clone() for name, tensor in self._module.named_parameters()}
        self.copy_to(self._module)
        yield
        with torch.no_grad():
            for name, tensor in self._module.named_parameters():
                tensor.copy_(kept[name])

    def state_dict(self) -> dict[str, Tensor]:
        """The averages by parameter name."""
        return self._average

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from averages that `state_dict` gave."""
        self._average = {name: tensor.clone() for name, tensor in state.items()}
