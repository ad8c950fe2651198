"""What every training run shares: a budget of processor time, checkpoints that survive a crash, a log."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

CHECKPOINT_SECONDS = 240.0


class TrainingRun:
    """Counts processor seconds, not wall time, so that a run means the same on a busy machine.

    `state` holds what must survive an interruption, by name: anything with state_dict() and load_state_dict().
    """

    def __init__(self, folder: Path, name: str, *, core_seconds: float, state: dict[str, Any]) -> None:
        self.core_seconds = core_seconds
        self.step = 0
        self._state = state
        folder.mkdir(parents=True, exist_ok=True)
        self._checkpoint = folder / f"{name}.checkpoint.pt"
        self._log = folder / f"{name}.log.jsonl"
        self._spent_before = 0.0
        self._started = time.process_time()
        self._saved_at = time.monotonic()
        if self._checkpoint.exists():
            self._resume()

    @property
    def spent(self) -> float:
        """Processor seconds so far, those before an interruption included."""
        return self._spent_before + time.process_time() - self._started

    @property
    def progress(self) -> float:
        """How much of the budget is spent, 0 to 1."""
        return min(1.0, self.spent / self.core_seconds)

    def steps(self) -> Iterator[int]:
        """Count steps until the budget is spent; saves every few minutes and at the end."""
        while self.spent < self.core_seconds:
            yield self.step
            self.step += 1
            if time.monotonic() - self._saved_at > CHECKPOINT_SECONDS:
                self.save()
        self.save()

    def save(self) -> None:
        """Write the checkpoint to a temporary name and rename it, so that there is always a whole one."""
        temporary = self._checkpoint.with_suffix(".tmp")
        parts = {name: part.state_dict() for name, part in self._state.items()}
        torch.save({"step": self.step, "spent": self.spent, "parts": parts}, temporary)
        temporary.replace(self._checkpoint)
        self._saved_at = time.monotonic()

    def _resume(self) -> None:
        saved = torch.load(self._checkpoint, weights_only=True)
        for name, part in self._state.items():
            part.load_state_dict(saved["parts"][name])
        self.step, self._spent_before = saved["step"], saved["spent"]

    def log(self, **values: float | str) -> None:
        """Append one line of numbers to the run's log, and print it."""
        line = {"step": self.step, "core_seconds": round(self.spent, 1)} | {
            key: round(value, 4) if isinstance(value, float) else value for key, value in values.items()
        }
        with self._log.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)  # noqa: T201  a training run is watched in a terminal


def learning_rate(step: int, progress: float, *, peak: float, warm_up: int = 100, floor: float = 0.02) -> float:
    """Linear warm-up by steps, then a cosine over the rest of the budget down to `floor` of the peak."""
    ramp = min(1.0, (step + 1) / warm_up)
    return peak * ramp * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress)))


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

    def state_dict(self) -> dict[str, Tensor]:
        """The averages by parameter name."""
        return self._average

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from averages that `state_dict` gave."""
        self._average = {name: tensor.clone() for name, tensor in state.items()}
