"""Pictures that grow: the engine's events folded into what is on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import singledispatchmethod

from PySide6.QtGui import QImage

from desktop_app.presenters.run.cells import CellStage, CellState
from desktop_app.presenters.run.pixels import PictureCanvas
from desktop_app.presenters.run.shown_run import ShownRun
from desktop_app.presenters.run.timing import RunTiming
from model_runtime.events import (
    BatchReduced,
    Event,
    FullPreview,
    ImageFinished,
    Progress,
    RowPreview,
    RunCancelled,
    RunFinished,
    SlotRestarted,
    Stage,
    StageChanged,
)
from model_runtime.recipe.record import Tokens
from model_runtime.request import GenerationRequest


@dataclass
class Changes:
    """What an event changed on the screen. pixels: index → whether they are a real decode."""

    run: bool = False
    progress: bool = False
    cells: set[int] = field(default_factory=set)
    pixels: dict[int, bool] = field(default_factory=dict)


class GrowingRun(ShownRun):
    """A run as far as the engine has told of it."""

    def __init__(self, run_id: str, request: GenerationRequest, began: float, image_length: int) -> None:
        first = request.seed or 0
        seeds = request.seeds or tuple(range(first, first + request.image_count))
        rows = math.isqrt(image_length)
        cells = [CellState(index=index, seed=seed, rows_total=rows) for index, seed in enumerate(seeds)]
        super().__init__(run_id, request, cells)
        self._canvases = [PictureCanvas() for _ in seeds]
        self._tokens: dict[int, Tokens] = {}
        self._timing = RunTiming(began)
        self._stage: Stage | None = None
        self._batch: int | None = None
        self._done = 0
        self._total = image_length * request.image_count
        self._rejected: set[int] = set()

    def image(self, index: int) -> QImage:
        """The pixels known so far; a null image where there are none."""
        return self._canvases[index].image

    def tokens(self, index: int) -> Tokens | None:
        """The final tokens of a picture, (rows_done * side,); None before its first row."""
        return self._tokens.get(index)

    def apply(self, event: Event, now: float) -> Changes:
        """Take an event of this job."""
        changes = Changes()
        self._take(event, changes, now)
        return changes

    @singledispatchmethod
    def _take(self, event: Event, changes: Changes, now: float) -> None:
        """An event that changes nothing here."""

    @_take.register
    def _(self, event: StageChanged, changes: Changes, now: float) -> None:
        self._stage = event.stage
        changes.run = True

    @_take.register
    def _(self, event: Progress, changes: Changes, now: float) -> None:
        self._timing.note(event.done, event.total, now)
        self._done = event.done
        changes.progress = True
        if event.total != self._total:
            self._total = event.total
            rows = math.isqrt(event.total // len(self._cells))
            for index in range(len(self._cells)):
                self.change(index, rows_total=rows)
                changes.cells.add(index)

    @_take.register
    def _(self, event: RowPreview, changes: Changes, now: float) -> None:
        if self._outdated(event.index):
            return
        rows_total = self.cell(event.index).rows_total or event.rows_done
        self._canvases[event.index].add_rows(event.image, event.rows_done, rows_total)
        self._tokens[event.index] = event.tokens
        self._drawn(event.index, event.rows_done, changes)
        changes.pixels[event.index] = False

    @_take.register
    def _(self, event: FullPreview, changes: Changes, now: float) -> None:
        if self._outdated(event.index):
            return
        self._canvases[event.index].replace(event.image, event.rows_done)
        self._drawn(event.index, event.rows_done, changes)
        changes.pixels[event.index] = True

    def _drawn(self, index: int, rows_done: int, changes: Changes) -> None:
        self.change(index, stage=CellStage.DRAWING, rows_done=rows_done)
        changes.cells.add(index)

    def _outdated(self, index: int) -> bool:
        # Between the click and the engine's answer a rejected picture still grows: it is not wanted.
        return index in self._rejected

    @_take.register
    def _(self, event: ImageFinished, changes: Changes, now: float) -> None:
        image = event.image
        self._rejected.discard(event.index)
        rows = self.cell(event.index).rows_total or math.isqrt(image.image_length)
        gain = image.likelihood_gain
        self.change(
            event.index,
            stage=CellStage.FINISHED,
            seed=image.seed,
            rows_done=rows,
            rows_total=rows,
            likelihood_gain=gain if math.isfinite(gain) else None,
            clip_score=image.clip_score,
            rejecting=False,
        )
        self._tokens[event.index] = image.tokens
        self._canvases[event.index].replace(image.image, rows)
        changes.cells.add(event.index)
        changes.pixels[event.index] = True
        changes.progress = True

    @_take.register
    def _(self, event: SlotRestarted, changes: Changes, now: float) -> None:
        self._rejected.discard(event.index)
        self._start_over(event.index, changes)
        self.change(event.index, seed=event.seed, restarted=True)

    @_take.register
    def _(self, event: BatchReduced, changes: Changes, now: float) -> None:
        self._batch = event.batch
        changes.run = True
        for cell in self.cells:
            # One with all its rows waits for its pixels and is kept.
            if cell.on_its_way and cell.rows_done < cell.rows_total:
                self._start_over(cell.index, changes)

    def _start_over(self, index: int, changes: Changes) -> None:
        self._canvases[index].clear()
        self._tokens.pop(index, None)
        self.change(
            index,
            stage=CellStage.WAITING,
            rows_done=0,
            rank=None,
            likelihood_gain=None,
            clip_score=None,
            rejecting=False,
            kept=None,
            fault=None,
        )
        changes.cells.add(index)
        changes.pixels[index] = False

    @_take.register
    def _(self, event: RunFinished, changes: Changes, now: float) -> None:
        result = event.result
        self.request = result.request
        for rank, place in enumerate(result.ranking):
            index = result.images[place].index
            self.change(index, rank=rank)
            changes.cells.add(index)

    @_take.register
    def _(self, event: RunCancelled, changes: Changes, now: float) -> None:
        self.request = event.result.request
        for image in event.result.images:
            if image.finished:
                continue
            cell = self.cell(image.index)
            rows = image.tokens_done * cell.rows_total // image.image_length
            self._canvases[image.index].replace(image.image, rows)
            self._tokens[image.index] = image.tokens[: image.tokens_done]
            self.change(image.index, stage=CellStage.UNFINISHED, rows_done=rows, rejecting=False)
            changes.cells.add(image.index)
            changes.pixels[image.index] = True
