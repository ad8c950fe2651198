"""An engine that dies, hangs or is left alone: every job and question has an end, and nothing stays behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineStage, Outcome
from desktop_app.core.jobs.job import ModelChoice
from desktop_app.workers import engine_child, generation
from model_runtime.events import ImageFinished, Progress, RowPreview

Desk = Any
"""What conftest's `own_desk` gives."""

STARTER = ModelChoice(model="starter", device="cpu")
CANCELLED = Outcome(ending=Ending.CANCELLED)
PATIENCE = 120_000
"""Milliseconds."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to kill and stop with")


def test_a_killed_engine_loses_one_job_and_no_picture(own_desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk = own_desk
    # Of pictures that wait for a judgement, too, what is finished is kept.
    killed, after = desk.job(STARTER, 16, keep=1), desk.job(tiny)
    pids = []

    def kill(_: ImageFinished) -> None:
        pids.append(desk.engine_pid)
        os.kill(pids[0], signal.SIGKILL)

    desk.heard.once(ImageFinished, kill)
    desk.draw(qtbot, killed, after)
    fault = desk.heard.outcome(killed).fault
    assert (fault.code, fault.parameters) == ("engine_died", {"exit_code": -9, "signal": "SIGKILL"})
    finished = {event.index for event in desk.heard.events(killed, ImageFinished)}
    kept = desk.heard.kept(killed)
    assert 0 in kept
    assert set(kept) == finished
    assert all(picture.path.is_file() for picture in kept.values())
    stages = [state.stage for (state,) in desk.heard.of("state_changed")]
    assert stages[stages.index(EngineStage.FAILED) + 1] == EngineStage.STARTING
    assert desk.heard.outcome(after).ending == Ending.FINISHED
    assert desk.engine_pid not in pids


def test_questions_to_a_dead_engine_are_answered(own_desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk = own_desk
    desk.wait_ready(qtbot, tiny)
    os.kill(desk.engine_pid, signal.SIGSTOP)  # it hears nothing any more
    logits = desk.worker.ask_logits("a boat", np.arange(16), 3)
    cost = desk.worker.ask_estimate(desk.job(tiny).request)
    os.kill(desk.engine_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: desk.heard.state().stage == EngineStage.FAILED, timeout=PATIENCE)
    later = desk.worker.ask_logits("a boat", np.arange(16), 3)
    qtbot.waitUntil(lambda: len(desk.heard.of("logits_arrived")) == 2, timeout=PATIENCE)
    answers = dict(desk.heard.of("logits_arrived") + desk.heard.of("estimate_arrived"))
    assert {ticket: answer.code for ticket, answer in answers.items()} == dict.fromkeys(
        (logits, cost, later), "engine_died"
    )
    assert desk.heard.state().choice == tiny


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets one process limit another's memory")
def test_too_little_memory_ends_one_job(own_desk: Desk, qtbot: QtBot) -> None:
    import resource  # noqa: PLC0415  # not on Windows

    desk = own_desk
    desk.wait_ready(qtbot, STARTER)
    pages = int(Path(f"/proc/{desk.engine_pid}/statm").read_text().split()[0])
    unlimited = resource.prlimit(desk.engine_pid, resource.RLIMIT_AS)
    resource.prlimit(desk.engine_pid, resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**20, unlimited[1]))
    short, after = desk.job(STARTER, 16), desk.job(STARTER, 1)
    desk.draw(qtbot, short)
    fault = desk.heard.outcome(short).fault
    assert (fault.code, fault.parameters["device"]) == ("out_of_memory", "cpu")
    assert not fault.is_bug
    resource.prlimit(desk.engine_pid, resource.RLIMIT_AS, unlimited)
    desk.draw(qtbot, after)
    assert desk.heard.outcome(after).ending == Ending.FINISHED
    assert desk.heard.state().stage == EngineStage.READY


def test_leaving_while_drawing(own_desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk = own_desk
    drawn, waiting = desk.job(STARTER, 16), desk.job(tiny)
    desk.worker.submit(drawn)
    desk.worker.submit(waiting)
    qtbot.waitUntil(lambda: bool(desk.heard.events(drawn, Progress)), timeout=PATIENCE)
    desk.worker.shutdown()
    assert desk.heard.outcome(drawn) == CANCELLED
    assert desk.heard.outcome(waiting) == CANCELLED
    assert desk.heard.state().stage == EngineStage.STOPPED
    assert not multiprocessing.active_children()
    # Whoever comes late gets an answer, too.
    late = desk.job(tiny)
    ticket = desk.worker.ask_logits("a boat", np.arange(16), 3)
    desk.worker.load(tiny)
    desk.draw(qtbot, late)
    assert desk.heard.outcome(late) == CANCELLED
    assert desk.heard.of("logits_arrived") == [(ticket, Fault(code="engine_not_ready"))]
    assert not multiprocessing.active_children()


def test_leaving_while_the_engine_starts(own_desk: Desk, qtbot: QtBot) -> None:
    asked = own_desk.job(STARTER)
    own_desk.worker.submit(asked)
    qtbot.waitUntil(lambda: bool(own_desk.heard.of("state_changed")), timeout=PATIENCE)
    own_desk.worker.shutdown()
    assert own_desk.heard.outcome(asked) == CANCELLED
    assert not multiprocessing.active_children()


def test_leaving_an_engine_that_hangs(
    own_desk: Desk, tiny: ModelChoice, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "ENDING_SECONDS", 0.3)
    monkeypatch.setattr(engine_child, "LEAVING_SECONDS", 0.1)
    asked = own_desk.job(STARTER, 16)
    own_desk.heard.once(RowPreview, lambda _: os.kill(own_desk.engine_pid, signal.SIGSTOP))
    own_desk.worker.submit(asked)
    qtbot.waitUntil(lambda: bool(own_desk.heard.events(asked, RowPreview)), timeout=PATIENCE)
    own_desk.worker.shutdown()
    assert own_desk.heard.outcome(asked) == CANCELLED
    assert not multiprocessing.active_children()


def test_the_window_may_die(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The engine goes with it: the pipe to this test closes only when both are gone."""
    window = """
import os, sys
from PySide6.QtCore import QCoreApplication
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.workers.generation_worker import GenerationWorker
from model_runtime.events import RowPreview
from model_runtime.request import GenerationRequest

def die(job_id, event):
    if isinstance(event, RowPreview):
        print("drawing", "torch" in sys.modules, flush=True)
        os._exit(9)

app = QCoreApplication([])
worker = GenerationWorker(None, None)
worker.event_arrived.connect(die)
worker.submit(Job(request=GenerationRequest(prompt="x", image_count=64), model=ModelChoice(model="starter")))
app.exec()
"""
    done = subprocess.run([sys.executable, "-c", window], capture_output=True, text=True, check=False, timeout=200)
    assert (done.returncode, done.stdout, done.stderr) == (9, "drawing False\n", "")


def test_the_engine_loads_no_qt_and_its_start_no_torch() -> None:
    code = (
        "import sys, desktop_app.workers.engine_process;"
        "print(*{'PySide6', 'shiboken6', 'torch', 'transformers', 'taming'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"
