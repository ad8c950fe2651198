"""The queue in the whole program: adding, moving, removing, pausing, and what is there after a restart."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.core.jobs.engine_state import Ending
from desktop_app.presenters.queue.pause import PauseReason

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def prompts(session: Session) -> list[str]:
    """What waits, the next one first."""
    return [job.request.prompt for job in session.queue.waiting]


def fill(session: Session) -> Any:
    """One is drawn, three wait."""
    job = session.begin("first", image_count=9)
    assert session.panel.draw_button.words == "Add 9 pictures to the queue"
    for words in ("second", "third", "fourth"):
        session.ask(words, image_count=1, model="tiny")
    return job


def test_three_more_are_drawn_in_the_order_they_were_put(session: Session) -> None:
    job = fill(session)
    view = session.side.queue._view
    view.setFocus()
    view.setCurrentIndex(view.model().index(2, 0))
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert prompts(session) == ["fourth", "second", "third"]
    view.setCurrentIndex(view.model().index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert prompts(session) == ["fourth", "third"]
    session.until_idle()
    assert session.outcome(job).ending is Ending.FINISHED  # none of this touched it
    session.until_recent(3, 11)
    assert [run.prompt for run in session.runs] == ["third", "fourth", "first"]
    assert session.panel.draw_button.words.startswith("Draw ")


def test_pause_lets_the_running_one_end_and_starts_nothing(session: Session) -> None:
    fill(session)
    session.press(session.side.queue._pause_button)
    session.until(lambda: session.queue.running is None)
    assert prompts(session) == ["second", "third", "fourth"]
    session.press(session.side.queue._pause_button)
    session.until_idle()
    session.until_recent(4, 12)


def test_stop_after_this(session: Session) -> None:
    job = fill(session)
    session.press(session.view.header._after)
    assert session.queue.stops_after_this
    session.until_idle()
    assert session.outcome(job).ending is Ending.FINISHED
    assert len(session.queue.waiting) == 3
    assert not session.view.header._after.isChecked()


def test_cancelling_one_never_touches_another(session: Session) -> None:
    job = fill(session)
    session.press(session.button("Stop"))
    session.until_idle()
    assert session.outcome(job).ending is Ending.CANCELLED
    session.until_recent(3, 3)
    assert {run.prompt for run in session.runs} == {"second", "third", "fourth"}


def test_what_waits_is_there_after_a_restart_and_paused(desk: Desk, session: Session) -> None:
    fill(session)
    session.close()
    session = desk.open()
    session.until(lambda: session.queue.waiting)
    # The one that was being drawn had not ended, so it waits again.
    assert prompts(session) == ["first", "second", "third", "fourth"]
    assert session.queue.pause_state.reason is PauseReason.RESTORED
    assert "4 waited when Armchair closed." in session.side.queue._notice_words.text()
    assert session.queue.running is None
    session.draw("fifth", image_count=1, model="tiny")  # asked for now, so drawn now; the others go on waiting
    assert len(session.queue.waiting) == 4
    session.side.queue.resume_requested.emit()
    session.until_idle()
    session.until_recent(5, 13)


def test_a_failed_job_does_not_block_the_next(desk: Desk, session: Session) -> None:
    job = session.begin("first", image_count=9)
    bad = session.ask("second", image_count=1, model="gone")
    good = session.ask("third", image_count=1, model="tiny")
    session.until(lambda: any(job_id == good.id for job_id, _ in session.heard.ended))
    assert [session.outcome(each).ending for each in (job, bad, good)] == [
        Ending.FINISHED,
        Ending.FAILED,
        Ending.FINISHED,
    ]
    assert "model_not_installed" in session.codes
