"""Looks on while the program starts, draws and stops."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QPushButton, QScrollArea
from window_gaps import GapMeter, Hand
from window_side import PICTURES, PROMPT, SETTLED, STOP_AFTER

from desktop_app.app.program import Program
from desktop_app.core.jobs.engine_state import EngineStage, EngineState
from desktop_app.core.jobs.job import Job
from model_runtime.events import Event, Progress

HEAVY = ("torch", "transformers", "tokenizers", "ftfy", "numpy", "PIL", "sqlite3", "superqt")


class Watch(QObject):
    """`seen` is filled step by step; the window is closed after the last one."""

    def __init__(self, program: Program, began: float, draws: int) -> None:
        super().__init__(program)
        self._program = program
        self._began = began
        self._draws, self._stops = draws, len(STOP_AFTER) if draws else 0
        self._painted = False
        self._meter = GapMeter(self)
        self._hand: Hand | None = None
        self._marks: list[tuple[float, int]] = []
        self._clicked = 0.0
        self.seen: dict[str, Any] = {"drawing_gaps": [], "stop_ms": [], "run_seconds": [], "token_ms": []}
        program.window.installEventFilter(self)
        program.services.engine.state_changed.connect(self._take_state)
        program.services.engine.event_arrived.connect(self._take_event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for the window's first paint; what follows in the queue comes after all of it is on the screen."""
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._take_first_paint)
        return super().eventFilter(watched, event)

    def _take_first_paint(self) -> None:
        self.seen["first_paint"] = time.time() - self._began
        self.seen["loaded"] = [name for name in HEAVY if name in sys.modules]
        self._meter.start()

    def _take_state(self, state: EngineState) -> None:
        if state.stage is EngineStage.READY and "ready" not in self.seen:
            self.seen["ready"] = time.time() - self._began
            self._rest(self._take_ready)
        elif state.stage is EngineStage.FAILED:
            raise RuntimeError(f"the engine: {state.fault}")

    def _take_ready(self) -> None:
        queue = self._program.drawing.queue
        assert queue is not None, "the model is ready long after the library"
        self.seen["loading_gaps"] = self._meter.stop()
        queue.running_changed.connect(self._follow)
        panels = [area.viewport() for area in self._program.window.findChildren(QScrollArea) if area.isVisible()]
        self._hand = Hand(self._program.form.panel.prompt, panels, self)
        self._go_on()

    def _go_on(self) -> None:
        if self._draws:
            self._draws -= 1
            self._draw()
        elif self._stops:
            self._draw()
            share = STOP_AFTER[-self._stops]
            QTimer.singleShot(int(1000 * share * min(self.seen["run_seconds"])), self._stop)
        else:
            self._program.window.close()

    def _draw(self) -> None:
        form = self._program.form
        form.create.change(prompt=PROMPT, image_count=PICTURES)
        self._marks = []
        self._meter.start()
        self._began = time.time()
        form.panel.draw_button.click()  # it may be scrolled out of sight
        if self._hand is not None:
            self._hand.start()

    def _stop(self) -> None:
        button = next(
            one for one in self._program.drawing.view.header.findChildren(QPushButton) if one.text() == "Stop"
        )
        self._clicked = time.perf_counter()
        button.click()

    def _take_event(self, _job_id: str, event: Event) -> None:
        if isinstance(event, Progress):
            self._marks.append((time.perf_counter(), event.done))

    def _follow(self, job: Job | None) -> None:
        if job is not None:
            return
        now, gaps = time.perf_counter(), self._meter.stop()
        assert self._hand is not None
        self._hand.stop()
        (first, none), (last, all_of_them) = self._marks[0], self._marks[-1]
        self.seen["token_ms"].append(1000 * (last - first) * PICTURES / max(1, all_of_them - none))
        if self._clicked:
            self.seen["stop_ms"].append(1000 * (now - self._clicked))
            self._clicked = 0.0
            self._stops -= 1
        else:
            self.seen["run_seconds"].append(time.time() - self._began)
            self.seen["drawing_gaps"].append(gaps)
        self._rest(self._go_on)

    def _rest(self, then: Callable[[], None]) -> None:
        QTimer.singleShot(SETTLED, self, then)
