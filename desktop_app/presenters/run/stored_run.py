"""A run from the catalogue, opened to be looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.library.records import GenerationRecord, ImageRecord
from desktop_app.presenters.run.cells import CellStage, CellState, RunPhase, RunProgress, RunState
from desktop_app.presenters.run.pixels import qimage
from desktop_app.presenters.run.shown_run import ShownRun
from model_runtime.recipe.picture_file import read_picture
from model_runtime.recipe.record import Tokens
from model_runtime.request import MAX_IMAGES, GenerationRequest


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedPicture:
    """A picture file's pixels and tokens, (tokens_done,)."""

    image: QImage
    tokens: Tokens


def read_stored(path: Path) -> LoadedPicture:
    """Read a picture file, in any thread; raises CorruptPicture or OSError."""
    picture = read_picture(path)
    return LoadedPicture(image=qimage(picture.image), tokens=picture.recipe.tokens.astype(np.uint16))


class StoredRun(ShownRun):
    """The pictures that a run left, in the order of its request.

    A picture's index here is its place among them: of a stopped run some are missing.
    """

    def __init__(self, record: GenerationRecord) -> None:
        """Raises InvalidRequest where the record could not have been asked for."""
        images = record.images
        request = GenerationRequest(
            prompt=record.prompt,
            image_count=min(len(images), MAX_IMAGES),
            seeds=tuple(image.seed for image in images[:MAX_IMAGES]),
            sampling=record.sampling,
        )
        super().__init__(record.id, request, [_cell(index, image) for index, image in enumerate(images)])
        self.record = record
        self._loaded: dict[int, LoadedPicture] = {}
        self._length = max(image.image_length for image in images)
        self._done = sum(image.tokens_done for image in images)

    def take(self, index: int, picture: LoadedPicture) -> None:
        """The picture's file has been read."""
        self._loaded[index] = picture

    def lose(self, index: int, fault: Fault) -> None:
        """The picture's file cannot be read."""
        self.change(index, stage=CellStage.UNREADABLE, fault=fault, kept=None)

    def image(self, index: int) -> QImage:
        """The pixels, null until they have been read."""
        return self._loaded[index].image if index in self._loaded else QImage()

    def tokens(self, index: int) -> Tokens | None:
        """What its file says of its tokens, None until that has been read."""
        return self._loaded[index].tokens if index in self._loaded else None

    @property
    def state(self) -> RunState:
        """The run as a whole."""
        finished = all(cell.stage is not CellStage.UNFINISHED for cell in self._cells)
        return RunState(
            id=self.id,
            prompt=self.request.prompt,
            image_count=len(self._cells),
            phase=RunPhase.FINISHED if finished else RunPhase.STOPPED,
            stored=True,
            can_finish=len(self.unfinished()),
        )

    def progress(self, now: float) -> RunProgress:
        """How far it came."""
        return RunProgress(
            tokens_done=self._done,
            tokens_total=self._length * len(self._cells),
            rows_total=math.isqrt(self._length),
            pictures_done=self.pictures_done,
            pictures_total=len(self._cells),
        )


def _cell(index: int, image: ImageRecord) -> CellState:
    side = math.isqrt(image.image_length)
    return CellState(
        index=index,
        seed=image.seed,
        stage=CellStage.FINISHED if image.finished else CellStage.UNFINISHED,
        rows_done=image.tokens_done // side if side else 0,
        rows_total=side,
        likelihood_gain=image.likelihood_gain,
        clip_score=image.clip_score,
        kept=KeptPicture(id=image.id, run_id=image.run_id, path=image.path, finished=image.finished),
    )
