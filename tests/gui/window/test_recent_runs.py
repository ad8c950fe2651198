"""Recent runs in the whole program: opening, using, drawing again, deleting; and that nothing takes the view away."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.core.advice import Action
from desktop_app.core.library.trash import TRASH
from desktop_app.presenters.run.cells import CellStage

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def select(session: Session, row: int) -> Any:
    """Go to a row by keyboard, as Tab and the arrows do."""
    view = session.side.recent._view
    view.setFocus()
    view.setCurrentIndex(view.model().index(row, 0))
    return view


def test_a_run_is_opened_and_its_settings_are_used(desk: Desk, session: Session) -> None:
    session.draw("a red boat", image_count=4, seed=11)
    session.until_recent(1, 4)
    session.close()
    session = desk.open()
    session.until_recent(1, 4)
    QTest.keyClick(select(session, 0), Qt.Key.Key_Return)
    run = session.program.drawing.run
    session.until(lambda: run.state is not None and all(not run.image(place).isNull() for place in range(4)))
    assert session.program.drawing.middle.currentWidget() is session.view
    assert [cell.seed for cell in run.cells] == [11, 12, 13, 14]
    session.change(prompt="something else", image_count=1)
    session.press(session.button("Use these settings", session.view))
    form = session.program.form.create.form
    assert (form.prompt, form.image_count, form.seed, form.seed_locked, form.model) == (
        "a red boat",
        4,
        11,
        True,
        "tiny",
    )


def test_drawn_again_a_run_gives_the_same_tokens(session: Session) -> None:
    session.draw("a red boat", image_count=4, seed=11)
    session.until_recent(1, 4)
    before = session.recipes()
    session.side.recent.draw_again_requested.emit(session.runs[0].id)
    session.until_recent(2, 8)
    for recipe in session.recipes().values():
        np.testing.assert_array_equal(recipe.tokens, before[recipe.seed].tokens)


def test_deleted_pictures_go_to_the_trash_and_come_back(session: Session) -> None:
    session.draw("a red boat", image_count=4)
    session.draw("a blue boat", image_count=1)
    session.until_recent(2, 5)
    QTest.keyClick(select(session, 1), Qt.Key.Key_Delete)
    session.until_recent(1, 1)
    assert session.pictures == 1
    assert len(list((session.paths.pictures / TRASH).rglob("*.png"))) == 4
    (row,) = session.program.around.banner.rows
    assert row.sentence.text() == "Moved to the trash. Pictures: 4."
    session.press(row.buttons[Action.UNDO])
    session.until_recent(2, 5)
    assert session.pictures == 5
    assert session.codes == []


def test_the_run_on_the_screen_leaves_it_when_it_is_deleted(session: Session) -> None:
    session.draw("a red boat", image_count=1)
    session.until_recent(1, 1)
    session.side.recent.delete_requested.emit(session.runs[0].id)
    session.until(lambda: session.program.drawing.middle.currentWidget() is session.program.form.empty_page)
    assert session.runs == []


def test_the_run_on_the_screen_stays_when_another_one_is_deleted(session: Session) -> None:
    session.draw("a red boat", image_count=1)
    session.draw("a blue boat", image_count=1)
    session.draw("a green boat", image_count=1)
    session.until_recent(3, 3)
    session.side.recent.open_requested.emit(session.runs[1].id)
    opened = session.program.drawing.run.shown
    session.side.recent.delete_requested.emit(session.runs[2].id)
    session.until_recent(2, 2)
    session.until(lambda: session.codes)
    assert session.program.drawing.run.shown is opened


def test_a_result_never_takes_the_view_away(session: Session) -> None:
    session.draw("a red boat", image_count=4)
    session.until_recent(1, 4)
    job = session.begin("a long one", image_count=4)
    session.side.recent.open_requested.emit(session.runs[-1].id)
    run = session.program.drawing.run
    opened = run.shown
    assert opened.request.prompt == "a red boat"
    back = session.view.header._back
    assert back.isVisible()
    session.until_idle()
    assert session.outcome(job)
    assert run.shown is opened  # still, though the other one has ended
    assert back.isVisible()
    session.press(back)
    assert run.shown.request.prompt == "a long one"
    assert not back.isVisible()
    assert all(cell.stage is CellStage.FINISHED for cell in run.cells)


def test_a_picture_looked_at_closely_stays(session: Session) -> None:
    session.draw("a red boat", image_count=4)
    session.view.grid.zoom(2)
    session.draw("a blue boat", image_count=4)
    run = session.program.drawing.run
    assert run.shown.request.prompt == "a red boat"
    assert session.view.grid.zoomed == 2
    session.press(session.view.header._back)
    assert run.shown.request.prompt == "a blue boat"
    assert session.view.grid.zoomed is None
