"""One picture on its way, as the host knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from model_runtime.bounds import TokenArray, frozen_tokens
from model_runtime.request import GenerationRequest
from model_runtime.result import unknown_log_probs


@dataclass(eq=False)
class Drawing:
    """One picture on its way: what is asked (`fixed` (image_length,), -1 = free) and what is there."""

    index: int
    seed: int
    fixed: TokenArray
    tokens: npt.NDArray[np.uint16] = field(init=False)
    tokens_done: int = field(init=False, default=0)
    log_probs: npt.NDArray[np.float32] = field(init=False)
    log_probs_unconditional: npt.NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self.start_over()

    def start_over(self) -> None:
        """Forget everything drawn."""
        self.tokens = np.zeros(len(self.fixed), np.uint16)
        self.tokens_done = 0
        self.log_probs = unknown_log_probs(len(self.fixed))
        self.log_probs_unconditional = unknown_log_probs(len(self.fixed))

    @property
    def finished(self) -> bool:
        """Whether every token is there."""
        return self.tokens_done == len(self.fixed)

    @property
    def prefix(self) -> int:
        """How many fixed tokens it starts with."""
        free = np.flatnonzero(self.fixed < 0)
        return int(free[0]) if len(free) else len(self.fixed)


def drawings_of(request: GenerationRequest, image_length: int) -> list[Drawing]:
    """The pictures that a resolved request asks for."""
    free = frozen_tokens(np.full(image_length, -1))
    fixed = request.fixed_tokens
    return [
        Drawing(index, seed, free if fixed is None else fixed[index]) for index, seed in enumerate(request.seeds or ())
    ]
