"""Shows what picture files say of themselves: the whole recipe. No model is needed."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from desktop_app.cli.console import Console
from desktop_app.cli.failures import OK
from desktop_app.cli.options import add_json_option
from desktop_app.cli.report import json_line
from desktop_app.cli.surroundings import Surroundings
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import to_json
from model_runtime.request import SamplingSettings

HELP = "show the recipe in picture files"
USAGE = "FILE ... [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `info`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="picture files")
    parser.add_argument("--tokens", action="store_true", help="show the image tokens too, row by row")
    add_json_option(parser)


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Show every file that can be read; the others are told of and make the exit code."""
    worst = OK
    for place, file in enumerate(options.files):
        try:
            recipe = read_recipe(file)
        except Exception as error:  # told, and the next file gets its turn
            code = surroundings.failed(error)
            worst = worst or code
            continue
        if options.json:
            surroundings.console.result(json_line({"file": file, **json.loads(to_json(recipe))}))
            continue
        if place:
            surroundings.console.result("")
        _show(file, recipe, surroundings.console, with_tokens=options.tokens)
    return worst


def _show(file: Path, recipe: Recipe, console: Console, *, with_tokens: bool) -> None:
    console.result(str(file))
    for name, value in _lines(recipe):
        # A prompt of several lines stays under its name.
        console.result(f"  {name:<14} {value}".replace("\n", "\n" + " " * 17))
    if with_tokens:
        for row in token_rows(recipe):
            console.result(f"  {row}")


def _lines(recipe: Recipe) -> Iterator[tuple[str, str]]:
    run = recipe.run
    yield "prompt", run.prompt
    yield "seed", str(recipe.seed)
    yield "sampling", sampling_words(run.sampling)
    revision = f", revision {run.model.revision}" if run.model.revision else ""
    yield "model", f"{run.model.id}{revision}"
    if run.model.sha256:
        yield "weights", f"sha256 {run.model.sha256}"
    state = "finished" if recipe.finished else "unfinished; `armchair-cli finish` goes on with it"
    yield "tokens", f"{recipe.tokens_done} of {recipe.image_length}, {state}"
    if recipe.fixed_tokens is not None:
        yield "fixed", f"{int((recipe.fixed_tokens >= 0).sum())} tokens were given"
    if recipe.log_probs is not None:
        yield "likelihood", f"{np.nanmean(recipe.log_probs.astype(np.float64)):.3f} nats a token"
    if recipe.likelihood_gain is not None:
        yield "gain by prompt", f"{recipe.likelihood_gain:+.3f} nats a token"
    if recipe.clip_score is not None:
        yield "CLIP score", f"{recipe.clip_score:.3f}"
    if recipe.parent is not None:
        yield "made from", f"{recipe.parent.id or 'something unknown'} ({recipe.parent.kind})"
    yield "created", f"{recipe.created.astimezone():%Y-%m-%d %H:%M:%S %z}"
    yield "by", f"Armchair {run.program}, {run.precision} on {run.device}, {run.batch} at once"
    yield "versions", f"tokenizer {run.tokenizer}, normaliser {run.normalizer}, noise {run.noise}"
    yield "id", recipe.id
    yield "run", f"{run.run_id}, picture {recipe.index + 1}"


def sampling_words(sampling: SamplingSettings) -> str:
    """The settings in words, what is off left out."""
    parts = [f"temperature {sampling.temperature:g}"]
    if sampling.top_k is not None:
        parts.append(f"top-k {sampling.top_k}")
    if sampling.top_p is not None:
        parts.append(f"top-p {sampling.top_p:g}")
    return ", ".join([*parts, f"condition scale {sampling.condition_scale:g}"])


def token_rows(recipe: Recipe) -> Iterator[str]:
    """The image tokens in lines as the picture has rows; a dot for each that is not drawn."""
    side = math.isqrt(recipe.image_length)
    shown = [str(token) for token in recipe.tokens] + ["."] * (recipe.image_length - recipe.tokens_done)
    width = max(map(len, shown))
    for start in range(0, len(shown), side):
        yield " ".join(token.rjust(width) for token in shown[start : start + side])
