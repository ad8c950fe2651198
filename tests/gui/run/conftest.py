"""An engine over the real pipeline that draws step by step in the test's own thread, and a desk to show it on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, Outcome
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.shelf import Shelf
from desktop_app.presenters.run.run_acts import RunActs
from desktop_app.presenters.run.run_presenter import RunPresenter
from model_runtime.control import RunControl
from model_runtime.events import Event, ImageFinished, Progress, RunCancelled, RunFinished
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage


class StepEngine(QObject):
    """The real pipeline, real files and a real catalogue; `draw` goes on until it is told to pause."""

    state_changed = Signal(object)
    job_started = Signal(str)
    event_arrived = Signal(str, object)
    picture_kept = Signal(str, int, object)
    picture_lost = Signal(str, int, object)
    job_ended = Signal(str, object)
    logits_arrived = Signal(int, object)
    estimate_arrived = Signal(int, object)

    def __init__(self, pipeline: DalleMiniPipeline, shelf: Shelf) -> None:
        super().__init__()
        self._pipeline = pipeline
        self.shelf = shelf
        self.controls: dict[str, RunControl] = {}
        self._stream: Iterator[Event] = iter(())
        self._job: Job | None = None
        self.restarts: list[tuple[str, int, int]] = []

    def begin(self, job: Job) -> None:
        self._job = job
        control = self.controls[job.id] = RunControl()
        self._stream = self._pipeline.stream(job.request, control)
        self.job_started.emit(job.id)

    def draw(self, until: Callable[[Event], bool] = lambda event: False) -> None:
        """Go on to the first event that `until` accepts, or to the end of the job."""
        job = self._job
        assert job is not None
        for event in self._stream:
            self.event_arrived.emit(job.id, event)
            if isinstance(event, ImageFinished):
                self._keep(job, event.image)
            if isinstance(event, RunCancelled):
                for image in event.result.images:
                    if not image.finished:
                        self._keep(job, image)
                self.job_ended.emit(job.id, Outcome(ending=Ending.CANCELLED))
            if isinstance(event, RunFinished):
                self.job_ended.emit(job.id, Outcome(ending=Ending.FINISHED, ranking=event.result.ranking))
            if until(event):
                return

    def _keep(self, job: Job, image: GeneratedImage) -> None:
        if job.private:
            return
        try:
            kept = self.shelf.keep(image)
        except OSError as error:
            self.picture_lost.emit(job.id, image.index, Fault.of(error))
        else:
            self.picture_kept.emit(job.id, image.index, kept)

    def cancel(self, job_id: str) -> None:
        self.controls[job_id].cancel()

    def stop_and_keep(self, job_id: str) -> None:
        self.controls[job_id].stop_and_keep()

    def restart(self, job_id: str, index: int, seed: int) -> None:
        self.restarts.append((job_id, index, seed))
        self.controls[job_id].restart(index, seed)


class PatientBackground:
    """Does work when the test says so, in its thread."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Any, Any, Any]] = []

    def run(self, work: Any, done: Any, failed: Any = None) -> None:
        self._waiting.append((work, done, failed))

    def work(self) -> None:
        waiting, self._waiting = self._waiting, []
        for work, done, failed in waiting:
            try:
                result = work()
            except Exception as error:  # as the real one does: every fault is told
                failed(Fault.of(error))
            else:
                done(result)


@dataclass
class Desk:
    """Engine, presenter and acts, joined as the program joins them."""

    engine: StepEngine
    background: PatientBackground
    catalogue: Catalogue
    pictures: Path
    now: list[float] = field(default_factory=lambda: [100.0])

    def __post_init__(self) -> None:
        self.presenter = RunPresenter(self.engine, self.background, clock=lambda: self.now[0])
        self.acts = RunActs(self.presenter, self.engine)

    def begin(self, image_count: int = 4, *, prompt: str = "a lion at night", **job: Any) -> Job:
        request = GenerationRequest(prompt=prompt, image_count=image_count, seed=7, **job.pop("request", {}))
        made = Job(request=request, model=ModelChoice(model="tiny"), **job)
        self.presenter.track(made)
        self.engine.begin(made)
        return made

    def draw(self, until: Callable[[Event], bool] = lambda event: False) -> None:
        self.engine.draw(until)

    def draw_tokens(self, tokens: int) -> None:
        self.draw(lambda event: isinstance(event, Progress) and event.done >= tokens)

    def stored(self, prompt: str = "an earlier lion", image_count: int = 2, tokens: int | None = None) -> Any:
        """A run that lies in the catalogue; stopped and kept after so many tokens where given."""
        job = self.begin(image_count, prompt=prompt)
        if tokens is not None:
            self.draw_tokens(tokens)
            self.engine.stop_and_keep(job.id)
        self.draw()
        return self.catalogue.recent_runs(1)[0]


@pytest.fixture
def desk(qapp: Any, tiny_pipeline: DalleMiniPipeline, tmp_path: Path) -> Iterator[Desk]:
    pictures = tmp_path / "Pictures"
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite", pictures=pictures)
    yield Desk(StepEngine(tiny_pipeline, Shelf(pictures, catalogue)), PatientBackground(), catalogue, pictures)
    catalogue.close()
