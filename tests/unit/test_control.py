"""Steering a run from other threads."""

import threading

import pytest

from model_runtime.control import RunControl
from model_runtime.errors import InvalidRequest


def test_a_fresh_control_asks_for_nothing() -> None:
    control = RunControl()
    assert (control.cancelled, control.stopping, control.take_restarts()) == (False, False, ())


def test_cancel_and_stop_stay_asked() -> None:
    control = RunControl()
    control.stop_and_keep()
    assert (control.cancelled, control.stopping) == (False, True)
    control.cancel()
    control.cancel()
    assert (control.cancelled, control.stopping) == (True, True)


def test_the_last_restart_of_a_picture_counts_and_is_given_once() -> None:
    control = RunControl()
    control.restart(1, 10)
    control.restart(0, 5)
    control.restart(1, 11)
    assert control.take_restarts() == ((1, 11), (0, 5))
    assert control.take_restarts() == ()


def test_a_second_run_is_refused() -> None:
    control = RunControl()
    control.claim(1)
    with pytest.raises(InvalidRequest) as caught:
        control.claim(1)
    assert caught.value.code == "control_used"
    assert "fresh" in str(caught.value)


@pytest.mark.parametrize(("index", "seed"), [(-1, 0), (64, 0), (0, -1), (0, 2**53), (True, 0), (0, 1.0)])
def test_a_restart_of_no_picture_or_seed_is_refused(index: int, seed: int) -> None:
    control = RunControl()
    with pytest.raises(InvalidRequest):
        control.restart(index, seed)
    assert control.take_restarts() == ()


def test_a_claimed_control_knows_its_pictures() -> None:
    control = RunControl()
    control.claim(2)
    control.restart(1, 0)
    with pytest.raises(InvalidRequest):
        control.restart(2, 0)
    early = RunControl()
    early.restart(2, 0)
    with pytest.raises(InvalidRequest):
        early.claim(2)


def test_no_restart_is_lost_or_given_twice_between_threads() -> None:
    control = RunControl()
    control.claim(64)
    taken: list[tuple[int, int]] = []
    finished = threading.Event()

    def take() -> None:
        while not finished.is_set():
            taken.extend(control.take_restarts())
        taken.extend(control.take_restarts())

    def ask(first: int) -> None:
        for index in range(first, 64, 4):
            control.restart(index, index)

    reader = threading.Thread(target=take)
    writers = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    finished.set()
    reader.join()
    assert sorted(taken) == [(index, index) for index in range(64)]


def test_only_one_of_many_runs_gets_a_control() -> None:
    control = RunControl()
    outcomes: list[str] = []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        try:
            control.claim(1)
            outcomes.append("run")
        except InvalidRequest as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["control_used"] * 7 + ["run"]
