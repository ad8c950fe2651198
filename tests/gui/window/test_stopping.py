"""Steering a drawing in the whole program: stop, keep, finish, reject, look into it."""

from __future__ import annotations

import shutil
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from desktop_app.core.jobs.engine_state import Ending
from desktop_app.presenters.run.cells import CellStage, RunPhase
from model_runtime.recipe.picture_file import read_recipe

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def undisturbed(session: Session, **fields: Any) -> dict[int, np.ndarray]:
    """Tokens of an uninterrupted run by seed; its files are gone again."""
    session.draw(model="slow", **fields)
    tokens = {seed: recipe.tokens for seed, recipe in session.recipes().items()}
    shutil.rmtree(session.paths.pictures)
    return tokens


def test_stop_ends_at_once_and_keeps_only_finished_pictures(session: Session) -> None:
    job = session.begin(image_count=4)
    session.press(session.button("Stop"))
    assert session.program.drawing.run.state.phase is RunPhase.STOPPING  # the button answers before the engine does
    assert session.view.header._stop.text() == "Stopping…"
    session.until_idle()
    assert session.outcome(job).ending is Ending.CANCELLED
    assert session.pictures == 0
    assert all(cell.stage is CellStage.STOPPED for cell in session.program.drawing.run.cells)
    assert session.draw(model="tiny") and session.pictures == 4  # and the next one is drawn


def test_what_is_stopped_and_kept_can_be_finished_to_the_very_same_picture(session: Session) -> None:
    whole = undisturbed(session, image_count=4, seed=70)
    job = session.begin(image_count=4, seed=70, rows=3)
    session.key("Ctrl+.")
    session.until_idle()
    assert session.outcome(job).ending is Ending.CANCELLED
    cells = session.program.drawing.run.cells
    assert all(cell.unfinished_kept and cell.stage is CellStage.UNFINISHED for cell in cells)
    assert "unfinished" in session.view.grid.described(0)
    halves = session.recipes()
    assert all(3 <= recipe.tokens_done / 16 < 16 for recipe in halves.values())
    assert all(recipe.tokens_done % 16 == 0 for recipe in halves.values())
    kept = {recipe.id: recipe for recipe in halves.values()}
    session.press(session.button("Finish drawing"))
    session.until(lambda: session.pictures == 8)
    session.until_idle()
    finished = [recipe for recipe in map(read_recipe, session.files) if recipe.finished]
    assert len(finished) == 4
    for recipe in finished:
        np.testing.assert_array_equal(recipe.tokens, whole[recipe.seed])
        assert recipe.parent is not None
        assert recipe.parent.kind == "finish"
        assert kept[recipe.parent.id].seed == recipe.seed


def test_a_rejected_picture_leaves_the_others_exactly_as_they_were(session: Session) -> None:
    whole = undisturbed(session, image_count=4, seed=90)
    job = session.begin(image_count=4, seed=90, rows=2)
    grid = session.view.grid
    square = grid.square(2)
    session.press(grid, at=grid._overlay.reject_rect(square).center())
    assert session.program.drawing.run.cells[2].rejecting
    session.until_idle()
    assert session.outcome(job).ending is Ending.FINISHED
    drawn = session.recipes()
    assert len(drawn) == 4
    for seed in (90, 91, 93):
        np.testing.assert_array_equal(drawn[seed].tokens, whole[seed])
    assert 92 not in drawn
    assert session.program.drawing.run.cells[2].restarted
    assert session.program.drawing.run.cells[2].seed in drawn


def test_rejecting_by_keyboard(session: Session) -> None:
    session.begin(image_count=4, seed=90)
    grid = session.view.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert session.program.drawing.run.cells[1].rejecting
    session.until_idle()
    assert session.program.drawing.run.cells[1].restarted


def token_point(session: Session, index: int, row: int, column: int, side: int = 16) -> QPoint:
    """The middle of a token on the screen."""
    square = session.view.grid.square(index)
    step = square.width() / side
    return square.topLeft() + QPoint(round((column + 0.5) * step), round((row + 0.5) * step))


def test_a_click_into_a_growing_picture_asks_the_model(session: Session) -> None:
    job = session.begin(image_count=9, rows=2)
    grid, plot = session.view.grid, session.panel.plot
    session.press(grid, at=token_point(session, 4, 1, 7))
    assert grid.marked == (4, 1, 7)
    session.until(lambda: plot.detail.startswith("chosen: rank"))
    assert session.done(job) < 9 * 256  # answered while it is drawn
    assert plot.caption.startswith("row 2, column 8 · ")
    token = int(session.program.drawing.run.shown.tokens(4)[16 + 7])
    shown = plot._plot
    assert 0 <= token < session.heard.states[-1].facts.codebook_size
    assert shown.rank is not None
    session.until_idle()
    # What the run keeps on its way has not taken the chosen cell's place.
    assert plot.caption.startswith("row 2, column 8 · ")


def test_a_cell_that_is_not_drawn_yet_is_not_asked_about(session: Session) -> None:
    session.begin(image_count=4)
    grid = session.view.grid
    session.press(grid, at=token_point(session, 1, 15, 15))
    assert grid.marked is None
    session.until_idle()


def test_a_click_into_a_recent_run_asks_the_model(desk: Desk, session: Session) -> None:
    session.draw(image_count=1)
    session.close()
    session = desk.open()
    session.until_ready()
    session.until_recent(1, 1)
    session.side.recent.open_requested.emit(session.runs[0].id)
    session.until(lambda: session.program.drawing.run.shown.tokens(0) is not None)
    session.press(session.view.grid, at=token_point(session, 0, 2, 1, side=4))
    session.until(lambda: session.panel.plot.detail.startswith("chosen: rank"))
    assert session.panel.plot.caption.startswith("row 3, column 2 · ")


def test_another_models_run_says_which_model_it_needs(session: Session) -> None:
    session.draw(image_count=1)
    session.draw(image_count=1, model="slow")
    session.until_recent(2, 2)
    session.side.recent.open_requested.emit(session.runs[1].id)
    session.until(lambda: session.program.drawing.run.shown.tokens(0) is not None)
    session.press(session.view.grid, at=token_point(session, 0, 2, 1, side=4))
    session.until(lambda: "tiny" in session.panel.plot.caption)
