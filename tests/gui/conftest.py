"""Window tests run on Qt's offscreen platform; each test must leave nothing behind and make Qt complain of nothing."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Read when the application object is made, so before any test asks for one. A person's own choice would open windows.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.jobs.engine_state import EngineStage, EngineState, KeptPicture, Outcome
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.workers.generation_worker import GenerationWorker
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage

HERE = Path(__file__).parent

PATIENCE = 120_000
"""Milliseconds: a loaded machine may take long to import torch."""

GRACE_SECONDS = 2.0

HARMLESS = (
    # What the offscreen platform says of itself, whatever a program does.
    "This plugin does not support",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt's fails the test in which it came."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS, extend=True))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a process or a window it started.

    pytest-qt has closed the widgets it was given before this looks.
    """
    threads, processes = set(threading.enumerate()), set(multiprocessing.active_children())
    windows = _windows()
    yield
    started = [thread for thread in threading.enumerate() if thread not in threads and not _is_foreign(thread)]
    for thread in started:
        thread.join(GRACE_SECONDS)  # it may be on its way out
    left = [thread.name for thread in started if thread.is_alive()]
    assert not left, f"threads still running: {left}"
    running = [child.name for child in multiprocessing.active_children() if child not in processes]
    assert not running, f"processes still running: {running}"
    shown = [repr(window) for key, window in _windows().items() if key not in windows and window.isVisible()]
    assert not shown, f"windows still open: {shown}"


@pytest.fixture(autouse=True)
def type_as_it_was(qapp: QApplication) -> Iterator[None]:
    """Give the application its font back: a theme takes it for the system's and sets its own, a little larger."""
    before = qapp.font()
    yield
    if qapp.font() != before:
        qapp.setFont(before)


def _windows() -> dict[int, QWidget]:
    """Top-level widgets by identity, after what was to be deleted later is gone."""
    if QApplication.instance() is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {id(window): window for window in QApplication.topLevelWidgets()}


def _is_foreign(thread: threading.Thread) -> bool:
    """Whether Python only met the thread (one of Qt's); it goes on listing those long after their end."""
    return isinstance(thread, threading._DummyThread)


# The worker on the real engine ---------------------------------------------------------------------


class Shelf:
    """Saves pictures as files, and breaks when told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.full_from: int | None = None
        self.threads: set[int] = set()
        self.saved = defaultdict[int, threading.Event](threading.Event)

    def __call__(self, job: Job, image: GeneratedImage) -> KeptPicture:
        self.threads.add(threading.get_ident())
        if self.full_from is not None and image.index >= self.full_from:
            raise OSError(28, "No space left on device", str(self.folder))
        path = image.save(self.folder / f"{image.id}.png", parent=job.parent_of(image.index))
        self.saved[image.index].set()
        return KeptPicture(id=image.id, run_id=image.run.run_id, path=path, finished=image.finished)


class Recorder(QObject):
    """Everything that a worker says, in order."""

    def __init__(self, worker: GenerationWorker) -> None:
        super().__init__()
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        self.threads: set[int] = set()
        self.acts: list[Callable[[str, tuple[Any, ...]], None]] = []
        for name in (
            *("state_changed", "job_started", "event_arrived", "picture_kept", "picture_lost", "job_ended"),
            *("logits_arrived", "estimate_arrived"),
        ):
            getattr(worker, name).connect(lambda *given, name=name: self.hear(name, given))

    def hear(self, name: str, given: tuple[Any, ...]) -> None:
        self.threads.add(threading.get_ident())
        self.said.append((name, given))
        for act in list(self.acts):
            act(name, given)

    def once(self, kind: type, act: Callable[[Any], None]) -> None:
        """Act on the first event of a kind."""

        def look(name: str, given: tuple[Any, ...]) -> None:
            if name == "event_arrived" and isinstance(given[1], kind):
                self.acts.remove(look)
                act(given[1])

        self.acts.append(look)

    def of(self, name: str, first: object = None) -> list[tuple[Any, ...]]:
        return [given for said, given in self.said if said == name and (first is None or given[0] == first)]

    def events(self, job: Job, kind: type) -> list[Any]:
        return [event for _, event in self.of("event_arrived", job.id) if isinstance(event, kind)]

    def outcome(self, job: Job) -> Outcome:
        (given,) = self.of("job_ended", job.id)  # exactly one
        outcome: Outcome = given[1]
        return outcome

    def kept(self, job: Job) -> dict[int, KeptPicture]:
        return {index: picture for _, index, picture in self.of("picture_kept", job.id)}

    def state(self) -> EngineState:
        state: EngineState = self.of("state_changed")[-1][0]
        return state


class Desk:
    """A worker, what it said, and where it saves."""

    def __init__(self, folder: Path) -> None:
        self.shelf = Shelf(folder)
        self.worker = GenerationWorker(None, self.shelf)
        self.heard = Recorder(self.worker)

    @property
    def engine_pid(self) -> int:
        (engine,) = (child for child in multiprocessing.active_children() if child.name == "armchair-engine")
        assert engine.pid is not None
        return engine.pid

    def job(self, model: ModelChoice, count: int = 3, *, private: bool = False, **changes: Any) -> Job:
        values: dict[str, Any] = {"prompt": "a small red boat", "image_count": count, "seed": 5, **changes}
        return Job(request=GenerationRequest(**values), model=model, private=private)

    def clear(self) -> None:
        self.heard.said.clear()
        self.heard.acts.clear()
        self.shelf.full_from = None
        self.shelf.saved.clear()

    def is_ready(self, choice: ModelChoice) -> bool:
        states = self.heard.of("state_changed")
        return bool(states) and (states[-1][0].stage, states[-1][0].choice) == (EngineStage.READY, choice)

    def wait_ready(self, qtbot: QtBot, choice: ModelChoice) -> None:
        self.worker.load(choice)
        qtbot.waitUntil(lambda: self.is_ready(choice), timeout=PATIENCE)

    def draw(self, qtbot: QtBot, *jobs: Job) -> None:
        for job in jobs:
            self.worker.submit(job)
        self.wait(qtbot, *jobs)

    def wait(self, qtbot: QtBot, *jobs: Job) -> None:
        qtbot.waitUntil(lambda: all(self.heard.of("job_ended", job.id) for job in jobs), timeout=PATIENCE)


@pytest.fixture(scope="session")
def tiny(tiny_model: Path) -> ModelChoice:
    """The model with random weights, 16 tokens a picture."""
    return ModelChoice(model=str(tiny_model), device="cpu")


@pytest.fixture(scope="module")
def shared_desk(qapp: QObject, tmp_path_factory: pytest.TempPathFactory, tiny: ModelChoice) -> Iterator[Desk]:
    """One engine for the tests of a module: starting one takes seconds."""
    desk = Desk(tmp_path_factory.mktemp("pictures"))
    desk.wait_ready(QtBot(_NoRequest()), tiny)  # type: ignore[arg-type]
    yield desk
    desk.worker.shutdown()


class _NoRequest:
    """A QtBot outside a test keeps its widgets nowhere."""

    node = None


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """The shared engine, with nothing heard so far; it has whatever model was used last."""
    shared_desk.clear()
    return shared_desk


@pytest.fixture
def own_desk(qapp: QObject, tmp_path: Path) -> Iterator[Desk]:
    """A worker whose engine may be killed; no process is there yet."""
    desk = Desk(tmp_path)
    yield desk
    desk.worker.shutdown()
