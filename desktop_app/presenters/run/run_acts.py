"""What a person can do with the shown run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from desktop_app.presenters.ports import Engine
from desktop_app.presenters.run.drawn_run import DrawnRun
from desktop_app.presenters.run.growing_run import Changes
from desktop_app.presenters.run.run_presenter import RunPresenter
from model_runtime.request import draw_seed


class RunActs(QObject):
    """Each act is safe to ask for at any time: one that makes no sense any more does nothing."""

    stop_after_this_changed = Signal(bool)
    finish_requested = Signal(object)  # tuple[KeptPicture, ...]
    use_settings_requested = Signal(object)  # GenerationRequest
    use_seed_requested = Signal(object)  # int: a seed may be too large for a signal's own
    show_in_folder_requested = Signal(object)  # Path
    cell_asked = Signal(int, int)  # picture, position = row * side + column

    def __init__(self, presenter: RunPresenter, engine: Engine, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._engine = engine
        self._stop_after_this = False
        presenter.ended.connect(lambda: self.set_stop_after_this(False))

    # The drawing ------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End the drawing at the next token with its finished pictures."""
        if run := self._stoppable():
            self._engine.cancel(run.id)
            self._stopping(run)

    def stop_and_keep(self) -> None:
        """End the drawing at the next token and keep unfinished pictures too."""
        if run := self._stoppable():
            self._engine.stop_and_keep(run.id)
            self._stopping(run)

    def _stoppable(self) -> DrawnRun | None:
        run = self._presenter.drawn
        return run if run is not None and run.state.can_stop else None

    def _stopping(self, run: DrawnRun) -> None:
        run.ask_stop()
        self._presenter.tell(run, Changes(run=True))

    @property
    def stop_after_this(self) -> bool:
        """Whether the queue shall pause when the drawing ends."""
        return self._stop_after_this

    def set_stop_after_this(self, stop: bool) -> None:
        """Have the queue pause when the drawing ends, or not; it is off again for the next run."""
        if stop != self._stop_after_this:
            self._stop_after_this = stop
            self.stop_after_this_changed.emit(stop)

    def reject(self, index: int) -> None:
        """Draw one picture anew with a fresh seed while the others go on."""
        run = self._presenter.drawn
        if run is not None and self._presenter.shows_drawing and run.can_reject(index):
            run.ask_restart(index)
            self._engine.restart(run.id, index, draw_seed())
            self._presenter.tell(run, Changes(cells={index}))

    # The pictures -----------------------------------------------------------------------------------

    def finish(self, index: int | None = None) -> None:
        """Ask to finish one kept picture, or all of the run."""
        run = self._presenter.shown
        if run is not None and (pictures := run.unfinished(index)):
            self.finish_requested.emit(pictures)

    def use_settings(self) -> None:
        """Ask to fill the form with what the shown run was asked with."""
        if (run := self._presenter.shown) is not None:
            self.use_settings_requested.emit(run.request)

    def use_seed(self, index: int) -> None:
        """Ask to put a picture's seed into the form."""
        if (run := self._presenter.shown) is not None:
            self.use_seed_requested.emit(run.cell(index).seed)

    def show_in_folder(self, index: int) -> None:
        """Ask to show a saved picture's file."""
        run = self._presenter.shown
        if run is not None and (kept := run.cell(index).kept) is not None:
            self.show_in_folder_requested.emit(kept.path)

    def copy_image(self, index: int) -> None:
        """Put a picture's pixels on the clipboard."""
        run = self._presenter.shown
        if run is not None and not (image := run.image(index)).isNull():
            QGuiApplication.clipboard().setImage(image)

    def copy_seed(self, index: int) -> None:
        """Put a picture's seed on the clipboard."""
        if (run := self._presenter.shown) is not None:
            QGuiApplication.clipboard().setText(str(run.cell(index).seed))

    def ask_cell(self, index: int, row: int, column: int) -> None:
        """Ask what one choice of a picture looked at."""
        run = self._presenter.shown
        if run is not None:
            self.cell_asked.emit(index, row * run.cell(index).rows_total + column)
