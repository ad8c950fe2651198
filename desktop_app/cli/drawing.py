"""One run: its events on the terminal, its pictures on the disk."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desktop_app.cli.failures import CommandError, disk_sentence
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.surroundings import Surroundings
from model_runtime.control import RunControl
from model_runtime.events import Event, ImageFinished, RunCancelled, RunFinished
from model_runtime.recipe.exclusive import write_exclusive
from model_runtime.recipe.names import dated_folder
from model_runtime.recipe.record import Parent
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage, GenerationResult

if TYPE_CHECKING:
    from model_runtime.pipeline import DalleMiniPipeline

Shelf = Callable[[GeneratedImage], Path]
"""Saves a picture and returns where; raises CommandError where the disk refuses."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A run's end. files: place in the request → where the picture is; those that nothing was drawn of lack.

    seconds: from the first event to the last. stopped: whether the person ended it early.
    """

    result: GenerationResult
    files: dict[int, Path]
    seconds: float
    stopped: bool

    @property
    def unfinished(self) -> list[Path]:
        """Files of pictures that can be finished later."""
        return [
            self.files[image.index] for image in self.result.images if not image.finished and image.index in self.files
        ]


def picture_folder(out: Path | None, surroundings: Surroundings) -> Path:
    """The folder to draw into, made and tried out: better now than after minutes of drawing.

    Raises CommandError where nothing can be written.
    """
    folder = dated_folder(surroundings.paths.pictures, datetime.now().astimezone()) if out is None else out
    try:
        write_exclusive(folder / ".armchair-cli", lambda _: None).unlink()
    except OSError as error:
        raise CommandError(disk_sentence(error, f"write into {folder}")) from error
    return folder


def shelf(folder: Path, parents: Callable[[int], Parent | None] = lambda _: None) -> Shelf:
    """Saves into `folder`; `parents` says what the picture at a place in the request was made from."""

    def save(image: GeneratedImage) -> Path:
        try:
            return image.save(f"{folder}{os.sep}", parent=parents(image.index))
        except OSError as error:
            raise CommandError(disk_sentence(error, f"save a picture in {folder}")) from error

    return save


def draw(
    pipeline: DalleMiniPipeline,
    request: GenerationRequest,
    surroundings: Surroundings,
    save: Shelf | None,
    *,
    announce: Callable[[Path], None] = lambda _: None,
) -> Drawn:
    """Run `request`; each picture is saved as soon as it is finished, and then announced.

    Pictures of which only the best are wanted are saved when they are judged. After an interrupt the
    unfinished ones are saved too, unless it was the second. `save`: None = keep nothing.
    """
    run = _Run(surroundings, request, save, announce)
    started = time.monotonic()
    control = RunControl()
    # The stream is a generator; closing it gives the model's memory back however the loop ends.
    stream = cast("Generator[Event, None, None]", pipeline.stream(request, control, previews=False))
    with surroundings.interrupts.steering(control), closing(stream):
        try:
            for event in stream:
                run.take(event)
        except BaseException:
            run.save_waiting()  # judging failed, but the pictures are there
            raise
        end = run.end
        if end is None:
            raise RuntimeError("the run ended without a last event")
        for image in end.result.images:
            if image.tokens_done:
                run.keep(image)
    return Drawn(
        result=end.result,
        files=run.files,
        seconds=time.monotonic() - started,
        stopped=surroundings.interrupts.asked > 0,
    )


class _Run:
    def __init__(
        self,
        surroundings: Surroundings,
        request: GenerationRequest,
        save: Shelf | None,
        announce: Callable[[Path], None],
    ) -> None:
        self.files: dict[int, Path] = {}
        self.end: RunFinished | RunCancelled | None = None
        self._surroundings = surroundings
        self._progress = ProgressLine(surroundings.console, request.image_count)
        self._save = save
        self._announce = announce
        self._judge_first = request.keep is not None
        self._waiting: list[GeneratedImage] = []
        self._told = 0

    def take(self, event: Event) -> None:
        """Show one event, save what it brings."""
        self._progress.show(event)
        self._tell_of_interrupt()
        if isinstance(event, ImageFinished):
            if self._judge_first:
                self._waiting.append(event.image)
            else:
                self.keep(event.image)
        elif isinstance(event, RunFinished | RunCancelled):
            self.end = event

    def keep(self, image: GeneratedImage) -> None:
        """Save a picture, once."""
        if self._save is None or image.index in self.files:
            return
        self.files[image.index] = path = self._save(image)
        if image.finished:
            self._announce(path)

    def save_waiting(self) -> None:
        """Save the finished pictures that waited for a judgement which will not come."""
        for image in self._waiting:
            self.keep(image)

    def _tell_of_interrupt(self) -> None:
        asked = self._surroundings.interrupts.asked
        if asked > self._told:
            self._told = asked
            text = "stopping; what is drawn so far is kept (once more to drop what is unfinished)"
            self._surroundings.console.say(text if asked == 1 else "stopping at once")
