"""The whole program with its window, on a folder of its own, with its real engine process on tiny models."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file, save_file

from desktop_app.app.program import Program
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, KeptPicture, Outcome
from desktop_app.core.jobs.job import Job
from desktop_app.core.library.records import GenerationRecord
from desktop_app.core.paths import AppPaths
from desktop_app.core.settings.settings import Settings
from desktop_app.core.settings.settings_file import SettingsFile
from desktop_app.ui.preferences_dialog import PreferencesDialog
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers import engine_child
from model_runtime.events import Event, Progress
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe

PATIENCE = 60_000
"""Milliseconds to wait for what must come: a loaded machine is slow, not wrong."""

LONG_SIDE = 16
"""Rows of the slow model's pictures: enough of them that a person can step in."""


@pytest.fixture(scope="session")
def models(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder: "tiny" draws 16 tokens in no time, "slow" 256."""
    folder = tmp_path_factory.mktemp("window-models")
    shutil.copytree(tiny_model, folder / "tiny")
    shutil.copytree(tiny_model, folder / "slow")
    _lengthen(folder / "slow")
    return folder


def _lengthen(folder: Path) -> None:
    """Make the tiny model's pictures 16 × 16 tokens: more positions, and a larger canvas for the same decoder."""
    text, pictures = folder / "dalle_bart", folder / "vqgan"
    _edit(folder / "model.json", id="slow", name="Slow")
    _edit(text / "config.json", image_length=LONG_SIDE**2)
    _edit(pictures / "config.json", resolution=4 * LONG_SIDE, attn_resolutions=[LONG_SIDE])
    weights = load_file(text / "model.safetensors")
    generator = torch.Generator().manual_seed(3)
    key = "decoder.embed_positions.weight"
    weights[key] = torch.empty(LONG_SIDE**2, weights[key].shape[1]).normal_(0, 0.1, generator=generator)
    save_file(weights, text / "model.safetensors", {"format": "pt"})


def _edit(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values), encoding="utf-8")


