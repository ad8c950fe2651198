"""New pictures from the shown one: from which row, how many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop_app.core.jobs.branching import last_row, more_job, rewind_job, same_again_job
from desktop_app.core.jobs.finishing import finishing_jobs
from desktop_app.presenters.viewer.opened_picture import OpenedPicture
from model_runtime.recipe.record import Recipe

How = Callable[[], tuple[str, str]]
"""Device and precision to draw with, as the form has them."""
RevisionOf = Callable[[str], str]
"""The revision of an installed model by its id, "" where that is not known."""


def is_other_version(installed: str, drawn: str) -> bool:
    """Whether two known revisions differ: the same tokens may then stand for another picture."""
    return bool(installed and drawn and installed != drawn)


@dataclass(frozen=True, kw_only=True)
class RewindState:
    """row: the first that is drawn afresh, from 0; last: the lowest it may be; side: rows in all, 0 = no tokens.

    other_version: its model is installed in another version, which would read the kept tokens as another picture.
    """

    row: int = 0
    last: int = 0
    side: int = 0
    finished: bool = True
    other_version: bool = False


class BranchPresenter(QObject):
    """rewind_changed(RewindState). job_made(Job): to be drawn when its turn comes."""

    rewind_changed = Signal(object)
    job_made = Signal(object)

    def __init__(self, how: How, revision_of: RevisionOf = lambda model: "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._how = how
        self._revision_of = revision_of
        self._recipe: Recipe | None = None
        self.rewind = RewindState()

    def open(self, opened: OpenedPicture | None) -> None:
        """The picture to start from; the line begins in its middle, or where an unfinished one ends."""
        self._recipe = opened.recipe if opened is not None and opened.side else None
        recipe = self._recipe
        if recipe is None or opened is None:
            self.rewind = RewindState()
        else:
            last = last_row(recipe)
            row = min(last, opened.side // 2) if recipe.finished else last
            model = recipe.run.model
            other = is_other_version(self._revision_of(model.id), model.revision)
            self.rewind = RewindState(
                row=row, last=last, side=opened.side, finished=recipe.finished, other_version=other
            )
        self.rewind_changed.emit(self.rewind)

    def set_row(self, row: int) -> None:
        """Draw afresh from this row on."""
        state = self.rewind
        wanted = min(max(row, 0), state.last)
        if wanted != state.row:
            self.rewind = replace(state, row=wanted)
            self.rewind_changed.emit(self.rewind)

    def draw_from_row(self, count: int) -> None:
        """Make the job that draws again from the line."""
        if self._recipe is not None and not self.rewind.other_version:
            device, precision = self._how()
            row = self.rewind.row
            job = rewind_job(self._recipe, row, image_count=count, device=device, precision=precision)
            self.job_made.emit(job)

    def draw_more(self, count: int) -> None:
        """Make the job that draws more like it."""
        if self._recipe is not None:
            device, precision = self._how()
            self.job_made.emit(more_job(self._recipe, image_count=count, device=device, precision=precision))

    def draw_same(self) -> None:
        """Make the job that draws the very same picture again."""
        if self._recipe is not None:
            device, precision = self._how()
            self.job_made.emit(same_again_job(self._recipe, device=device, precision=precision))

    def finish(self) -> None:
        """Make the job that finishes an unfinished picture."""
        if self._recipe is not None:
            device, precision = self._how()
            for job in finishing_jobs([self._recipe], device=device, precision=precision):
                self.job_made.emit(job)
