"""What every run that can be shown has, whether it is being drawn or was opened from the catalogue."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QImage

from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.presenters.run.cells import CellStage, CellState, RunProgress, RunState
from model_runtime.recipe.record import Tokens
from model_runtime.request import GenerationRequest


class ShownRun(ABC):
    """A run's pictures. `request` is what to ask for again."""

    def __init__(self, run_id: str, request: GenerationRequest, cells: list[CellState]) -> None:
        self.id = run_id
        self.request = request
        self._cells = cells

    @property
    def cells(self) -> tuple[CellState, ...]:
        """The pictures, in the order of the request."""
        return tuple(self._cells)

    def cell(self, index: int) -> CellState:
        """One picture; raises IndexError where there is none."""
        if index < 0:
            raise IndexError(index)
        return self._cells[index]

    def change(self, index: int, **values: Any) -> None:
        """Replace parts of one picture's state."""
        self._cells[index] = replace(self._cells[index], **values)

    def unfinished(self, index: int | None = None) -> tuple[KeptPicture, ...]:
        """The kept pictures that can be finished: one, or all of the run."""
        cells = self._cells if index is None else [self.cell(index)]
        return tuple(cell.kept for cell in cells if cell.unfinished_kept and cell.kept is not None)

    @property
    def pictures_done(self) -> int:
        """How many pictures are finished, those that could not be saved included: they were drawn."""
        return sum(cell.stage in {CellStage.FINISHED, CellStage.UNSAVED} for cell in self._cells)

    @abstractmethod
    def image(self, index: int) -> QImage:
        """The pixels known so far; a null image where there are none."""

    @abstractmethod
    def tokens(self, index: int) -> Tokens | None:
        """The final tokens of a picture as far as they are known, else None."""

    @property
    @abstractmethod
    def state(self) -> RunState:
        """The run as a whole."""

    @abstractmethod
    def progress(self, now: float) -> RunProgress:
        """How far it is at a moment of the clock that times it."""
