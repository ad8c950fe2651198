"""What a picture's recipe tells, as plain values: for manifests and for the gallery's panels."""

from __future__ import annotations

import json
from typing import Any

from desktop_app.core.library.export.picture import PictureForExport
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import to_json

Told = dict[str, str | int | float]


def short_recipe(picture: PictureForExport) -> Told:
    """The facts that a person asks for, in the order in which they are read; what is not known is left out."""
    recipe = picture.recipe
    told: dict[str, str | int | float | None] = {"seed": picture.seed, "model": picture.model}
    if isinstance(recipe, Recipe):
        sampling = recipe.run.sampling
        told |= {
            "temperature": sampling.temperature,
            "condition_scale": sampling.condition_scale,
            "top_k": sampling.top_k,
            "top_p": sampling.top_p,
            "likelihood_gain": None if recipe.likelihood_gain is None else round(recipe.likelihood_gain, 3),
            "tokens": f"{recipe.tokens_done}/{recipe.image_length}" if not recipe.finished else None,
        }
    elif isinstance(recipe, ForeignRecipe):
        told |= {
            "negative_prompt": recipe.negative_prompt,
            "steps": recipe.steps,
            "sampler": recipe.sampler,
            "scale": recipe.scale,
        }
    told["drawn"] = None if picture.created is None else picture.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {key: value for key, value in told.items() if value not in (None, "")}


def whole_recipe(picture: PictureForExport) -> Any:
    """Everything that is known, for other programs: Armchair's recipe as its file has it, or the short one."""
    if isinstance(picture.recipe, Recipe):
        return json.loads(to_json(picture.recipe))
    raw = {"raw": picture.recipe.raw} if isinstance(picture.recipe, ForeignRecipe) else {}
    return short_recipe(picture) | raw
