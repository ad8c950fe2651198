"""The engine's process and the model in it: loaded, on its way, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.core.jobs.job import ModelChoice
from desktop_app.workers.engine_child import EngineChild
from desktop_app.workers.listener import Listener
from desktop_app.workers.messages import (
    Answer,
    Ask,
    AskDecode,
    AskLogits,
    Control,
    Draw,
    FromEngine,
    Load,
    Loaded,
    LoadFailed,
    StageReached,
)


class ModelHost:
    """Belongs to the generation thread. A process is started when the first model is wanted.

    Whatever sends raises EngineDied where the process is gone; then `lose` must be called, and the next `want`
    starts another process.
    """

    def __init__(self, models_dir: Path | None, listener: Listener) -> None:
        self._models_dir = models_dir
        self._listener = listener
        self._child: EngineChild | None = None
        self._loading: ModelChoice | None = None
        self._loaded: ModelChoice | None = None
        self._facts: ModelFacts | None = None
        self._no_answer = Fault(code="engine_not_ready")
        self._tickets: dict[int, Callable[[int, Any], None]] = {}

    @property
    def connection(self) -> Connection | None:
        """Ready when there is something to `receive`; None while there is no process."""
        return None if self._child is None else self._child.connection

    @property
    def loading(self) -> bool:
        """Whether a model is on its way."""
        return self._loading is not None

    def facts_of(self, choice: ModelChoice) -> ModelFacts | None:
        """What the model is, if it is the one that is loaded."""
        return self._facts if self._loaded == choice else None

    def want(self, choice: ModelChoice) -> None:
        """Have a model loaded; says so at once where it is."""
        if self._loaded == choice:
            self._tell(EngineStage.READY, choice)
            return
        self._loading, self._loaded, self._facts = choice, None, None
        if self._child is None:
            self._tell(EngineStage.STARTING, choice)
            self._child = EngineChild()
        self._child.send(Load(choice=choice, models_dir=self._models_dir))

    def send(self, message: Draw | Control) -> None:
        """Have the loaded model draw, or steer what it draws."""
        if self._child is None:
            raise RuntimeError("nothing is loaded")
        self._child.send(message)

    def ask(self, ask: Ask) -> None:
        """Have an ask answered: by the engine, or with the reason why it cannot."""
        tell: Callable[[int, Any], None] = self._listener.estimate_arrived
        if isinstance(ask, AskLogits):
            tell = self._listener.logits_arrived
        elif isinstance(ask, AskDecode):
            tell = self._listener.pixels_arrived
        if self._child is None:
            tell(ask.ticket, self._no_answer)
            return
        self._tickets[ask.ticket] = tell
        self._child.send(ask)

    def receive(self) -> FromEngine:
        """The next message; waits for it. Raises EngineDied after the last one."""
        if self._child is None:
            raise RuntimeError("there is no engine to listen to")
        return self._child.receive()

    def hear(self, message: StageReached | Loaded | LoadFailed | Answer) -> Fault | None:
        """Take note of a message; returns why the model that was wanted could not be loaded, if so."""
        match message:
            case StageReached():
                self._tell(message.stage, self._loading)
            case Loaded():
                self._loaded, self._facts, self._loading = self._loading, message.facts, None
                self._tell(EngineStage.READY, self._loaded)
            case Answer():
                self._tickets.pop(message.ticket)(message.ticket, message.answer)
            case LoadFailed():
                self._fail(message.fault)
                return message.fault
        return None

    def lose(self, fault: Fault) -> None:
        """The process died, or cannot be trusted any more: end it and answer what waits."""
        self._end_process(fault)
        self._fail(fault)

    def end(self) -> None:
        """Have the process gone when this returns."""
        self._end_process(Fault(code="engine_not_ready"))
        self._tell(EngineStage.STOPPED, None)

    def _end_process(self, fault: Fault) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()
        tickets, self._tickets = self._tickets, {}
        for ticket, tell in tickets.items():
            tell(ticket, fault)

    def _fail(self, fault: Fault) -> None:
        choice = self._loading or self._loaded
        self._loading = self._loaded = self._facts = None
        self._no_answer = fault
        self._listener.state_changed(EngineState(stage=EngineStage.FAILED, choice=choice, fault=fault))

    def _tell(self, stage: EngineStage, choice: ModelChoice | None) -> None:
        facts = self._facts if stage == EngineStage.READY else None
        self._listener.state_changed(EngineState(stage=stage, choice=choice, facts=facts))
