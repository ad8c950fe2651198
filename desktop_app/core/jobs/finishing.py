"""Going on with unfinished pictures: from what their files say to what must be asked for.

With their own seeds and their tokens so far fixed, the engine draws what an uninterrupted run would have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from desktop_app.core.jobs.job import Job, ModelChoice
from model_runtime.bounds import TokenArray
from model_runtime.recipe.record import Parent, Recipe
from model_runtime.request import MAX_IMAGES, GenerationRequest

KIND = "finish"
"""Of the parent that a finished picture names: its unfinished file."""


def runs_of(recipes: Iterable[Recipe]) -> Iterator[list[Recipe]]:
    """Pictures that one request can draw, together: it is faster, and nearest to how they began."""
    groups: dict[object, list[Recipe]] = {}
    for recipe in recipes:
        run = recipe.run
        key = (run.prompt, run.sampling, run.model, run.precision, recipe.image_length)
        groups.setdefault(key, []).append(recipe)
    for group in groups.values():
        for start in range(0, len(group), MAX_IMAGES):
            yield group[start : start + MAX_IMAGES]


def finishing_request(recipes: Sequence[Recipe]) -> GenerationRequest:
    """The request that finishes the pictures of one of `runs_of`'s groups, in their order."""
    first = recipes[0].run
    return GenerationRequest(
        prompt=first.prompt,
        image_count=len(recipes),
        seeds=tuple(recipe.seed for recipe in recipes),
        sampling=first.sampling,
        fixed_tokens=np.stack([tokens_so_far(recipe) for recipe in recipes]),
    )


def finishing_jobs(recipes: Iterable[Recipe], *, device: str, precision: str) -> list[Job]:
    """A job for each group; finished pictures are left out. Every result names its unfinished picture as parent."""
    return [
        Job(
            request=finishing_request(group),
            model=ModelChoice(model=group[0].run.model.id, device=device, precision=precision),
            parents=tuple(parent_of(recipe) for recipe in group),
        )
        for group in runs_of(recipe for recipe in recipes if not recipe.finished)
    ]


def parent_of(recipe: Recipe) -> Parent:
    """What a picture that goes on from `recipe` was made from."""
    return Parent(kind=KIND, id=recipe.id)


def tokens_so_far(recipe: Recipe) -> TokenArray:
    """What is drawn and what was given ahead of it: int32 (image_length,), -1 = free."""
    row = np.full(recipe.image_length, -1, np.int32)
    if recipe.fixed_tokens is not None:
        row[:] = recipe.fixed_tokens
    row[: recipe.tokens_done] = recipe.tokens
    return row
