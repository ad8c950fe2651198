"""The text form that AUTOMATIC1111's web interface writes, which most picture tools can read.

    an avocado armchair
    Steps: 256, Sampler: Gumbel, CFG scale: 10, Seed: 7, Size: 256x256, Model: mini, Version: Armchair 0.1.0

It is for other programs and loses what they cannot hold; Armchair reads its own chunk. Readers take the
last line for the settings where it has three pairs or more, so the prompt goes onto one line above.
"""

from __future__ import annotations

import json
import re

from model_runtime.recipe.record import Recipe

_UNSHOWABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Controls, halves of surrogate pairs and non-characters: in no PNG text, and not in XML either."""
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """`text` without line ends, and with U+FFFD for what UTF-8, PNG text or XML cannot hold."""
    return _SPACES.sub(" ", _UNSHOWABLE.sub("\ufffd", text)).strip()


def infotext(recipe: Recipe, size: tuple[int, int]) -> str:
    """The whole text for a picture of `size` (width, height) pixels."""
    run = recipe.run
    sampling = run.sampling
    pairs = {
        "Steps": recipe.tokens_done,
        "Sampler": "Gumbel",
        "CFG scale": _short(sampling.condition_scale),
        "Seed": recipe.seed,
        "Size": f"{size[0]}x{size[1]}",
        "Model hash": run.model.sha256[:10],
        "Model": run.model.id,
        "Temperature": _short(sampling.temperature),
        "Top k": sampling.top_k,
        "Top p": None if sampling.top_p is None else _short(sampling.top_p),
        "Version": f"Armchair {run.program}",
    }
    settings = ", ".join(f"{key}: {_quoted(str(value))}" for key, value in pairs.items() if value not in (None, ""))
    return f"{_prompt(run.prompt)}\n{settings}"


def _prompt(text: str) -> str:
    line = one_line(text)
    # A line that begins so would be read as what the picture must not show.
    return re.sub(r"^(Negative prompt):", r"\1 :", line, flags=re.IGNORECASE)


def _short(number: float) -> str:
    """10.0 → 10: the way the format's own writer spells numbers; nothing is rounded."""
    return str(int(number)) if number.is_integer() else repr(number)


def _quoted(value: str) -> str:
    value = one_line(value)
    # What would end the pair early goes between quotes, as in the format's own writer.
    return json.dumps(value, ensure_ascii=False) if any(mark in value for mark in ',:"') else value