@pytest.fixture(scope="session")
def _quick_processes() -> None:
    """A server that has torch and forks: each test gets a process of its own without the seconds that importing takes.

    The program itself spawns; tests/gui/test_generation_worker.py and the end-to-end tests do it that way.
    """
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["model_runtime.pipeline", "desktop_app.workers.engine_process"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        forkserver.ensure_running()


class Heard:
    """What the engine said, in order, by the names of its signals."""

    def __init__(self, program: Program) -> None:
        self.states: list[EngineState] = []
        self.events: list[tuple[str, Event]] = []
        self.kept: list[KeptPicture] = []
        self.ended: list[tuple[str, Outcome]] = []
        engine = program.services.engine
        engine.state_changed.connect(self.states.append)
        engine.event_arrived.connect(lambda job_id, event: self.events.append((job_id, event)))
        engine.picture_kept.connect(lambda _job, _index, picture: self.kept.append(picture))
        engine.job_ended.connect(lambda job_id, outcome: self.ended.append((job_id, outcome)))


class Session:
    """A program from its start to its end, and the hand that uses it."""

    def __init__(self, qtbot: QtBot, paths: AppPaths, prompt: str) -> None:
        settings, faults = SettingsFile(paths.settings_file).load()
        self.qtbot = qtbot
        self.paths = paths
        self.theme = Theme(settings.theme)  # type: ignore[arg-type]
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.theme.apply_to(app)
        self.program = Program(paths, settings, self.theme, prompt=prompt)
        for fault in faults:
            self.program.services.board.post_fault(fault)
        self.heard = Heard(self.program)
        self.window = self.program.window
        self.panel = self.program.form.panel
        self.view = self.program.drawing.view
        self.side = self.program.drawing.side
        self.window.show()
        self.window.activateWindow()
        self.open = True
        self.until(lambda: self.program.library is not None)

    # Waiting ----------------------------------------------------------------------------------------

    def until(self, seen: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(seen()), timeout=PATIENCE)

    @property
    def queue(self) -> Any:
        queue = self.program.drawing.queue
        assert queue is not None
        return queue

    @property
    def runs(self) -> list[GenerationRecord]:
        """The recent runs as the list shows them, newest first."""
        recent = self.program.drawing.recent
        assert recent is not None
        return list(recent.model.runs)

    @property
    def codes(self) -> list[str]:
        """Codes of the messages that stand above the page."""
        return [notice.code for notice in self.program.services.board.notices]

    def until_ready(self) -> None:
        """The model is loaded."""
        self.until(lambda: self.heard.states and self.heard.states[-1].stage is EngineStage.READY)

    def until_idle(self) -> None:
        """Nothing is drawn and nothing can start."""
        self.until(lambda: self.queue.running is None and (not self.queue.waiting or self.queue.pause_state))

    def until_recent(self, runs: int, pictures: int) -> None:
        """The list has so many runs, with so many pictures in all."""
        self.until(lambda: (len(self.runs), sum(len(run.images) for run in self.runs)) == (runs, pictures))

    @property
    def pictures(self) -> int:
        """Picture files that are there."""
        return len(list(self.files))

    @property
    def files(self) -> list[Path]:
        """Picture files, the hidden folders left out."""
        folder = self.paths.pictures
        return sorted(
            path
            for path in folder.rglob("*.png")
            if not any(part.startswith(".") for part in path.relative_to(folder).parts)
        )

    def recipes(self) -> dict[int, Recipe]:
        """What the files say, by seed."""
        return {recipe.seed: recipe for recipe in map(read_recipe, self.files)}

    # Acting -----------------------------------------------------------------------------------------

    def change(self, **fields: Any) -> None:
        """Set fields of the form."""
        self.program.form.create.change(**fields)

    def ask(self, prompt: str = "a small red boat", **fields: Any) -> Job:
        """Press "Draw" with these fields; the job that was made."""
        made: list[Job] = []
        connection = self.program.form.job_made.connect(made.append)
        self.change(prompt=prompt, **fields)
        self.press(self.panel.draw_button)
        self.program.form.job_made.disconnect(connection)
        assert len(made) == 1
        return made[0]

    def draw(self, prompt: str = "a small red boat", **fields: Any) -> Job:
        """Draw to the end."""
        job = self.ask(prompt, **fields)
        self.until_idle()
        return job

    def begin(self, prompt: str = "a small red boat", *, rows: int = 1, **fields: Any) -> Job:
        """Have the slow model draw until every picture has so many rows, and go on."""
        job = self.ask(prompt, model="slow", **fields)
        self.until_rows(job, rows)
        return job

    def until_rows(self, job: Job, rows: int) -> None:
        """Wait for so many rows of every picture."""
        tokens = rows * LONG_SIDE * job.request.image_count
        self.until(lambda: self.done(job) >= tokens)

    def done(self, job: Job) -> int:
        """Tokens drawn."""
        return max((e.done for id_, e in self.heard.events if id_ == job.id and isinstance(e, Progress)), default=0)

    def outcome(self, job: Job) -> Outcome:
        """How it ended, once."""
        (outcome,) = [outcome for job_id, outcome in self.heard.ended if job_id == job.id]
        return outcome

    def press(self, widget: QWidget, *, at: QPoint | None = None) -> None:
        """Click."""
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())

    def key(self, keys: str, widget: QWidget | None = None) -> None:
        """Press a key combination."""
        QTest.keySequence(widget or self.window, keys)

    def button(self, name: str, inside: QWidget | None = None) -> QWidget:
        """The visible button that is called so."""
        found = [
            button
            for button in (inside or self.window).findChildren(QWidget)
            if button.accessibleName() == name and button.isVisible()
        ]
        assert len(found) == 1, f"{len(found)} buttons called {name!r}"
        return found[0]

    def answer(self, button: str) -> None:
        """Press a button of the question that stands before the window."""
        self.until(lambda: isinstance(QApplication.activeModalWidget(), QMessageBox))
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        found = [each for each in box.buttons() if each.text().replace("&", "") == button]
        assert len(found) == 1
        found[0].click()

    def answer_later(self, button: str) -> None:
        """Have the question answered that will hold everything up until it is."""
        self.when_asked(lambda box: self.answer(button))

    def when_asked(self, act: Callable[[QMessageBox], None]) -> None:
        """Act once a question stands before the window, within its own event loop."""
        timer = QTimer(self.window, interval=10)

        def look() -> None:
            box = QApplication.activeModalWidget()
            if isinstance(box, QMessageBox) and box.isVisible():
                timer.stop()
                try:
                    act(box)
                finally:  # a test that fails must not wait for an answer for ever
                    box.reject()

        timer.timeout.connect(look)
        timer.start()

    def preferences(self) -> PreferencesDialog:
        """Open them by their key."""
        self.key("Ctrl+,")
        dialog = self.program.around._preferences_dialog
        assert dialog is not None
        self.until(dialog.isVisible)
        return dialog

    def close(self) -> None:
        """End the program as the end of `main` does."""
        if self.open:
            self.open = False
            self.window.close_now()
            self.program.close()
            with suppress(RuntimeError):
                self.window.deleteLater()
                self.program.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Desk:
    """Opens programs on one data folder, one after the other."""

    def __init__(self, qtbot: QtBot, folder: Path, models: Path) -> None:
        self._qtbot = qtbot
        self.paths = AppPaths.choose(data_dir=folder, models_dir=models)
        self.session: Session | None = None

    def save(self, **settings: Any) -> None:
        """Have preferences before a start."""
        values = {"model": "tiny", "device": "cpu", "precision": "float32", "reduced_motion": "on"} | settings
        SettingsFile(self.paths.settings_file).save(Settings(**values))

    def open(self, *, prompt: str = "") -> Session:
        """Start, after the end of the one before."""
        if self.session is not None:
            self.session.close()
        self.session = Session(self._qtbot, self.paths, prompt)
        return self.session


@pytest.fixture
def desk(
    qtbot: QtBot, tmp_path: Path, models: Path, _quick_processes: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Preferences for the tiny model; nothing started yet."""
    monkeypatch.setattr(engine_child, "get_context", lambda _method: multiprocessing.get_context("forkserver"))
    desk = Desk(qtbot, tmp_path / "data", models)
    desk.save()
    yield desk
    if desk.session is not None:
        desk.session.close()


@pytest.fixture
def session(desk: Desk) -> Session:
    """A program whose model is loaded."""
    session = desk.open()
    session.until_ready()
    return session
