"""The live plot: what one choice could choose from, under the sampling that the sliders show now."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.core.sampling_plot import SamplingPlot, plot_choice
from desktop_app.presenters.ports import Background, Engine
from model_runtime.bounds import TokenArray
from model_runtime.events import Event, ImageFinished, LogitsKept, RowPreview, SlotRestarted
from model_runtime.request import SamplingSettings

Logits = npt.NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """The pictures whose cells can be asked about: one run's prompt, model and, as they come, tokens."""

    prompt: str
    model_id: str
    tokens: dict[int, TokenArray] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class PlotState:
    """What the plot shows: `plot` with its caption, or why there is none.

    index, row, column: the picture and the cell. plot: None while the answer is awaited or where `fault` says
    why it cannot be had.
    """

    index: int
    row: int
    column: int
    plot: SamplingPlot | None = None
    fault: Fault | None = None


class PlotPresenter(QObject):
    """plot_changed(PlotState | None): None = nothing has been drawn or asked yet."""

    plot_changed = Signal(object)

    def __init__(self, engine: Engine, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._sampling = SamplingSettings()
        self._facts: ModelFacts | None = None
        self._subject: Subject | None = None
        self._cell: tuple[int, int] | None = None  # picture, position
        self._pinned = False  # a person chose the cell: what a run keeps does not move it any more
        self._logits: tuple[Logits, Logits | None, int] | None = None
        self._ticket: int | None = None
        engine.state_changed.connect(self._take_state)
        engine.logits_arrived.connect(self._take_answer)

    def set_sampling(self, sampling: SamplingSettings) -> None:
        """Redraw under other settings."""
        self._sampling = sampling
        self._tell()

    def watch_run(self, prompt: str, model_id: str) -> None:
        """A run begins whose pictures are shown from now on."""
        self._subject = Subject(prompt=prompt, model_id=model_id)
        self._pinned, self._ticket = False, None
        if self._cell is None or self._logits is None:
            self._clear()

    def take_event(self, event: Event) -> None:
        """What the shown run tells."""
        subject = self._subject
        if subject is None:
            return
        if isinstance(event, RowPreview):
            subject.tokens[event.index] = event.tokens.astype(np.int32)
        elif isinstance(event, ImageFinished):
            subject.tokens[event.index] = event.image.tokens[: event.image.tokens_done].astype(np.int32)
        elif isinstance(event, SlotRestarted):
            subject.tokens.pop(event.index, None)
        elif isinstance(event, LogitsKept) and not self._pinned:
            self._cell = (event.index, event.position)
            self._logits = (event.conditional, event.unconditional, event.token)
            self._tell()

    def show_stored(self, prompt: str, model_id: str, read_tokens: Callable[[], dict[int, TokenArray]]) -> None:
        """An earlier run is shown: its tokens are read from its files in the background."""
        subject = self._subject = Subject(prompt=prompt, model_id=model_id)
        self._clear()
        self._background.run(read_tokens, subject.tokens.update)

    def ask(self, index: int, row: int, column: int) -> None:
        """A click on a cell of a picture."""
        subject, facts = self._subject, self._facts
        if subject is None:
            return
        tokens = subject.tokens.get(index)
        side = self._side(tokens)
        position = row * side + column
        if facts is None or facts.model_id != subject.model_id:
            self._refuse(index, row, column, Fault(code="plot_needs_model", parameters={"model": subject.model_id}))
            return
        if tokens is None or position >= len(tokens):
            self._refuse(index, row, column, Fault(code="plot_not_drawn_yet"))
            return
        self._cell, self._pinned, self._logits = (index, position), True, None
        self._ticket = self._engine.ask_logits(subject.prompt, tokens[:position], position)
        self._tell()

    def _take_state(self, state: EngineState) -> None:
        self._facts = state.facts if state.stage is EngineStage.READY else self._facts
        if state.stage is EngineStage.LOADING:
            self._facts = None

    def _take_answer(self, ticket: int, answer: object) -> None:
        if ticket != self._ticket or self._cell is None or self._subject is None:
            return  # asked before another cell was
        self._ticket = None
        index, position = self._cell
        tokens = self._subject.tokens.get(index)
        if isinstance(answer, Fault):
            self._refuse(index, *divmod(position, self._side(tokens)), answer)
        elif isinstance(answer, tuple) and tokens is not None and position < len(tokens):
            self._logits = (answer[0], answer[1], int(tokens[position]))
            self._tell()

    def _side(self, tokens: TokenArray | None) -> int:
        length = self._facts.image_length if self._facts is not None else len(tokens) if tokens is not None else 256
        return math.isqrt(length)

    def _clear(self) -> None:
        self._cell, self._logits, self._ticket, self._pinned = None, None, None, False
        self.plot_changed.emit(None)

    def _refuse(self, index: int, row: int, column: int, fault: Fault) -> None:
        self._cell, self._logits, self._ticket = None, None, None
        self.plot_changed.emit(PlotState(index=index, row=row, column=column, fault=fault))

    def _tell(self) -> None:
        if self._cell is None:
            return
        index, position = self._cell
        row, column = divmod(position, self._side(None))
        plot = None
        if self._logits is not None:
            conditional, unconditional, token = self._logits
            plot = plot_choice(conditional, unconditional, self._sampling, chosen=token)
        self.plot_changed.emit(PlotState(index=index, row=row, column=column, plot=plot))
