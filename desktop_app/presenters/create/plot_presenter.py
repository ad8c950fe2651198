"""The live plot: what one choice could choose from, under the sampling that the sliders show now."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.core.sampling_plot import Logits, SamplingPlot, plot_choice
from desktop_app.presenters.ports import Engine
from model_runtime.events import LogitsKept
from model_runtime.request import SamplingSettings


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One token of one picture: the picture's place in its run, and where in the square the token lies."""

    index: int
    row: int
    column: int


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotState:
    """What the plot shows. plot: None while the answer is awaited, or where `fault` says why there is none."""

    cell: Cell
    plot: SamplingPlot | None = None
    fault: Fault | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Choice:
    conditional: Logits
    unconditional: Logits | None
    token: int


class PlotPresenter(QObject):
    """plot_changed(PlotState | None): None = nothing has been drawn or asked yet."""

    plot_changed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._sampling = SamplingSettings()
        self._facts: ModelFacts | None = None
        self._cell: Cell | None = None
        self._choice: _Choice | None = None
        self._asked: tuple[int, int] | None = None  # the ticket, and the token whose choice it is about
        self._pinned = False
        engine.state_changed.connect(self._take_state)
        engine.logits_arrived.connect(self._take_answer)

    def set_sampling(self, sampling: SamplingSettings) -> None:
        """Redraw under other settings."""
        self._sampling = sampling
        self._tell()

    def follow_run(self) -> None:
        """A run begins: show what it keeps on its way, until a cell is chosen."""
        self._pinned = False

    def take_kept(self, event: LogitsKept) -> None:
        """A choice of the run being drawn; a chosen cell stays where it is."""
        if self._pinned or self._facts is None:
            return
        row, column = divmod(event.position, math.isqrt(self._facts.image_length))
        self._cell = Cell(index=event.index, row=row, column=column)
        self._choice = _Choice(conditional=event.conditional, unconditional=event.unconditional, token=event.token)
        self._tell()

    def ask(self, cell: Cell, *, prompt: str, model_id: str, tokens: npt.NDArray[np.integer] | None) -> None:
        """A click on a cell of a picture, of which `tokens` (done,) are there."""
        self._cell, self._choice, self._asked, self._pinned = cell, None, None, True
        facts = self._facts
        if facts is None or facts.model_id != model_id:
            self._refuse(Fault(code="plot_needs_model", parameters={"model": model_id}))
            return
        position = cell.row * math.isqrt(facts.image_length) + cell.column
        if tokens is None or position >= len(tokens):
            self._refuse(Fault(code="plot_not_drawn_yet"))
            return
        before = tokens[:position].astype(np.int32)
        self._asked = self._engine.ask_logits(prompt, before, position), int(tokens[position])
        self._tell()

    def clear(self) -> None:
        """Other pictures are shown: the cell is not among them."""
        self._cell, self._choice, self._asked, self._pinned = None, None, None, False
        self.plot_changed.emit(None)

    def _take_state(self, state: EngineState) -> None:
        self._facts = state.facts if state.stage is EngineStage.READY else None

    def _take_answer(self, ticket: int, answer: object) -> None:
        if self._asked is None or ticket != self._asked[0]:
            return  # another cell has been chosen since
        token, self._asked = self._asked[1], None
        if isinstance(answer, Fault):
            self._refuse(answer)
        elif isinstance(answer, tuple):
            self._choice = _Choice(conditional=answer[0], unconditional=answer[1], token=token)
            self._tell()

    def _refuse(self, fault: Fault) -> None:
        if self._cell is not None:
            self.plot_changed.emit(PlotState(cell=self._cell, fault=fault))

    def _tell(self) -> None:
        choice = self._choice
        if self._cell is None or (choice is None and self._asked is None):
            return
        plot = None
        if choice is not None:
            plot = plot_choice(choice.conditional, choice.unconditional, self._sampling, chosen=choice.token)
        self.plot_changed.emit(PlotState(cell=self._cell, plot=plot))
