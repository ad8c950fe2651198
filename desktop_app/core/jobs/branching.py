"""From a stored picture to new ones: drawn again from a row, more of its kind, or the very same again."""

from __future__ import annotations

import math

import numpy as np

from desktop_app.core.jobs.job import Job, ModelChoice
from model_runtime.bounds import TokenArray
from model_runtime.errors import InvalidRequest
from model_runtime.recipe.record import Parent, Recipe
from model_runtime.request import GenerationRequest, draw_seed

REWIND = "rewind"
"""Of the parent whose upper rows a picture keeps."""
MORE = "more"
"""Of the parent whose prompt, model and settings a picture was drawn with, under another seed."""


def last_row(recipe: Recipe) -> int:
    """The highest row, counted from 0, from which a picture can be drawn again; 0 where no row is whole.

    Of a finished picture it is its last row; of an unfinished one the first that is not whole.
    """
    side = _side(recipe)
    return min(recipe.tokens_done // side, side - 1)


def kept_tokens(recipe: Recipe, row: int) -> TokenArray:
    """What a picture drawn again from `row`, counted from 0, starts with: int32 (image_length,), -1 = free.

    The rows above are kept token by token; what had been fixed below is free again. Raises InvalidRequest for a row
    below `last_row`.
    """
    most = last_row(recipe)
    if not 0 <= row <= most:
        raise InvalidRequest("out_of_range", field="row", value=row, allowed=f"from 0 to {most}")
    count = row * _side(recipe)
    tokens = np.full(recipe.image_length, -1, np.int32)
    tokens[:count] = recipe.tokens[:count]
    return tokens


def rewind_job(recipe: Recipe, row: int, *, image_count: int, device: str, precision: str) -> Job:
    """A job that draws pictures again from `row`, counted from 0, each with a seed of its own.

    Every result names the picture as its parent. Row 0 keeps nothing, and is drawn afresh as a whole. Raises
    InvalidRequest as `kept_tokens` does.
    """
    return Job(
        request=_request(recipe, image_count, kept_tokens(recipe, row) if row else None),
        model=_choice(recipe, device, precision),
        parents=(Parent(kind=REWIND, id=recipe.id),) * image_count,
    )


def more_job(recipe: Recipe, *, image_count: int, device: str, precision: str) -> Job:
    """A job that draws more pictures with a picture's prompt, model and settings, under new seeds."""
    return Job(
        request=_request(recipe, image_count, None),
        model=_choice(recipe, device, precision),
        parents=(Parent(kind=MORE, id=recipe.id),) * image_count,
    )


def same_again_job(recipe: Recipe, *, device: str, precision: str) -> Job:
    """A job that draws the very same picture again: its seed, its settings, and what was fixed of its tokens.

    It is a picture of its own and not made from the stored one: it names no parent but that one's.
    """
    request = GenerationRequest(
        prompt=recipe.run.prompt,
        seeds=(recipe.seed,),
        sampling=recipe.run.sampling,
        fixed_tokens=recipe.fixed_tokens,
    )
    parents = () if recipe.parent is None else (recipe.parent,)
    return Job(request=request, model=_choice(recipe, device, precision), parents=parents)


def _request(recipe: Recipe, image_count: int, fixed: TokenArray | None) -> GenerationRequest:
    seed = draw_seed()
    while seed <= recipe.seed < seed + image_count:  # its own seed would draw its own tokens
        seed = draw_seed()
    return GenerationRequest(
        prompt=recipe.run.prompt,
        image_count=image_count,
        seed=seed,
        sampling=recipe.run.sampling,
        fixed_tokens=fixed,
    )


def _choice(recipe: Recipe, device: str, precision: str) -> ModelChoice:
    return ModelChoice(model=recipe.run.model.id, device=device, precision=precision)


def _side(recipe: Recipe) -> int:
    side = math.isqrt(recipe.image_length)
    if side**2 != recipe.image_length:
        raise InvalidRequest("wrong_shape", field="tokens", value=recipe.image_length, allowed="a square number")
    return side
