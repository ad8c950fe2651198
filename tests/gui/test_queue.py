"""The queue: one job at a time, none blocks another, nothing that waits is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineStage, EngineState, Outcome
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.jobs.job_store import JobStore
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.shelf import Shelf
from desktop_app.presenters.queue.pause import PauseReason
from desktop_app.presenters.queue.queue_model import JOB_ID
from desktop_app.presenters.queue.queue_presenter import QueuePresenter
from desktop_app.ui.queue_panel.queue_panel import QueuePanel
from desktop_app.ui.queue_panel.queue_view import QueueView
from desktop_app.ui.side_column.wiring import join_queue
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from desktop_app.workers.generation_worker import GenerationWorker
from model_runtime.request import GenerationRequest

FINISHED = Outcome(ending=Ending.FINISHED)
CANCELLED = Outcome(ending=Ending.CANCELLED)
CHOICE = ModelChoice(model="starter")


class FarEngine(QObject):
    """The engine's far end: takes jobs and says what a test has it say."""

    state_changed = Signal(object)
    job_started = Signal(str)
    picture_kept = Signal(str, int, object)
    job_ended = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[Job] = []
        self.cancelled: list[str] = []

    def submit(self, job: Job) -> None:
        self.submitted.append(job)

    def cancel(self, job_id: str) -> None:
        self.cancelled.append(job_id)

    @property
    def prompts(self) -> list[str]:
        return [job.request.prompt for job in self.submitted]

    def end(self, outcome: Outcome = FINISHED) -> None:
        self.job_ended.emit(self.submitted[-1].id, outcome)


class AtOnce:
    """Background work done where it is asked for; threads are the worker suite's matter."""

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Fault], None] | None = None
    ) -> None:
        try:
            answer = work()
        except Exception as error:
            if failed is None:
                raise
            failed(Fault.of(error))
        else:
            done(answer)


def job(prompt: str, count: int = 1, *, private: bool = False) -> Job:
    request = GenerationRequest(prompt=prompt, image_count=count, seed=1)
    return Job(request=request, model=CHOICE, private=private)


def failed(code: str = "out_of_memory") -> Outcome:
    return Outcome(ending=Ending.FAILED, fault=Fault(code=code))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(tmp_path / "data" / "catalogue.sqlite", pictures=tmp_path / "pictures")
    yield catalogue
    catalogue.close()


@pytest.fixture
def store(catalogue: Catalogue) -> JobStore:
    return JobStore(catalogue)


@pytest.fixture
def engine(qapp: QApplication) -> FarEngine:
    return FarEngine()


@pytest.fixture
def queue(engine: FarEngine, store: JobStore) -> QueuePresenter:
    presenter = QueuePresenter(engine, store, AtOnce())  # type: ignore[arg-type]
    QAbstractItemModelTester(presenter.model, QAbstractItemModelTester.FailureReportingMode.Warning, presenter)
    return presenter


def prompts(queue: QueuePresenter) -> list[str]:
    return [job.request.prompt for job in queue.waiting]


def add(queue: QueuePresenter, *names: str) -> list[Job]:
    jobs = [job(name) for name in names]
    for one in jobs:
        queue.add(one)
    return jobs


def after_restart(store: JobStore) -> list[str]:
    return [job.request.prompt for job in store.restore().jobs]


def test_one_job_at_a_time_is_with_the_engine(queue: QueuePresenter, engine: FarEngine, qtbot: QtBot) -> None:
    add(queue, "a", "b", "c")
    assert engine.prompts == ["a"]
    assert prompts(queue) == ["b", "c"]
    engine.end()
    assert engine.prompts == ["a", "b"]
    engine.end()
    with qtbot.waitSignal(queue.all_done):
        engine.end()
    assert queue.running is None


def test_a_failed_job_is_told_and_does_not_block_the_next(
    queue: QueuePresenter, engine: FarEngine, qtbot: QtBot
) -> None:
    first, *_ = add(queue, "a", "b")
    with qtbot.waitSignal(queue.job_failed) as told:
        engine.end(failed())
    assert told.args == [first, Fault(code="out_of_memory")]
    assert engine.prompts == ["a", "b"]
    assert queue.pause_state is None


