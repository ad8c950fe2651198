"""Turns a picture's stored image tokens into pixels again and compares them with the file's own."""

from __future__ import annotations

import argparse
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from desktop_app.cli.engine import load_for
from desktop_app.cli.failures import OK, CommandError, disk_sentence
from desktop_app.cli.options import add_json_option, add_model_options
from desktop_app.cli.report import json_line
from desktop_app.cli.surroundings import Surroundings
from model_runtime.recipe.picture_file import read_picture, save_picture
from model_runtime.recipe.record import Parent, Recipe, new_id, utc_now

if TYPE_CHECKING:
    from model_runtime.pipeline import DalleMiniPipeline

HELP = "make the pixels again from the stored tokens and compare"
USAGE = "FILE [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `decode`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a picture file")
    parser.add_argument("--out", metavar="PATH", help="save the new pixels there: a folder or a file's name")
    add_json_option(parser)
    add_model_options(parser, default=None, unset="the one that drew the picture")


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Decode, compare, save where asked to."""
    stored, recipe = read_picture(options.file)
    pipeline = load_for(options, surroundings, recipe, options.file)
    image = _decode(pipeline, recipe)
    difference = largest_difference(stored, image)
    saved = None if options.out is None else _save(image, recipe, options.out)
    if options.json:
        values = {"file": options.file, "largest_difference": difference, "saved": saved}
        surroundings.console.result(json_line(values))
        return OK
    if difference is None:
        surroundings.console.result(f"{image.size} pixels now, {stored.size} in the file")
    elif difference == 0:
        surroundings.console.result("every pixel is equal")
    else:
        surroundings.console.result(f"the largest difference is {difference} of 255")
    if saved is not None:
        surroundings.console.result(str(saved))
    return OK


def _decode(pipeline: DalleMiniPipeline, recipe: Recipe) -> Image.Image:
    """The pixels, made as the run made them: of an unfinished picture only whole rows are shown."""
    from model_runtime.pixels import hide_undrawn, repeat_last_row, whole_rows  # noqa: PLC0415  # torch

    tokens = np.zeros(recipe.image_length, np.uint16)
    tokens[: recipe.tokens_done] = recipe.tokens
    if recipe.finished:
        return pipeline.decode(tokens)[0]
    rows = whole_rows(recipe.tokens_done, recipe.image_length)
    if rows == 0:
        raise CommandError("not one row of the picture is drawn, so there is nothing to decode.")
    pixels = np.asarray(pipeline.decode(repeat_last_row(tokens, rows))[0])
    return Image.fromarray(hide_undrawn(pixels, rows, recipe.image_length))


def largest_difference(one: Image.Image, other: Image.Image) -> int | None:
    """Of any colour of any pixel, 0..255; None where the sizes differ."""
    if one.size != other.size:
        return None
    values = [np.asarray(image.convert("RGB"), np.int16) for image in (one, other)]
    return int(np.abs(values[0] - values[1]).max())


def _save(image: Image.Image, recipe: Recipe, out: str) -> Path:
    decoded = dataclasses.replace(recipe, id=new_id(), created=utc_now(), parent=Parent(kind="decode", id=recipe.id))
    target = Path(out)
    if not target.suffix and not out.endswith(os.sep):
        out += os.sep  # a folder that is still to be made
    try:
        return save_picture(image, decoded, out)
    except OSError as error:
        raise CommandError(disk_sentence(error, f"write {target}")) from error
