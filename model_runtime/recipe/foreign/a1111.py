"""Reading the text form of AUTOMATIC1111's web interface, which many programs write.

    the prompt, of one line or several
    Negative prompt: what must not be seen, of one line or several
    Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x768, Model hash: 6ce0161689, Model: "a, b"

The last line holds the settings where it has at least three pairs; values with commas, colons or line ends stand as
JSON strings. `infotext.py` is the writer.
"""

from __future__ import annotations

import json
import re

from model_runtime.recipe.foreign.recipe import MAX_RAW, ForeignRecipe, Program

LEAST_PAIRS = 3
"""Fewer on the last line, and it belongs to the prompt: the format's own rule."""
MAX_PAIRS = 400
KNOWN = frozenset({"Steps", "Sampler", "CFG scale", "Seed", "Size", "Model"})
"""At least one of them must be there: a prompt may have colons of its own."""

_KEY = re.compile(r"\s*([A-Za-z0-9][\w \-/]{0,99}):\s*")
_NEGATIVE = "negative prompt:"


def read_a1111(text: str) -> ForeignRecipe | None:
    """The recipe in a `parameters` text, None where it holds no pair that says how a picture was made."""
    text = text[:MAX_RAW].replace("\r\n", "\n")
    prompt_lines, settings = _parted(text.strip().split("\n"))
    if KNOWN.isdisjoint(settings):
        return None
    prompt, negative = _prompts(prompt_lines)
    return ForeignRecipe(
        program=Program.A1111,
        prompt=prompt,
        negative_prompt=negative,
        seed=_whole(settings.get("Seed")),
        steps=_whole(settings.get("Steps")),
        sampler=settings.get("Sampler", ""),
        scale=_number(settings.get("CFG scale") or settings.get("Guidance") or settings.get("Distilled CFG Scale")),
        model=settings.get("Model", ""),
        size=_size(settings.get("Size", "")),
        raw=text,
    )


def as_a1111(recipe: ForeignRecipe) -> str:
    """A recipe in this form, whoever wrote it first: what it was read from, or its facts put down anew."""
    if recipe.program is Program.A1111:
        return recipe.raw
    pairs = {
        "Steps": recipe.steps,
        "Sampler": recipe.sampler,
        "CFG scale": recipe.scale,
        "Seed": recipe.seed,
        "Size": None if recipe.size is None else f"{recipe.size[0]}x{recipe.size[1]}",
        "Model": recipe.model,
    }
    given = [f"{key}: {_quoted(value)}" for key, value in pairs.items() if value not in (None, "")]
    negative = [f"Negative prompt: {recipe.negative_prompt}"] if recipe.negative_prompt else []
    return "\n".join([recipe.prompt, *negative, ", ".join(given)]).strip()


def read_pairs(line: str) -> dict[str, str]:
    """`Key: value, Key: "va,lue"` as pairs; the later of two with one key counts. Ends at what is no pair."""
    pairs: dict[str, str] = {}
    place = 0
    while place < len(line) and len(pairs) < MAX_PAIRS:
        key = _KEY.match(line, place)
        if key is None:
            comma = line.find(",", place)
            if comma < 0:
                break
            place = comma + 1
            continue
        value, place = _value(line, key.end())
        pairs[key[1].strip()] = value
    return pairs


def _value(line: str, start: int) -> tuple[str, int]:
    """The value that begins at `start`, and where what follows it begins."""
    if line.startswith('"', start):
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(line, start)
        except ValueError:  # a quotation mark that is not ours to understand
            pass
        else:
            comma = line.find(",", end)
            return str(value), len(line) if comma < 0 else comma + 1
    comma = line.find(",", start)
    end = len(line) if comma < 0 else comma
    return line[start:end].strip(), end + 1


def _parted(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """The lines above the settings, and the settings."""
    pairs = read_pairs(lines[-1])
    if len(pairs) >= LEAST_PAIRS:
        return lines[:-1], pairs
    # Extensions of the web interface put lines of their own below the settings; theirs begins with the steps.
    for number in range(len(lines) - 2, -1, -1):
        if lines[number].startswith("Steps: "):
            pairs = read_pairs(lines[number])
            if len(pairs) >= LEAST_PAIRS:
                return lines[:number], pairs
    return lines, {}


def _prompts(lines: list[str]) -> tuple[str, str]:
    prompt: list[str] = []
    negative: list[str] = []
    target = prompt
    for line in lines:
        if target is prompt and line.strip().lower().startswith(_NEGATIVE):
            target = negative
            target.append(line.strip()[len(_NEGATIVE) :].strip())
        else:
            target.append(line)
    return "\n".join(prompt), "\n".join(negative)


def _quoted(value: object) -> str:
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return json.dumps(plain, ensure_ascii=False) if any(mark in plain for mark in ',:"') else plain


def _whole(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,20}", value) else None


def _number(value: str | None) -> float | None:
    return float(value) if value is not None and re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,20})?", value) else None


def _size(value: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"([0-9]{1,7})\s*[x×]\s*([0-9]{1,7})", value)
    return (int(found[1]), int(found[2])) if found else None