def test_cancelling_touches_only_the_one(queue: QueuePresenter, engine: FarEngine) -> None:
    a, b, _c = add(queue, "a", "b", "c")
    queue.cancel(b.id)
    assert engine.cancelled == []
    assert prompts(queue) == ["c"]
    queue.cancel(a.id)
    assert engine.cancelled == [a.id]
    assert queue.running is a, "until the engine says it ended"
    engine.end(CANCELLED)
    assert engine.prompts == ["a", "c"]


def test_nobody_is_notified_when_the_last_was_cancelled(queue: QueuePresenter, engine: FarEngine, qtbot: QtBot) -> None:
    add(queue, "a")
    with qtbot.assertNotEmitted(queue.all_done):
        engine.end(CANCELLED)


def test_a_paused_queue_starts_nothing_new(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b")
    queue.pause()
    assert queue.running is not None
    engine.end()
    assert engine.prompts == ["a"]
    add(queue, "c")
    assert engine.prompts == ["a"]
    queue.resume()
    assert engine.prompts == ["a", "b"]


def test_stop_after_this_pauses_when_the_running_one_ends(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b")
    queue.stop_after_this()
    assert queue.stops_after_this
    assert queue.pause_state is None
    engine.end()
    assert engine.prompts == ["a"]
    assert queue.pause_state is not None
    assert queue.pause_state.reason is PauseReason.ASKED
    assert not queue.stops_after_this
    queue.resume()
    assert engine.prompts == ["a", "b"]


def test_stop_after_the_last_one_leaves_the_queue_open(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a")
    queue.stop_after_this()
    engine.end()
    assert queue.pause_state is None
    add(queue, "b")
    assert engine.prompts == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "to", "order"),
    [(0, 2, "bcad"), (3, 0, "dabc"), (1, 1, "abcd"), (2, 99, "abdc"), (1, -5, "bacd")],
)
def test_jobs_move_and_stay_moved_after_a_restart(
    queue: QueuePresenter, store: JobStore, row: int, to: int, order: str
) -> None:
    add(queue, "running")
    jobs = add(queue, *"abcd")
    queue.move(jobs[row].id, to)
    assert prompts(queue) == list(order)
    assert after_restart(store) == ["running", *order]


def test_what_waits_survives_a_crash_and_starts_paused(
    queue: QueuePresenter, engine: FarEngine, store: JobStore
) -> None:
    add(queue, "drawn", "cut short", "b")
    engine.end()
    queue.add(job("secret", private=True))
    queue.add(job("urgent"), first=True)
    again = FarEngine()
    restarted = QueuePresenter(again, store, AtOnce())  # type: ignore[arg-type]
    restarted.restore()
    assert again.submitted == []
    assert prompts(restarted) == ["cut short", "urgent", "b"]
    assert restarted.pause_state is not None
    assert (restarted.pause_state.reason, restarted.pause_state.waited) == (PauseReason.RESTORED, 3)
    restarted.resume()
    assert again.prompts == ["cut short"]


def test_what_is_asked_for_now_does_not_wait_for_what_was_restored(queue: QueuePresenter, store: JobStore) -> None:
    add(queue, "old", "older")
    again = FarEngine()
    restarted = QueuePresenter(again, store, AtOnce())  # type: ignore[arg-type]
    restarted.restore()
    restarted.add(job("now"))
    assert again.prompts == ["now"]
    again.end()
    assert again.prompts == ["now"], "the old ones still wait to be resumed"
    restarted.clear()
    assert restarted.pause_state is None
    assert after_restart(store) == []


def test_an_engine_that_cannot_load_pauses_the_queue(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b", "c")
    fault = Fault(code="corrupt_file")
    engine.state_changed.emit(EngineState(stage=EngineStage.FAILED, fault=fault))
    engine.end(Outcome(ending=Ending.FAILED, fault=fault))
    assert engine.prompts == ["a"]
    assert queue.pause_state is not None
    assert (queue.pause_state.reason, queue.pause_state.fault) == (PauseReason.ENGINE_FAILED, fault)
    queue.resume()
    assert engine.prompts == ["a", "b"]
    engine.state_changed.emit(EngineState(stage=EngineStage.READY))
    engine.end()
    assert engine.prompts == ["a", "b", "c"]


def test_an_engine_that_draws_again_lifts_the_pause(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b")
    engine.state_changed.emit(EngineState(stage=EngineStage.FAILED, fault=Fault(code="corrupt_file")))
    engine.end(failed("corrupt_file"))
    add(queue, "another model's")
    assert engine.prompts == ["a", "another model's"]
    engine.state_changed.emit(EngineState(stage=EngineStage.READY))
    engine.end()
    assert engine.prompts[-1] == "b"


def test_one_death_is_the_jobs_two_are_the_engines(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b", "c", "d")
    engine.state_changed.emit(EngineState(stage=EngineStage.FAILED, fault=Fault(code="engine_died")))
    engine.end(failed("engine_died"))
    assert engine.prompts == ["a", "b"]
    engine.end()
    engine.end(failed("engine_died"))
    assert engine.prompts == ["a", "b", "c", "d"], "a picture was drawn between the two"


def test_two_deaths_in_a_row_pause(queue: QueuePresenter, engine: FarEngine) -> None:
    add(queue, "a", "b", "c")
    engine.end(failed("engine_died"))
    engine.end(failed("engine_died"))
    assert engine.prompts == ["a", "b"]
    assert queue.pause_state is not None
    assert queue.pause_state.reason is PauseReason.ENGINE_FAILED


def test_a_store_that_fails_is_told_once_and_drawing_goes_on(
    queue: QueuePresenter, engine: FarEngine, catalogue: Catalogue, tmp_path: Path
) -> None:
    told: list[Fault] = []
    queue.store_failed.connect(told.append)
    catalogue.connections.close()
    add(queue, "a", "b")
    engine.end()
    assert engine.prompts == ["a", "b"]
    assert len(told) == 1


def test_after_closing_nothing_is_given_to_the_engine(
    queue: QueuePresenter, engine: FarEngine, store: JobStore
) -> None:
    add(queue, "a", "b", "c")
    queue.close()
    engine.end(CANCELLED)
    queue.flush()
    assert engine.prompts == ["a"]
    assert after_restart(store) == ["a", "b", "c"]  # nobody asked for its end but the program's own


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()
    qapp.processEvents()  # what it had still to say is let go while it lives


def test_what_threads_write_later_is_written_in_order(
    engine: FarEngine, store: JobStore, background: Background
) -> None:
    queue = QueuePresenter(engine, store, background)  # type: ignore[arg-type]
    add(queue, "running")
    jobs = add(queue, *"abcdefgh")
    for one in jobs:
        queue.move(one.id, 0)
    queue.remove(jobs[3].id)
    background.shutdown()
    queue.flush()
    assert after_restart(store) == ["running", *"hgfecba"]


@pytest.fixture
def worker(qapp: QApplication, catalogue: Catalogue) -> Iterator[GenerationWorker]:
    shelf = Shelf(catalogue.pictures, catalogue)
    worker = GenerationWorker(None, lambda job, image: shelf.keep(image))
    yield worker
    worker.shutdown()


def test_the_real_engine_draws_what_waits_whatever_happens_to_the_others(
    worker: GenerationWorker, store: JobStore, catalogue: Catalogue, tiny_model: Path, qtbot: QtBot
) -> None:
    tiny = ModelChoice(model=str(tiny_model), device="cpu")
    queue = QueuePresenter(worker, store, AtOnce())
    told: list[tuple[Job, Fault]] = []
    queue.job_failed.connect(lambda job, fault: told.append((job, fault)))
    misshapen = np.full(7, -1)  # the tiny model's pictures have 16 tokens
    jobs = {
        "a": Job(request=GenerationRequest(prompt="a", seed=1), model=tiny),
        "bad": Job(request=GenerationRequest(prompt="bad", seed=1, fixed_tokens=misshapen), model=tiny),
        "cancelled": Job(request=GenerationRequest(prompt="cancelled", seed=1), model=tiny),
        "b": Job(request=GenerationRequest(prompt="b", seed=1, image_count=2), model=tiny),
    }
    with qtbot.waitSignal(queue.all_done, timeout=120_000):
        for one in jobs.values():
            queue.add(one)
        queue.cancel(jobs["cancelled"].id)
    assert [(job, fault.code) for job, fault in told] == [(jobs["bad"], "wrong_shape")]
    assert sorted((run.prompt, len(run.images)) for run in catalogue.recent_runs(9)) == [("a", 1), ("b", 2)]
    assert after_restart(store) == []


def test_a_model_that_is_not_there_pauses_with_the_real_engine(
    worker: GenerationWorker, store: JobStore, tmp_path: Path, qtbot: QtBot
) -> None:
    gone = ModelChoice(model=str(tmp_path / "gone"))
    queue = QueuePresenter(worker, store, AtOnce())
    with qtbot.waitSignal(queue.job_failed, timeout=60_000):
        for prompt in "ab":
            queue.add(Job(request=GenerationRequest(prompt=prompt, seed=1), model=gone))
    assert prompts(queue) == ["b"]
    assert queue.pause_state is not None
    assert queue.pause_state.reason is PauseReason.ENGINE_FAILED


@pytest.fixture
def panel(queue: QueuePresenter, qtbot: QtBot) -> QueuePanel:
    theme = Theme("light")
    panel = QueuePanel(theme)
    theme.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(260, 500)
    join_queue(panel, queue)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def view_of(panel: QueuePanel) -> QueueView:
    view = panel.findChild(QueueView)
    assert view is not None
    return view


def test_keys_reorder_and_remove(queue: QueuePresenter, panel: QueuePanel, qtbot: QtBot) -> None:
    add(queue, "running", *"abc")
    view = view_of(panel)
    view.setCurrentIndex(view.model().index(2, 0))
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert prompts(queue) == ["a", "c", "b"]
    assert view.currentIndex().row() == 1, "the keyboard stays on what was moved"
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert prompts(queue) == ["c", "a", "b"]
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert prompts(queue) == ["a", "b"]


def test_a_row_can_be_carried_to_another_place(queue: QueuePresenter, panel: QueuePanel) -> None:
    _, a, *_ = add(queue, "running", *"abc")
    view = view_of(panel)
    data: QMimeData = queue.model.mimeData([queue.model.index(0, 0)])
    assert bytes(data.data(JOB_ID).data()).decode() == a.id
    place = QPointF(40, 2 * view.row_height() + 3)
    drop = QDropEvent(place, Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    view.dropEvent(drop)
    assert prompts(queue) == ["b", "a", "c"]


def test_the_cross_of_a_row_removes_it(queue: QueuePresenter, panel: QueuePanel, qtbot: QtBot) -> None:
    add(queue, "running", "a", "b")
    view = view_of(panel)
    row = view.visualRect(view.model().index(1, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.right() - 24, row.center().y() - 4))
    assert prompts(queue) == ["a"]


def test_the_panel_says_what_waits(queue: QueuePresenter, panel: QueuePanel) -> None:
    add(queue, "running")
    queue.add(job("a <b>fox</b>", 4))
    queue.add(job("secret", private=True))
    model = view_of(panel).model()
    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert spoken == ["a <b>fox</b>, 4 pictures · waiting", "secret, 1 picture · waiting · not kept"]
    assert "&lt;b&gt;" in model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    queue.pause()
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("paused")


def test_the_panel_pauses_and_resumes(queue: QueuePresenter, panel: QueuePanel, qtbot: QtBot) -> None:
    add(queue, "running", "a")
    buttons = {button.text() or button.accessibleName(): button for button in panel.findChildren(QPushButton)}
    pause, resume = buttons["Pause the queue"], buttons["Resume"]
    assert not resume.isVisible()
    qtbot.mouseClick(pause, Qt.MouseButton.LeftButton)
    assert queue.pause_state is not None
    assert resume.isVisible()
    qtbot.mouseClick(resume, Qt.MouseButton.LeftButton)
    assert queue.pause_state is None


def test_the_panel_says_why_the_queue_is_held(
    queue: QueuePresenter, engine: FarEngine, panel: QueuePanel, qtbot: QtBot
) -> None:
    add(queue, "a", "b")
    fault = Fault(code="corrupt_file", parameters={"file": "weights.bin", "reason": "it ends too early"})
    engine.state_changed.emit(EngineState(stage=EngineStage.FAILED, fault=fault))
    engine.end(Outcome(ending=Ending.FAILED, fault=fault))
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any(words.startswith("Paused") and "weights.bin" in words for words in shown)
    assert panel.minimumSizeHint().width() <= 248, "it fits into the narrowest column"
