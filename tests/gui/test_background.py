"""Work beside the window."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.workers.background import Background


@pytest.fixture
def background(qtbot: QtBot) -> Background:
    made = Background()
    yield made
    made.shutdown()


def test_results_and_faults_come_once_in_the_windows_thread(background: Background, qtbot: QtBot) -> None:
    told: list[tuple[str, object, threading.Thread]] = []
    worked: list[threading.Thread] = []

    def tell(what: str) -> object:
        return lambda value: told.append((what, value, threading.current_thread()))

    def work() -> int:
        worked.append(threading.current_thread())
        return 7

    background.run(work, tell("done"), tell("failed"))
    background.run(lambda: Path("/nowhere/at/all").read_bytes(), tell("done"), tell("failed"))
    background.run(lambda: 1 / 0, tell("done"))  # logged only
    qtbot.waitUntil(lambda: len(told) == 2)
    qtbot.wait(20)
    assert {what: value if what == "done" else value.code for what, value, _ in told} == {
        "done": 7,
        "failed": "os_error",
    }
    assert all(thread is threading.main_thread() for _, _, thread in told)
    assert threading.main_thread() not in worked
    assert all(isinstance(value, Fault) for what, value, _ in told if what == "failed")


def test_after_the_shutdown_nobody_is_called(qtbot: QtBot) -> None:
    background = Background()
    told: list[int] = []
    background.run(lambda: 1, told.append)
    background.shutdown()
    background.run(lambda: 2, told.append)
    qtbot.wait(20)
    assert not told
