"""Closing the window: at once where nothing is drawn, else as the person answers."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.core.jobs.job import Job
from desktop_app.presenters.ports import Engine
from desktop_app.presenters.queue.queue_presenter import QueuePresenter


class ClosingPresenter(QObject):
    """question_wanted(int): a drawing is running; how many prompts wait. close_wanted(): nothing stands against it."""

    question_wanted = Signal(int)
    close_wanted = Signal()

    def __init__(self, queue: QueuePresenter, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._engine = engine
        self._closes_after = False
        queue.running_changed.connect(self._on_running_changed)

    def request(self) -> None:
        """The person closes the window; asked twice, the question comes again."""
        if self._queue.running is None:
            self.close_wanted.emit()
        else:
            self.question_wanted.emit(len(self._queue.waiting))

    def finish_first(self) -> None:
        """Draw what is being drawn to its end, then close; what waits is there next time."""
        self._close_after()

    def stop_and_keep(self) -> None:
        """Stop what is being drawn, keep what there is of it, then close."""
        running = self._queue.running
        self._close_after()
        if running is not None:
            self._engine.stop_and_keep(running.id)

    def go_on(self) -> None:
        """Do not close, also where that had been wanted before."""
        if self._closes_after:
            self._closes_after = False
            self._queue.resume()

    def _close_after(self) -> None:
        if self._queue.running is None:  # it ended while the question was asked
            self.close_wanted.emit()
            return
        self._closes_after = True
        self._queue.pause()

    def _on_running_changed(self, job: Job | None) -> None:
        if job is None and self._closes_after:
            self._closes_after = False
            self.close_wanted.emit()
