"""Draws pictures from prompts, one prompt after the other.

Each picture is saved as soon as it is finished, and its path written to stdout. Ctrl-C keeps what is
drawn; `armchair-cli finish` goes on with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli import asking
from desktop_app.cli.console import shortened
from desktop_app.cli.drawing import Drawn, draw, picture_folder, shelf
from desktop_app.cli.engine import check_model, load
from desktop_app.cli.failures import INTERRUPTED, OK, CommandError, disk_sentence
from desktop_app.cli.options import DEFAULT_MODEL, add_json_option, add_model_options, add_out_option
from desktop_app.cli.prompts import gather_prompts, look_unquoted
from desktop_app.cli.reading import tell_reading
from desktop_app.cli.report import drawn_json, failed_json, tell_ranking, tell_seeds, tell_unfinished
from desktop_app.cli.sheet import sheet_format, write_sheet
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.prompts.reader import PromptReader
from model_runtime.request import SamplingSettings

if TYPE_CHECKING:
    from model_runtime.pipeline import DalleMiniPipeline

HELP = "draw pictures from prompts"
USAGE = "PROMPT ... [options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `draw`."""
    parser.add_argument("prompts", nargs="*", metavar="PROMPT", help="words to draw, in quotes")
    parser.add_argument(
        "--prompts",
        dest="prompt_file",
        metavar="FILE",
        help='more prompts, one a line ("-" = stdin); blank lines and those with # in front are skipped',
    )
    asking.add_request_options(parser)
    files = parser.add_argument_group("files")
    add_out_option(files)
    files.add_argument("--sheet", type=Path, metavar="FILE", help="also write the pictures of each prompt as one image")
    add_json_option(files)
    add_model_options(parser, default=DEFAULT_MODEL, unset=DEFAULT_MODEL)


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Draw all prompts; a prompt that fails never keeps the next one from being drawn."""
    prompts = gather_prompts(options.prompts, options.prompt_file)
    # Everything that can be found wrong is found before torch is imported, which takes seconds.
    asking.request(options, "", SamplingSettings)
    if options.sheet is not None:
        sheet_format(options.sheet)
    model = check_model(options, surroundings, options.model)
    folder = picture_folder(options.out, surroundings)
    reader = PromptReader(model)
    if look_unquoted(options.prompts):
        count = len(options.prompts)
        surroundings.console.say(f"{count} prompts of one word each; several words need quotes around them.")
    if len(prompts) == 1:
        tell_reading(reader.read(prompts[0]), surroundings.console)
    pipeline = load(options, surroundings, model=options.model, precision=options.precision)
    artist = _Artist(options, surroundings, pipeline, folder)
    return artist.draw(prompts[0]) if len(prompts) == 1 else artist.draw_each(prompts, reader)


@dataclass(frozen=True)
class _Artist:
    """Draws prompts with one loaded model into one folder."""

    options: argparse.Namespace
    surroundings: Surroundings
    pipeline: DalleMiniPipeline
    folder: Path

    def draw_each(self, prompts: Sequence[str], reader: PromptReader) -> int:
        """All prompts in turn; the exit code is that of the first that failed."""
        worst = OK
        console = self.surroundings.console
        for place, prompt in enumerate(prompts, 1):
            name = f"prompt {place} of {len(prompts)}"
            console.say(f"{name}: {shortened(prompt, 200)}")
            try:
                tell_reading(reader.read(prompt), console)
                code = self.draw(prompt)
            except Exception as error:  # told, and the next prompt gets its turn
                code = self.surroundings.failed(error, f"{name}: ")
                if self.options.json:
                    console.result(failed_json(prompt, error))
            if code == INTERRUPTED:
                return code
            worst = worst or code
        return worst

    def draw(self, prompt: str) -> int:
        """One prompt. Raises what becomes a sentence."""
        console, json = self.surroundings.console, self.options.json
        request = asking.request(self.options, prompt, lambda: self.pipeline.defaults)
        announce = (lambda _: None) if json else (lambda path: console.result(str(path)))
        drawn = draw(self.pipeline, request, self.surroundings, shelf(self.folder), announce=announce)
        tell_seeds(drawn, console)
        tell_ranking(drawn, console)
        sheet = _sheet(self.options.sheet, drawn)
        if json:
            console.result(drawn_json(drawn, self.pipeline.model_id, sheet=sheet))
        elif sheet is not None:
            console.result(str(sheet))
        tell_unfinished(drawn, self.options, console)
        return INTERRUPTED if drawn.stopped else OK


def _sheet(path: Path | None, drawn: Drawn) -> Path | None:
    """Write the contact sheet, the best first where they are ranked; None where there is nothing to show."""
    images = [image for image in drawn.result.images if image.tokens_done]
    if path is None or not images:
        return None
    if drawn.result.ranking:
        images = [drawn.result.images[place] for place in drawn.result.ranking]
    try:
        return write_sheet([image.image for image in images], images[0].recipe, path)
    except OSError as error:
        raise CommandError(disk_sentence(error, f"write {path}")) from error
