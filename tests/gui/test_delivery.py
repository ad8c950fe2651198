"""From other threads to the window's: order, what is left out, and turns for the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, QTimer
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.workers import delivery as delivery_module
from desktop_app.workers.background import Background
from desktop_app.workers.delivery import Delivery


@pytest.fixture
def delivery(qapp: QObject) -> Delivery:
    return Delivery()


@pytest.fixture
def background(qapp: QObject) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()


def in_another_thread(act: object) -> None:
    thread = threading.Thread(target=act)  # type: ignore[arg-type]
    thread.start()
    thread.join()


def test_calls_are_made_in_order_and_in_this_thread(delivery: Delivery, qtbot: QtBot) -> None:
    made: list[tuple[int, int]] = []

    def post_all() -> None:
        for number in range(500):
            delivery.post(lambda number=number: made.append((number, threading.get_ident())))

    in_another_thread(post_all)
    assert not made
    qtbot.waitUntil(lambda: len(made) == 500)
    assert made == [(number, threading.get_ident()) for number in range(500)]


def test_the_newest_with_a_key_takes_the_place_of_older_ones(delivery: Delivery) -> None:
    made: list[str] = []

    def post(what: str, key: object = None) -> None:
        delivery.post(lambda: made.append(what), key=key)

    for what, key in (("a1", "a"), ("x", None), ("b1", "b"), ("a2", "a"), ("y", None), ("a3", "a")):
        post(what, key)
    delivery.flush()
    assert made == ["x", "b1", "y", "a3"]
    post("a4", "a")  # what was delivered is not taken back
    delivery.flush()
    post("a5", "a")
    post("a6", "a")
    delivery.flush()
    assert made == ["x", "b1", "y", "a3", "a4", "a6"]


def test_what_is_posted_on_the_way_finds_its_older_one(delivery: Delivery) -> None:
    made: list[str] = []
    delivery.post(lambda: delivery.post(lambda: made.append("new"), key="k"))
    delivery.post(lambda: made.append("between"))
    delivery.post(lambda: made.append("old"), key="k")
    delivery.flush()
    assert made == ["between", "new"]


def test_the_window_gets_its_turn(delivery: Delivery, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "PORTION_SECONDS", 0.0)
    made: list[str] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: made.append("window"))
    timer.start()
    for _ in range(50):
        delivery.post(lambda: made.append("post"))
    qtbot.waitUntil(lambda: made.count("post") == 50)
    timer.stop()
    assert made.count("window") >= 25


def test_a_receiver_may_open_an_event_loop(delivery: Delivery, qtbot: QtBot) -> None:
    loop = QEventLoop()
    made: list[str] = []
    delivery.post(loop.exec)
    delivery.post(lambda: made.append("inside" if loop.isRunning() else "after"))
    delivery.post(loop.quit)
    qtbot.waitUntil(lambda: bool(made) and not loop.isRunning())
    assert made == ["inside"]


def test_background_work_is_told_in_this_thread(background: Background, qtbot: QtBot) -> None:
    told: list[tuple[object, int]] = []
    background.run(threading.get_ident, lambda result: told.append((result, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(told))
    ((worker, here),) = told
    assert here == threading.get_ident()
    assert worker != here


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), OSError(28, "full"), MemoryError()])
def test_background_work_that_fails_is_told_once(background: Background, qtbot: QtBot, error: Exception) -> None:
    done: list[object] = []
    failed: list[Fault] = []

    def work() -> None:
        raise error

    background.run(work, done.append, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    background.run(work, done.append)  # nobody hears of it, and nothing breaks
    background.run(lambda: 1, done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert [fault.code for fault in failed] == [Fault.of(error).code]
    assert done == [1]


def test_nothing_is_told_after_the_end(background: Background, qtbot: QtBot) -> None:
    told: list[int] = []
    running, go_on = threading.Event(), threading.Event()

    def work() -> int:
        running.set()
        go_on.wait()
        return 1

    background.run(work, told.append)
    for _ in range(5):
        background.run(lambda: 2, told.append)
    running.wait()
    threading.Timer(0, go_on.set).start()
    background.shutdown()
    background.run(lambda: 3, told.append)
    QCoreApplication.processEvents()
    assert told == []
