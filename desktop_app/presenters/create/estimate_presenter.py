"""What the next run will cost, asked of the engine whenever it has nothing better to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.presenters.create.form import Form
from desktop_app.presenters.ports import Engine
from model_runtime.errors import InvalidRequest

SETTLE = 250
"""Milliseconds after the last change before the engine is asked; it draws a few tokens to find out."""

Key = tuple[ModelFacts, int, bool]
"""What decides the cost: the model, the number of pictures, whether the prompt-free pass is needed."""


class EstimatePresenter(QObject):
    """estimate_changed(estimate | None): with .seconds and .peak_bytes; None while it is not known."""

    estimate_changed = Signal(object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._facts: ModelFacts | None = None
        self._form: Form | None = None
        self._drawing = False
        self._known: dict[Key, object] = {}
        self._asked: dict[int, Key] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE)
        self._timer.timeout.connect(self._ask)
        engine.state_changed.connect(self._take_state)
        engine.estimate_arrived.connect(self._take_answer)
        engine.job_started.connect(self._begin)
        engine.job_ended.connect(self._end)

    def show(self, form: Form) -> None:
        """Tell what drawing `form` costs, now where it is known, else when the engine has answered."""
        self._form = form
        key = self._key()
        known = None if key is None else self._known.get(key)
        self.estimate_changed.emit(known)
        if key is not None and known is None:
            self._timer.start()

    def _key(self) -> Key | None:
        form, facts = self._form, self._facts
        if form is None or facts is None or form.model != facts.model_id:
            return None
        return facts, form.image_count, form.sampling.condition_scale != 1.0

    def _take_state(self, state: EngineState) -> None:
        self._facts = state.facts if state.stage is EngineStage.READY else None
        if self._form is not None:
            self.show(self._form)

    def _begin(self, _job_id: str) -> None:
        self._drawing = True

    def _end(self, _job_id: str, _outcome: object) -> None:
        self._drawing = False
        if self._form is not None:
            self.show(self._form)

    def _ask(self) -> None:
        key = self._key()
        # A running job would be held up, and its own pace would spoil the answer.
        if self._form is None or key is None or self._drawing or key in self._asked.values():
            return
        try:
            request = self._form.request()
        except InvalidRequest:
            return
        self._asked[self._engine.ask_estimate(request)] = key

    def _take_answer(self, ticket: int, answer: object) -> None:
        key = self._asked.pop(ticket, None)
        if key is None or isinstance(answer, Fault):
            return
        self._known[key] = answer
        if key == self._key():
            self.estimate_changed.emit(answer)
