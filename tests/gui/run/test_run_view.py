"""The middle of the Create page with hands, keys and eyes on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QDrag, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.presenters.run.cells import CellStage, RunPhase, RunProgress, RunState
from desktop_app.ui.run_view import words
from desktop_app.ui.run_view.binding import bind_run_view
from desktop_app.ui.run_view.empty_page import EmptyPage
from desktop_app.ui.run_view.example_card import Example
from desktop_app.ui.run_view.grid_layout import GAP, GridLayout
from desktop_app.ui.run_view.picture_grid import PictureGrid
from desktop_app.ui.run_view.run_view import RunView
from desktop_app.ui.theme.theme import Theme
from model_runtime.events import ImageFinished, Progress, SlotRestarted


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme("light")
    theme.set_reduced_motion(True)
    theme.apply_to(qapp)
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def view(desk, theme: Theme, qtbot: QtBot) -> RunView:
    view = RunView(theme)
    qtbot.addWidget(view)
    bind_run_view(view, desk.presenter, desk.acts)
    view.resize(700, 700)
    view.show()
    qtbot.waitExposed(view)
    return view


def button(view: RunView, text: str) -> QPushButton:
    return next(one for one in view.findChildren(QPushButton) if one.text() == text and one.isVisible())


def buttons(view: RunView) -> set[str]:
    return {one.text() for one in view.header.findChildren(QPushButton) if one.isVisible()}


def rect(view: RunView, index: int) -> QRect:
    return view.grid._layout.rect(index)


def colour_at(view: RunView, point: QPoint) -> str:
    return view.grid.grab().toImage().pixelColor(point).name()


def token_point(view: RunView, index: int, row: int, column: int) -> QPoint:
    return view.grid._layout.token_rect(index, row, column, 4).center().toPoint()


def noted(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *values: calls.append(values))
    return calls


@pytest.mark.parametrize("count", [1, 4, 9, 16, 64])
def test_pictures_are_as_large_as_fit_and_never_overlap(count: int) -> None:
    area = QRect(3, 3, 900, 640)
    layout = GridLayout.fitting(count, area)
    rects = [layout.rect(index) for index in range(count)]
    assert all(area.contains(one) for one in rects)
    assert not any(
        one.adjusted(-GAP + 1, 0, 0, 0).intersects(other) for one in rects for other in rects if one != other
    )
    best = max(
        min((900 - GAP * (columns - 1)) // columns, (640 - GAP * (rows - 1)) // rows)
        for columns in range(1, count + 1)
        for rows in [-(-count // columns)]
    )
    assert layout.side == best
    assert [layout.index_at(one.center()) for one in rects] == list(range(count))


def test_rows_not_drawn_are_quiet_and_the_edge_is_marked(desk, view: RunView, theme: Theme) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 9)
    square = rect(view, 3)
    middle = square.top() + square.height() // 2
    assert colour_at(view, QPoint(square.center().x(), middle)) == theme.color("accent").name()
    below = QPoint(square.center().x(), square.top() + square.height() * 5 // 8)
    assert colour_at(view, below) == theme.color("placeholder").name()
    # The corner is rounded away.
    assert colour_at(view, square.topLeft()) == theme.color("background").name()


def test_a_finished_picture_is_shown_as_it_was_saved(desk, view: RunView) -> None:
    desk.begin(1)
    desk.draw()
    square = rect(view, 0)
    saved = QImage(str(desk.presenter.cells[0].kept.path))
    shown = view.grid.grab().toImage()
    cell = square.width() / saved.width()
    for x, y in ((2, 2), (8, 5), (13, 9)):
        there = shown.pixelColor(square.left() + round((x + 0.5) * cell), square.top() + round((y + 0.5) * cell))
        expected = saved.pixelColor(x, y)
        difference = max(
            abs(there.red() - expected.red()),
            abs(there.green() - expected.green()),
            abs(there.blue() - expected.blue()),
        )
        # Enlarging blends neighbours; the middle of a pixel is nearly its own.
        assert difference <= 12


def test_the_lines_say_exactly_how_far_it_is(desk, view: RunView) -> None:
    desk.begin(4, prompt="<b>a lion</b>\nat night")
    desk.draw_tokens(4 * 9)
    texts = {label.text() for label in view.header.findChildren(QLabel)}
    assert "Row 2 of 4 · 36 of 64 tokens" in texts
    assert "<b>a lion</b> at night" in texts
    desk.now[0] += 8
    desk.draw()
    texts = {label.text() for label in view.header.findChildren(QLabel)}
    assert {"4 pictures in 8.0 s", "30 a minute"} <= texts


def test_stop_answers_at_once(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(2)
    desk.draw_tokens(2 * 6)
    assert buttons(view) == {"Stop", "Stop and keep", "Stop after this"}
    qtbot.mouseClick(button(view, "Stop"), Qt.MouseButton.LeftButton)
    assert buttons(view) == {"Stopping…"}
    assert not button(view, "Stopping…").isEnabled()
    desk.draw()
    assert desk.presenter.state.phase is RunPhase.STOPPED
    assert buttons(view) == {"Use these settings"}


def test_stop_and_keep_offers_to_finish_each_and_all(desk, view: RunView, qtbot: QtBot) -> None:
    asked = noted(desk.acts.finish_requested)
    desk.begin(4)
    desk.draw_tokens(4 * 9)
    qtbot.mouseClick(button(view, "Stop and keep"), Qt.MouseButton.LeftButton)
    desk.draw()
    where = view.grid._overlay.finish_rect(rect(view, 2)).center()
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseClick(button(view, "Finish all 4"), Qt.MouseButton.LeftButton)
    kept = tuple(cell.kept for cell in desk.presenter.cells)
    assert asked == [((kept[2],),), (kept,)]


def test_stop_after_this_stays_pressed_until_the_run_ends(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(1)
    qtbot.mouseClick(button(view, "Stop after this"), Qt.MouseButton.LeftButton)
    assert desk.acts.stop_after_this
    desk.draw()
    assert not desk.acts.stop_after_this
    desk.begin(1)
    assert not button(view, "Stop after this").isChecked()
    desk.draw()


def test_the_cross_on_a_picture_rejects_it(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 6)
    where = view.grid._overlay.reject_rect(rect(view, 2)).center()
    qtbot.mouseMove(view.grid, where)
    assert view.grid.toolTip()
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=where)
    assert [index for _, index, _ in desk.engine.restarts] == [2]
    assert "starting again" in view.grid.accessibleDescription()
    desk.draw(lambda event: isinstance(event, SlotRestarted))
    square = rect(view, 2)
    assert colour_at(view, square.center()) == QColor("#E7E4DA").name()
    desk.draw()


def test_delete_rejects_the_picture_that_the_keyboard_is_on(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 6)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Delete):
        qtbot.keyClick(view.grid, key)
    assert [index for _, index, _ in desk.engine.restarts] == [3]
    desk.draw()
    qtbot.keyClick(view.grid, Qt.Key.Key_Delete)
    assert len(desk.engine.restarts) == 1


def test_a_click_asks_about_the_token_under_it(desk, view: RunView, qtbot: QtBot) -> None:
    asked = noted(desk.acts.cell_asked)
    desk.begin(4)
    desk.draw_tokens(4 * 9)
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=token_point(view, 1, 1, 2))
    assert asked == [(1, 6)]
    assert view.grid.marked == (1, 1, 2)
    outline = view.grid._layout.token_rect(1, 1, 2, 4)
    assert colour_at(view, QPoint(round(outline.left()), outline.center().toPoint().y())) == "#4a7426"
    # What is not drawn yet was not chosen yet.
    qtbot.mouseClick(view.grid, Qt.MouseButton.LeftButton, pos=token_point(view, 1, 3, 2))
    assert asked == [(1, 6)]
    desk.draw()


def test_the_keyboard_reaches_every_token(desk, view: RunView, qtbot: QtBot) -> None:
    asked = noted(desk.acts.cell_asked)
    desk.begin(4)
    desk.draw()
    keys = [Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return]
    for key in keys:
        qtbot.keyClick(view.grid, key)
    assert asked == [(1, 6)]
    qtbot.keyClick(view.grid, Qt.Key.Key_Up)
    qtbot.keyClick(view.grid, Qt.Key.Key_Up)
    assert view.grid.marked == (1, 0, 2)
    qtbot.keyClick(view.grid, Qt.Key.Key_Escape)
    qtbot.keyClick(view.grid, Qt.Key.Key_Left)
    assert view.grid.current == 0


def test_one_picture_can_be_looked_at_alone(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(4)
    desk.draw()
    small = rect(view, 2)
    qtbot.mouseDClick(view.grid, Qt.MouseButton.LeftButton, pos=small.center())
    assert view.grid.zoomed == 2
    assert rect(view, 2).width() > small.width() * 3 // 2
    assert button(view, "All pictures").isVisible()
    qtbot.keyClick(view.grid, Qt.Key.Key_Right)
    assert view.grid.zoomed == 3
    # Somebody looks at it: the next run waits to be asked for.
    desk.begin(1, prompt="the next")
    assert desk.presenter.state.prompt == "a lion at night"
    qtbot.mouseClick(button(view, "Back to the drawing"), Qt.MouseButton.LeftButton)
    assert desk.presenter.state.prompt == "the next"
    assert view.grid.zoomed is None
    desk.draw()
    qtbot.keyClick(view.grid, Qt.Key.Key_Return)
    assert view.grid.zoomed == 0
    qtbot.keyClick(view.grid, Qt.Key.Key_Escape)
    assert view.grid.zoomed is None


def test_every_picture_tells_its_prompt_and_state_to_those_who_do_not_see_it(desk, view: RunView, qtbot) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 9)
    qtbot.keyClick(view.grid, Qt.Key.Key_End)
    assert view.grid.accessibleDescription() == "Picture 4 of 4, seed 10, a lion at night, row 2 of 4"
    desk.draw()
    said = view.grid.accessibleDescription()
    assert said.startswith("Picture 4 of 4, seed 10, a lion at night, finished, likelihood gain ")


def test_a_screen_reader_finds_every_picture_as_its_own(desk, view: RunView, qtbot: QtBot) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 9)
    grid = QAccessible.queryAccessibleInterface(view.grid)
    assert (grid.role(), grid.childCount()) == (QAccessible.Role.List, 4)
    pictures = [grid.child(index) for index in range(4)]
    names = [picture.text(QAccessible.Text.Name) for picture in pictures]
    assert names[1] == "Picture 2 of 4, seed 8, a lion at night, row 2 of 4"
    centre = pictures[2].rect().center()
    assert centre == view.grid.mapToGlobal(rect(view, 2).center())
    found = grid.childAt(centre.x(), centre.y())
    assert grid.indexOfChild(found) == 2
    assert found.parent().childCount() == 4
    desk.draw()
    desk.begin(1)
    assert grid.childCount() == 1
    assert not pictures[2].isValid()
    assert grid.child(2) is None
    desk.draw()


def test_the_menu_offers_what_makes_sense(desk, view: RunView, qtbot: QtBot) -> None:
    def offered(index: int) -> dict[str, QMenu]:
        view.grid.menu_requested.emit(index, QPoint(5, 5))
        menu = QApplication.activePopupWidget()
        found = {action.text(): action for action in menu.actions() if action.text()}
        menu.close()
        return found

    desk.begin(2)
    desk.draw_tokens(2 * 6)
    while_drawing = offered(0)
    assert "Draw again with another seed" in while_drawing
    assert not while_drawing["Show in folder"].isEnabled()
    desk.draw()
    folders = noted(desk.acts.show_in_folder_requested)
    done = offered(1)
    assert "Draw again with another seed" not in done
    done["Show in folder"].trigger()
    done["Copy seed"].trigger()
    done["Copy picture"].trigger()
    assert folders == [(desk.presenter.cells[1].kept.path,)]
    assert QGuiApplication.clipboard().image().size() == desk.presenter.image(1).size()


def test_lost_pictures_say_so_in_place(desk, view: RunView) -> None:
    record = desk.stored()
    desk.presenter.leave(record.id)
    record.images[0].path.unlink()
    desk.presenter.show_record(record)
    desk.background.work()
    assert desk.presenter.cells[0].stage is CellStage.UNREADABLE
    view.grid.setFocus()
    assert "its file cannot be read" in view.grid.accessibleDescription()
    assert (
        len(
            {view.grid.grab().toImage().pixel(x, rect(view, 0).center().y() + 14) for x in range(rect(view, 0).width())}
        )
        > 2
    )


def test_a_real_decode_fades_in_and_settles(desk, view: RunView, theme: Theme, qtbot: QtBot) -> None:
    theme.set_reduced_motion(False)
    desk.begin(1)
    desk.draw(lambda event: isinstance(event, Progress) and event.done >= 13)
    view.grid.grab()
    desk.draw(lambda event: isinstance(event, ImageFinished))
    assert view.grid._faces[0].fading
    qtbot.waitUntil(lambda: not view.grid._faces[0].fading, timeout=5000)
    desk.draw()
    assert not view.grid._timer.isActive()


def test_only_the_picture_that_changed_is_painted(desk, view: RunView, qtbot: QtBot, monkeypatch) -> None:
    desk.begin(4)
    desk.draw_tokens(4 * 6)
    QApplication.processEvents()
    painted: list[int] = []
    paint = PictureGrid._paint_cell

    def noting(grid, painter, index, square):
        painted.append(index)
        paint(grid, painter, index, square)

    monkeypatch.setattr(PictureGrid, "_paint_cell", noting)
    cell = desk.presenter.cells[2]
    view.set_cell(replace(cell, rejecting=True))
    QApplication.processEvents()
    assert painted == [2]
    desk.draw()


def test_time_left_is_said_in_words() -> None:
    state = RunState(id="1", prompt="", image_count=9, phase=RunPhase.DRAWING, stage="drawing", can_stop=True)
    progress = RunProgress(tokens_done=1584, tokens_total=2304, lowest_row=11, highest_row=11, rows_total=16)
    assert words.progress_line(state, progress) == "Row 11 of 16 · 1,584 of 2,304 tokens"
    assert words.time_line(state, replace(progress, seconds_left=1.7)) == "about 2 s left"
    assert words.time_line(state, replace(progress, seconds_left=200.0)) == "about 3 min left"
    lagging = replace(progress, lowest_row=2)
    assert words.progress_line(state, lagging).startswith("Rows 2 to 11 of 16")
    short = replace(state, batch=4)
    assert words.progress_line(short, progress).endswith("memory ran short: 4 pictures at a time")


def test_examples_are_chosen_by_hand_and_key(theme: Theme, qtbot: QtBot, tmp_path: Path) -> None:
    pictures = []
    for name, colour in (("one", "red"), ("two", "blue"), ("three", "lime")):
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        image.fill(QColor(colour))
        image.save(str(tmp_path / f"{name}.png"))
        pictures.append(Example(prompt=name, seed=2**40, picture=tmp_path / f"{name}.png"))
    page = EmptyPage(theme, pictures)
    qtbot.addWidget(page)
    page.resize(700, 600)
    page.show()
    chosen = noted(page.example_chosen)
    assert not page.cards  # the page does not wait for its pictures
    qtbot.waitUntil(lambda: len(page.cards) == len(pictures))
    card = page.cards[1]
    assert card.grab().toImage().pixelColor(card.width() // 2, card.width() // 2).name() == "#0000ff"
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    page.cards[2].setFocus()
    qtbot.keyClick(page.cards[2], Qt.Key.Key_Space)
    assert chosen == [("two", 2**40), ("three", 2**40)]
    page.resize(330, 600)
    qtbot.waitUntil(lambda: all(one.mapTo(page, QPoint(one.width(), 0)).x() <= page.width() for one in page.cards))


def test_a_saved_picture_is_dragged_out_as_its_file(desk, view: RunView, qtbot: QtBot, monkeypatch) -> None:
    carried: list[list[str]] = []
    # The real one waits for a drop that no test can make.
    monkeypatch.setattr(
        QDrag, "exec", lambda drag, _action: carried.append([url.toLocalFile() for url in drag.mimeData().urls()])
    )
    asked = noted(desk.acts.cell_asked)
    desk.begin(4)
    desk.draw()
    begin = rect(view, 3).center()
    qtbot.mousePress(view.grid, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(view.grid, begin + QPoint(2 * QApplication.startDragDistance(), 0))
    qtbot.mouseRelease(view.grid, Qt.MouseButton.LeftButton, pos=begin)
    assert carried == [[str(desk.presenter.cells[3].kept.path)]]
    assert asked == []
