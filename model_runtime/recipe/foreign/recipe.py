"""One shape for what other programs' files tell: a few facts, each of them perhaps missing."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import StrEnum

from model_runtime.recipe.infotext import one_line

MAX_RAW = 64 * 1024
"""Characters of a file's own text that are kept: the longest real ones, with nested prompts, are a tenth of it."""
MAX_WORDS = 20_000
"""Characters of a prompt."""
MAX_NAME = 200
MAX_SEED = 2**64 - 1
"""Other programs draw seeds of up to 64 bits."""
MAX_STEPS = 1_000_000
MAX_SIDE = 1_000_000
MAX_SCALE = 1_000_000.0

_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Program(StrEnum):
    """Who wrote the text, as far as its form tells."""

    A1111 = "a1111"  # AUTOMATIC1111's web interface and the many that write as it does
    INVOKEAI = "invokeai"


@dataclass(frozen=True, kw_only=True)
class ForeignRecipe:
    """What a stranger's file says of its picture; None and "" = it does not say.

    prompt, negative_prompt: may have several lines. scale: the guidance scale. size: width and height in pixels, as
    claimed. raw: the text itself, cut at MAX_RAW. Every value is within the caps above and can be shown.
    """

    program: Program
    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    steps: int | None = None
    sampler: str = ""
    scale: float | None = None
    model: str = ""
    size: tuple[int, int] | None = None
    raw: str = ""

    def __post_init__(self) -> None:
        clean = {
            "prompt": words(self.prompt),
            "negative_prompt": words(self.negative_prompt),
            "seed": _within(self.seed, MAX_SEED),
            "steps": _within(self.steps, MAX_STEPS),
            "sampler": one_line(self.sampler[: 4 * MAX_NAME])[:MAX_NAME],
            "scale": self.scale if self.scale is not None and abs(self.scale) <= MAX_SCALE else None,
            "model": file_stem(self.model),
            "size": self.size if self.size and all(0 < side <= MAX_SIDE for side in self.size) else None,
            "raw": _UNSHOWABLE.sub("\ufffd", self.raw[:MAX_RAW]),
        }
        for name, value in clean.items():
            object.__setattr__(self, name, value)

    @property
    def says_something(self) -> bool:
        """Whether there is more than the raw text."""
        empty = ForeignRecipe(program=self.program, raw=self.raw)
        return dataclasses.astuple(self) != dataclasses.astuple(empty)


def words(text: str) -> str:
    """A prompt as it can be shown: its own line ends, no control characters, at most MAX_WORDS long."""
    text = text[:MAX_WORDS].replace("\r\n", "\n").replace("\r", "\n")
    return _UNSHOWABLE.sub("\ufffd", text).strip()


def file_stem(name: str) -> str:
    """A model's name without the folders it lay in: they tell who its owner is, and of no use here."""
    line = one_line(name[: 16 * MAX_NAME])
    last = re.split(r"[\\/]", line)[-1]
    return re.sub(r"\.(safetensors|ckpt|pt|bin)$", "", last, flags=re.IGNORECASE)[:MAX_NAME]


def _within(value: int | None, highest: int) -> int | None:
    return value if value is not None and 0 <= value <= highest else None
