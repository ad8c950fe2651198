"""Draws a picture again from its recipe and compares the image tokens.

On the same machine all of them are equal; elsewhere rounding may change one, and those after it.
"""

from __future__ import annotations

import argparse
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.cli.console import shortened
from desktop_app.cli.drawing import draw, picture_folder, shelf
from desktop_app.cli.engine import check_model, load_for
from desktop_app.cli.failures import INTERRUPTED, OK
from desktop_app.cli.options import add_json_option, add_model_options, add_out_option
from desktop_app.cli.report import drawn_json, tell_unfinished
from desktop_app.cli.surroundings import Surroundings
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Parent, Recipe
from model_runtime.request import GenerationRequest

HELP = "draw a picture again from its recipe and compare"
USAGE = "FILE [options]"


@dataclass(frozen=True)
class Comparison:
    """How two rows of tokens agree: `equal` of `total`, and the first position that differs, from 0."""

    equal: int
    total: int
    first: int | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `redraw`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a picture file")
    parser.add_argument("--dry-run", action="store_true", help="compare only, save nothing")
    add_out_option(parser)
    add_json_option(parser)
    add_model_options(parser, default=None, unset="the one that drew the picture")


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Draw, compare, save."""
    recipe = read_recipe(options.file)
    check_model(options, surroundings, options.model or recipe.run.model.id)
    save = None
    if not options.dry_run:
        save = shelf(picture_folder(options.out, surroundings), lambda _: Parent(kind="redraw", id=recipe.id))
    console = surroundings.console
    console.say(f"drawing again: {shortened(recipe.run.prompt, 200)}, seed {recipe.seed}")
    pipeline = load_for(options, surroundings, recipe, options.file)
    drawn = draw(pipeline, again(recipe), surroundings, save)
    image = drawn.result.images[0] if drawn.result.images else None
    tokens = np.zeros(0, np.uint16) if image is None else image.tokens[: image.tokens_done]
    compared = compare(recipe.tokens, tokens)
    if options.json:
        place = _place(compared, recipe)
        values = {"equal": compared.equal, "of": compared.total, "first_difference": place}
        console.result(drawn_json(drawn, pipeline.model_id, parent=recipe.id, tokens=values))
    else:
        console.result(_words(compared, recipe, tokens))
        for path in drawn.files.values():
            console.result(str(path))
    if drawn.stopped:
        tell_unfinished(drawn, options, console)
        return INTERRUPTED
    return OK


def again(recipe: Recipe) -> GenerationRequest:
    """The request that drew the picture, for this one picture alone."""
    return GenerationRequest(
        prompt=recipe.run.prompt,
        seeds=(recipe.seed,),
        sampling=recipe.run.sampling,
        fixed_tokens=recipe.fixed_tokens,
    )


def compare(before: npt.NDArray[np.generic], now: npt.NDArray[np.generic]) -> Comparison:
    """Compare as far as both go: (n,) and (m,)."""
    total = min(len(before), len(now))
    same = np.asarray(before[:total] == now[:total])
    different = np.flatnonzero(~same)
    return Comparison(int(same.sum()), total, int(different[0]) if len(different) else None)


def _place(compared: Comparison, recipe: Recipe) -> dict[str, int] | None:
    """Row and column of the first difference, counted from 1."""
    if compared.first is None:
        return None
    row, column = divmod(compared.first, math.isqrt(recipe.image_length))
    return {"row": row + 1, "column": column + 1}


def _words(compared: Comparison, recipe: Recipe, now: npt.NDArray[np.generic]) -> str:
    place = _place(compared, recipe)
    if compared.first is None or place is None:
        return f"all {compared.total} of {compared.total} tokens are equal"
    old, new = recipe.tokens[compared.first], now[compared.first]
    return (
        f"{compared.equal} of {compared.total} tokens are equal; the first difference is in row "
        f"{place['row']}, column {place['column']}: {old} was drawn before, {new} now"
    )
