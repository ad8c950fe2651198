"""Loading the model: the one place of the command line where torch comes in."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.failures import CommandError
from desktop_app.cli.surroundings import Surroundings
from model_runtime.errors import InvalidRequest, UnsupportedOperation
from model_runtime.model_store.lookup import ModelFolder, find_model
from model_runtime.recipe.record import Recipe

if TYPE_CHECKING:
    from model_runtime.pipeline import DalleMiniPipeline


def check_model(options: argparse.Namespace, surroundings: Surroundings, model: str) -> ModelFolder:
    """The model's folders; raises in milliseconds what `from_pretrained` would say after seconds."""
    return find_model(model, models_dir=surroundings.paths.models, vqgan=options.vqgan, clip=options.clip)


def load(options: argparse.Namespace, surroundings: Surroundings, *, model: str, precision: str) -> DalleMiniPipeline:
    """The pipeline for `model`. Raises ArmchairError, or CommandError where torch cannot be loaded."""
    check_model(options, surroundings, model)
    surroundings.console.status(f"loading {model}")
    # Before torch reads it. By default threads that wait for one another keep their cores busy, which beside other
    # programs made a step more than three times slower than sleeping does.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from model_runtime.pipeline import DalleMiniPipeline  # noqa: PLC0415  # seconds: only when needed
    except (ImportError, OSError) as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"the engine cannot be loaded: {reason} `armchair-cli doctor` says more.") from error
    pipeline = DalleMiniPipeline.from_pretrained(
        model,
        device=options.device,
        precision=precision,
        models_dir=surroundings.paths.models,
        vqgan=options.vqgan,
        clip=options.clip,
    )
    surroundings.console.say(f"{pipeline.model_id} on {pipeline.device}, {pipeline.precision}")
    return pipeline


def load_for(options: argparse.Namespace, surroundings: Surroundings, recipe: Recipe, file: Path) -> DalleMiniPipeline:
    """The model that drew the picture in `file`, in the precision that drew it where this device has it.

    `--model` and `--precision` go before the recipe. Says so where the model's weights are others than those
    that drew it. Raises CommandError where the recipe does not fit the model at all.
    """
    model = options.model or recipe.run.model.id
    precision = options.precision or recipe.run.precision
    try:
        pipeline = load(options, surroundings, model=model, precision=precision)
    except (UnsupportedOperation, InvalidRequest) as error:
        strange = error.code == "precision_unavailable" or error.parameters.get("field") == "precision"
        if options.precision or not strange:
            raise
        surroundings.console.say(f"{precision}, which drew the picture, does not work here.")
        pipeline = load(options, surroundings, model=model, precision="auto")
    _check_fit(pipeline, recipe, file)
    found, drew = check_model(options, surroundings, model).description, recipe.run.model
    if drew.sha256 and found.sha256 and drew.sha256 != found.sha256:
        surroundings.console.say(f"note: these are not the weights that drew it ({drew.id} {drew.revision}).")
    return pipeline


def _check_fit(pipeline: DalleMiniPipeline, recipe: Recipe, file: Path) -> None:
    highest = max([0, *recipe.tokens.tolist()])
    if recipe.fixed_tokens is not None:
        highest = max(highest, int(recipe.fixed_tokens.max()))
    if recipe.image_length != pipeline.image_length or highest >= pipeline.codebook_size:
        raise CommandError(
            f"{file} was not drawn by {pipeline.model_id}: its {recipe.image_length} tokens do not fit that "
            f"model's {pipeline.image_length} of {pipeline.codebook_size} kinds; name the right one with "
            "--model."
        )
