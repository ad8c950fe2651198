"""Goes on with unfinished pictures from where they stopped, with their own seeds.

The result is what the run would have drawn without the interruption. The unfinished file stays as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from desktop_app.cli.console import shortened
from desktop_app.cli.drawing import draw, picture_folder, shelf
from desktop_app.cli.engine import check_model, load_for
from desktop_app.cli.failures import INTERRUPTED, OK
from desktop_app.cli.options import add_json_option, add_model_options, add_out_option
from desktop_app.cli.report import drawn_json, json_line, tell_unfinished
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.jobs.finishing import finishing_request, parent_of, runs_of
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe

HELP = "go on with unfinished pictures"
USAGE = "FILE ... [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `finish`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="unfinished picture files")
    add_out_option(parser)
    add_json_option(parser)
    add_model_options(parser, default=None, unset="the one that began the picture")


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Finish every file that can be; the others are told of and make the exit code."""
    worst = OK
    unfinished: list[tuple[Path, Recipe]] = []
    for file in options.files:
        try:
            recipe = read_recipe(file)
        except Exception as error:  # told, and the next file gets its turn
            code = surroundings.failed(error)
            worst = worst or code
            continue
        if recipe.finished:
            surroundings.console.say(f"{file} is finished already.")
            if options.json:
                surroundings.console.result(json_line({"file": file, "finished_already": True}))
        else:
            unfinished.append((file, recipe))
    files = {id(recipe): file for file, recipe in unfinished}
    for group in runs_of(recipe for _, recipe in unfinished):
        try:
            code = _finish(options, surroundings, group, files[id(group[0])])
        except Exception as error:  # told, and the next run gets its turn
            code = surroundings.failed(error)
        if code == INTERRUPTED:
            return code
        worst = worst or code
    return worst


def _finish(options: argparse.Namespace, surroundings: Surroundings, recipes: Sequence[Recipe], file: Path) -> int:
    """One run; `file` is the first picture's."""
    first = recipes[0]
    check_model(options, surroundings, options.model or first.run.model.id)
    save = shelf(
        picture_folder(options.out, surroundings),
        lambda index: parent_of(recipes[index]),
    )
    console = surroundings.console
    done = sum(recipe.tokens_done for recipe in recipes)
    total = sum(recipe.image_length for recipe in recipes)
    prompt = shortened(first.run.prompt, 200)
    console.say(f"finishing {len(recipes)} × {prompt!r}: {done} of {total} tokens are there")
    pipeline = load_for(options, surroundings, first, file)
    request = finishing_request(recipes)
    announce = (lambda _: None) if options.json else (lambda path: console.result(str(path)))
    drawn = draw(pipeline, request, surroundings, save, announce=announce)
    if options.json:
        console.result(drawn_json(drawn, pipeline.model_id, parents=[recipe.id for recipe in recipes]))
    tell_unfinished(drawn, options, console)
    return INTERRUPTED if drawn.stopped else OK
