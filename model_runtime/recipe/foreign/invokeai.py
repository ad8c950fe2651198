"""Reading what InvokeAI writes: three generations of it.

`invokeai_metadata`, version 3 and later: a flat JSON object; its model is an object too (or a name, in early ones).
`sd-metadata`, version 2: JSON with `model_weights` and the settings below `image`; the prompt may be a list of parts.
`Dream`, version 1: the command that was typed: `"a fox [blurry]" -s 50 -S 42 -W 512 -H 512 -C 7.5 -A k_lms`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import cast

from model_runtime.recipe.foreign.recipe import MAX_RAW, ForeignRecipe, Program

MAX_JSON = 2**20
"""Characters: with a whole workflow beside, which is a chunk of its own, a real one has some thousands."""

_NEGATIVE = re.compile(r"\[([^\[\]]*)\]")
_OPTION = re.compile(r"\s-([sSWHCA])\s*([^\s\-][^\s]*)")


def read_metadata(text: str) -> ForeignRecipe | None:
    """The recipe in an `invokeai_metadata` text; None where it is no JSON object or says nothing."""
    data = _object(text)
    if data is None:
        return None
    model = data.get("model")
    if isinstance(model, dict):
        model = model.get("name") or model.get("model_name") or model.get("key")
    width, height = _whole(data.get("width")), _whole(data.get("height"))
    recipe = ForeignRecipe(
        program=Program.INVOKEAI,
        prompt=_text(data.get("positive_prompt")),
        negative_prompt=_text(data.get("negative_prompt")),
        seed=_whole(data.get("seed")),
        steps=_whole(data.get("steps")),
        sampler=_text(data.get("scheduler")),
        scale=_number(data.get("cfg_scale")) or _number(data.get("guidance")),
        model=_text(model),
        size=(width, height) if width and height else None,
        raw=text,
    )
    return recipe if recipe.says_something else None


def read_sd_metadata(text: str) -> ForeignRecipe | None:
    """The recipe in an `sd-metadata` text; None where it is no JSON object or says nothing."""
    data = _object(text)
    if data is None:
        return None
    image = data.get("image")
    facts: Mapping[str, object] = image if isinstance(image, dict) else {}
    parts = facts.get("prompt")
    if isinstance(parts, list):
        parts = " ".join(_text(part.get("prompt")) for part in parts[:100] if isinstance(part, dict))
    prompt, negative = _without_negative(_text(parts))
    width, height = _whole(facts.get("width")), _whole(facts.get("height"))
    recipe = ForeignRecipe(
        program=Program.INVOKEAI,
        prompt=prompt,
        negative_prompt=negative,
        seed=_whole(facts.get("seed")),
        steps=_whole(facts.get("steps")),
        sampler=_text(facts.get("sampler")),
        scale=_number(facts.get("cfg_scale")),
        model=_text(data.get("model_weights") or data.get("model")),
        size=(width, height) if width and height else None,
        raw=text,
    )
    return recipe if recipe.says_something else None


def read_dream(text: str) -> ForeignRecipe | None:
    """The recipe in a `Dream` text: the command that drew the picture; None where it gives no option."""
    text = text[:MAX_RAW].strip()
    typed, options = _typed(text)
    given = {found[1]: found[2] for found in _OPTION.finditer(options)}
    if not given:
        return None
    prompt, negative = _without_negative(typed)
    width, height = _whole(given.get("W")), _whole(given.get("H"))
    return ForeignRecipe(
        program=Program.INVOKEAI,
        prompt=prompt,
        negative_prompt=negative,
        seed=_whole(given.get("S")),
        steps=_whole(given.get("s")),
        sampler=given.get("A", ""),
        scale=_number(given.get("C")),
        size=(width, height) if width and height else None,
        raw=text,
    )


def _typed(text: str) -> tuple[str, str]:
    """The prompt of a command and what follows it."""
    quoted = re.match(r'(?:dream>\s*)?"((?:[^"\\]|\\.)*)"', text)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1]), text[quoted.end() :]
    first = _OPTION.search(text)
    return (text[: first.start()], text[first.start() :]) if first else (text, "")


def _without_negative(prompt: str) -> tuple[str, str]:
    """What stands in square brackets must not be seen in the picture."""
    negative = ", ".join(part.strip() for part in _NEGATIVE.findall(prompt) if part.strip())
    return re.sub(r"\s+", " ", _NEGATIVE.sub(" ", prompt)).strip(), negative


def _object(text: str) -> dict[str, object] | None:
    if len(text) > MAX_JSON:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,20}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,20})?", value):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e9 or not math.isfinite(value):
        return None
    return float(value)
