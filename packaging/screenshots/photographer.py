"""Takes the program through its moments and saves what the screen shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QCursor, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from sitting import CELL, PICTURES, PROMPT, QUEUED, RUNS, SEED, SHOWN_AT, Steps

from desktop_app.app.program import Program
from desktop_app.core.jobs.engine_state import EngineStage, EngineState
from desktop_app.presenters.create.create_presenter import CreatePresenter
from desktop_app.presenters.queue.queue_presenter import QueuePresenter

LOOK_EVERY = 20
"""Milliseconds."""
SETTLED = 900
"""Milliseconds after which layouts, thumbnails and readings are there."""


class Photographer(QObject):
    """The methods without underscore are moments: generators of what to wait for, see `sitting.Steps`."""

    def __init__(self, program: Program, out: Path, suffix: str) -> None:
        super().__init__(program)
        self._program, self._out, self._suffix = program, out, suffix
        self._ready = False
        self._steps: Steps = iter(())
        self._wait: Callable[[], bool] = lambda: True
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        program.services.engine.state_changed.connect(self._take_state)

    def follow(self, steps: Steps) -> None:
        """Begin once the window is there."""
        self._steps = steps
        QCursor.setPos(self._program.window.screen().geometry().bottomRight())  # nothing shall look pointed at
        self._program.window.first_painted.connect(self._timer.start)

    # Moments --------------------------------------------------------------------------------------------------------

    def runs(self) -> Steps:
        yield lambda: self._ready
        for prompt, count in reversed(RUNS):
            yield from self._draw(prompt, count)
            yield self._idle
            yield SETTLED

    def create(self) -> Steps:
        yield lambda: self._ready
        self._form.change(prompt="", image_count=PICTURES)
        yield SETTLED
        self._take("empty")
        yield from self._draw(PROMPT, PICTURES, SEED)
        for prompt in QUEUED:
            yield from self._draw(prompt, 4)
        self._form.change(prompt=PROMPT, image_count=PICTURES, seed=SEED, seed_locked=True)
        yield lambda: self._share() >= SHOWN_AT
        self._take("drawing")
        for job in list(self._queue.waiting):
            self._queue.remove(job.id)
        yield self._idle
        yield SETTLED
        self._take("done")
        self._click_cell(*CELL)
        yield SETTLED
        self._take("plot")

    def unkept(self) -> Steps:
        yield lambda: self._ready
        yield SETTLED
        yield from self._draw(PROMPT, 4, SEED)
        yield self._idle
        yield SETTLED
        self._take("error")

    def preferences(self) -> Steps:
        yield lambda: self._ready
        self._program.around.open_preferences()
        yield SETTLED
        self._take("preferences")

    # Acts -----------------------------------------------------------------------------------------------------------

    @property
    def _form(self) -> CreatePresenter:
        return self._program.form.create

    @property
    def _queue(self) -> QueuePresenter:
        queue = self._program.drawing.queue
        if queue is None:
            raise RuntimeError("the library does not open")
        return queue

    def _idle(self) -> bool:
        return self._queue.running is None

    def _share(self) -> float:
        progress = self._program.drawing.run.progress
        return progress.tokens_done / max(1, progress.tokens_total)

    def _draw(self, prompt: str, count: int, seed: int | None = None) -> Steps:
        self._form.change(prompt=prompt, image_count=count, seed=seed, seed_locked=seed is not None)
        yield 2 * LOOK_EVERY
        self._program.form.panel.draw_button.click()

    def _click_cell(self, index: int, row: int, column: int) -> None:
        grid = self._program.drawing.view.grid
        square = grid.square(index)
        side = square.width() / 16
        point = QPointF(square.x() + (column + 0.5) * side, square.y() + (row + 0.5) * side)
        for kind in (QMouseEvent.Type.MouseButtonPress, QMouseEvent.Type.MouseButtonRelease):
            left = Qt.MouseButton.LeftButton
            event = QMouseEvent(kind, point, grid.mapToGlobal(point), left, left, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(grid, event)

    def _take(self, name: str) -> None:
        """What the screen shows where the window is, dialogs over it included."""
        window: QWidget = self._program.window
        corner = window.mapToGlobal(QPoint(0, 0))
        screen = window.screen()
        QApplication.processEvents()
        pixels = screen.grabWindow(0, corner.x(), corner.y(), window.width(), window.height())
        pixels.save(str(self._out / f"{name}-{self._suffix}.png"))

    # Waiting --------------------------------------------------------------------------------------------------------

    def _take_state(self, state: EngineState) -> None:
        self._ready = state.stage is EngineStage.READY

    def _look(self) -> None:
        if not self._wait():
            return
        wanted = next(self._steps, None)
        if wanted is None:
            self._timer.stop()
            self._program.window.close()
        elif isinstance(wanted, int):
            self._timer.stop()
            QTimer.singleShot(wanted, self._timer.start)
            self._wait = lambda: True
        else:
            self._wait = wanted
