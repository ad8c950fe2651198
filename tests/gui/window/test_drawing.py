"""Drawing in the whole program: by key and by button, saved before announced, private runs, examples, counts."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.core.jobs.engine_state import Ending, KeptPicture
from desktop_app.presenters.run.cells import CellStage

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def test_ctrl_enter_draws_what_was_typed(session: Session) -> None:
    prompt = session.panel.prompt
    prompt.setFocus()
    QTest.keyClicks(prompt, "a small red boat")
    session.panel.count.button(4).click()
    session.key("Ctrl+Return", prompt)
    session.until_recent(1, 4)
    session.until_idle()
    (run,) = session.runs
    assert run.prompt == "a small red boat"
    assert len(run.images) == session.pictures == 4
    assert all(cell.stage is CellStage.FINISHED for cell in session.program.drawing.run.cells)
    assert session.program.drawing.middle.currentWidget() is session.view


def test_the_button_draws_and_says_how_many(session: Session) -> None:
    session.panel.count.button(9).click()
    assert not session.panel.draw_button.isEnabled()
    session.change(prompt="a fox")
    assert session.panel.draw_button.words == "Draw 9 pictures"
    session.press(session.panel.draw_button)
    session.until_recent(1, 9)
    assert session.pictures == 9


def test_a_picture_is_on_the_disk_before_it_is_announced(session: Session) -> None:
    there = []

    def look(_job_id, _index, picture: KeptPicture) -> None:
        there.append(picture.path.exists() and session.program.library.catalogue.run(picture.run_id) is not None)

    session.program.services.engine.picture_kept.connect(look)
    session.draw(image_count=4)
    assert there == [True] * 4


def test_one_four_nine_sixteen(session: Session) -> None:
    for count in (1, 4, 9, 16):
        session.panel.count.button(count).click()
        job = session.draw()
        assert job.request.image_count == count
        assert session.outcome(job).ending is Ending.FINISHED
    assert session.pictures == 30


def test_a_private_run_leaves_nothing(desk: Desk, session: Session) -> None:
    session.panel.private.click()
    job = session.draw("a secret garden", image_count=4)
    assert session.outcome(job).ending is Ending.FINISHED
    assert len(session.program.drawing.run.cells) == 4
    assert not session.program.drawing.run.image(0).isNull()
    assert session.pictures == 0
    assert session.runs == []
    assert session.program.form.words.older("") is None
    session.close()
    traces = [path for path in desk.paths.data.rglob("*") if path.is_file() and b"secret garden" in path.read_bytes()]
    assert traces == []


def test_an_example_fills_prompt_and_seed(desk: Desk) -> None:
    desk.save(model="starter")
    session = desk.open()
    page = session.program.form.empty_page
    assert session.program.drawing.middle.currentWidget() is page
    session.until(lambda: page.cards)
    card = page.cards[0]
    session.press(card)
    form = session.program.form.create.form
    assert (form.prompt, form.seed) == (card.example.prompt, card.example.seed)
    assert session.panel.prompt.prompt == card.example.prompt
    assert session.panel.draw_button.hasFocus()


def test_the_title_tells_how_far_it_is(session: Session) -> None:
    titles = []
    session.window.windowTitleChanged.connect(titles.append)
    session.begin("a fox in the snow", image_count=4)
    session.until_idle()
    assert session.window.windowTitle() == "Armchair"
    assert any(title.endswith("% · a fox in the snow – Armchair") for title in titles)
    shares = [int(title.split(" ")[0]) for title in titles if "%" in title]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 100


def test_escape_and_focus_keys(session: Session) -> None:
    session.view.setFocus()
    session.panel.draw_button.setFocus()
    session.key("Ctrl+L")
    assert session.panel.prompt.hasFocus()
    session.panel.draw_button.setFocus()
    session.key("Ctrl+D")
    assert session.program.form.create.form.seed is not None
    assert session.window.focusWidget() is not None
    assert session.panel.prompt.focusPolicy() & Qt.FocusPolicy.TabFocus
