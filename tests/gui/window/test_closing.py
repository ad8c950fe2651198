"""Closing while drawing, and what is there after the next start."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from desktop_app.core.jobs.engine_state import Ending
from desktop_app.presenters.queue.pause import PauseReason
from model_runtime.request import SamplingSettings

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def test_idle_it_closes_at_once(session: Session) -> None:
    session.key("Ctrl+Q")
    session.until(lambda: not session.window.isVisible())


def test_stop_and_keep(desk: Desk, session: Session) -> None:
    job = session.begin(image_count=4, rows=2)
    session.ask("another", image_count=1)
    session.answer_later("Stop and keep")
    session.key("Ctrl+Q")
    session.until(lambda: not session.window.isVisible())
    assert session.outcome(job).ending is Ending.CANCELLED
    session.close()
    assert session.pictures == 4
    assert all(not recipe.finished for recipe in session.recipes().values())
    session = desk.open()
    session.until_recent(1, 4)
    assert [waiting.request.prompt for waiting in session.queue.waiting] == ["another"]
    assert session.queue.pause_state.reason is PauseReason.RESTORED


def test_finish_then_close(desk: Desk, session: Session) -> None:
    job = session.begin(image_count=4)
    session.ask("another", image_count=1)
    session.answer_later("Finish, then close")
    session.window.close()
    assert session.window.isVisible()  # until it is drawn
    session.until(lambda: not session.window.isVisible())
    assert session.outcome(job).ending is Ending.FINISHED
    session.close()
    session = desk.open()
    session.until_recent(1, 4)
    assert len(session.queue.waiting) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_going_on_is_what_keys_say_first(session: Session, key: Qt.Key) -> None:
    job = session.begin(image_count=4)
    asked: list[str] = []

    def press(box: QMessageBox) -> None:
        asked.append(box.text())
        QTest.keyClick(box, key)

    session.when_asked(press)
    session.window.close()
    session.until(lambda: asked)
    session.until_idle()
    assert asked == ["A drawing is not finished yet."]
    assert session.outcome(job).ending is Ending.FINISHED
    assert session.window.isVisible()


def test_every_answer_can_be_reached_with_tab(session: Session) -> None:
    job = session.begin(image_count=4)
    seen: list[str] = []

    def walk(box: QMessageBox) -> None:
        for _ in range(3):
            seen.append(box.focusWidget().text().replace("&", ""))
            QTest.keyClick(box, Qt.Key.Key_Tab)
        for _ in range(seen.index("Stop and keep")):
            QTest.keyClick(box, Qt.Key.Key_Tab)
        QTest.keyClick(box.focusWidget(), Qt.Key.Key_Space)

    session.when_asked(walk)
    session.window.close()
    session.until(lambda: not session.window.isVisible())
    assert set(seen) == {"Stop and keep", "Finish, then close", "Go on drawing"}
    assert seen[0] == "Go on drawing"
    assert session.outcome(job).ending is Ending.CANCELLED


def test_a_run_that_ends_while_the_question_is_asked(session: Session) -> None:
    job = session.begin(image_count=1)

    def wait(_box: QMessageBox) -> None:
        session.until(lambda: session.queue.running is None)
        session.answer("Finish, then close")

    session.when_asked(wait)
    session.window.close()
    session.until(lambda: not session.window.isVisible())
    assert session.outcome(job).ending is Ending.FINISHED


def test_the_window_comes_back_as_it_was_left(desk: Desk, session: Session) -> None:
    sampling = SamplingSettings(temperature=0.8, top_k=12, top_p=0.9, condition_scale=2.5)
    session.change(prompt="a half-typed", image_count=9, seed=77, seed_locked=True, sampling=sampling, model="slow")
    session.window.resize(780, 650)  # the offscreen screen has 800 × 800
    session.close()
    session = desk.open()
    form = session.program.form.create.form
    assert (form.prompt, form.image_count, form.seed, form.seed_locked) == ("a half-typed", 9, 77, True)
    assert (form.sampling, form.model) == (sampling, "slow")
    assert session.panel.prompt.prompt == "a half-typed"
    assert session.window.size() == QSize(780, 650)


def test_a_prompt_that_is_not_to_be_kept_is_not_in_the_form_either(desk: Desk, session: Session) -> None:
    session.change(prompt="a secret", private=True)
    session.close()
    session = desk.open()
    assert session.panel.prompt.prompt == ""
    assert not session.panel.private.isChecked()


def test_a_second_start_hands_its_prompt_over(session: Session) -> None:
    session.change(prompt="mine")
    session.window.hide()
    session.program.show_again("")
    assert session.window.isVisible()
    assert session.panel.prompt.prompt == "mine"  # raising it alone takes nothing away
    session.program.show_again("theirs")
    assert session.panel.prompt.prompt == "theirs"


def test_a_prompt_given_at_the_start_goes_first(desk: Desk, session: Session) -> None:
    session.change(prompt="mine")
    session.close()
    assert desk.open(prompt="given").panel.prompt.prompt == "given"
