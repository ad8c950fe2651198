"""The prompt box, the line under it, and the page that folds, in real widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.installed_models import list_models
from desktop_app.core.prompts.reader import PromptReader
from desktop_app.ui.create.create_page import CreatePage
from desktop_app.ui.create.prompt_box import PromptBox
from desktop_app.ui.create.reading_line import ReadingLine
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def box(qtbot: QtBot) -> PromptBox:
    box = PromptBox()
    qtbot.addWidget(box)
    box.resize(300, box.sizeHint().height())
    box.show()
    qtbot.waitExposed(box)
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    return box


@pytest.fixture(scope="module")
def reader() -> PromptReader:
    folders = list_models(None)[0].folders
    assert folders is not None
    return PromptReader(folders)


def test_control_enter_draws_and_enter_does_not(box: PromptBox, qtbot: QtBot) -> None:
    qtbot.keyClicks(box, "a fox")
    with qtbot.assertNotEmitted(box.draw_requested):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    with qtbot.waitSignal(box.draw_requested):
        qtbot.keyClick(box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert box.prompt == "a fox\n"


def test_arrows_step_only_at_the_first_and_last_line(box: PromptBox, qtbot: QtBot) -> None:
    steps: list[int] = []
    box.step_requested.connect(steps.append)
    box.set_prompt("one\ntwo")
    qtbot.keyClick(box, Qt.Key.Key_Up)  # from the second line to the first
    assert not steps
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert steps == [-1, 1]


def test_a_suggestion_is_taken_with_tab_and_left_with_escape(box: PromptBox, qtbot: QtBot) -> None:
    asked: list[tuple[str, int]] = []
    box.completion_wanted.connect(lambda text, at: asked.append((text, at)))
    qtbot.keyClicks(box, "a pen")
    assert asked[-1] == ("a pen", 5)
    box.offer(["penguin", "penguins"], 2)
    popup = box._popup
    assert popup.isVisible()
    qtbot.keyClick(popup, Qt.Key.Key_Tab)
    assert (box.prompt, popup.isVisible()) == ("a penguin", False)
    box.offer(["penguin"], 2)
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert (box.prompt, popup.isVisible()) == ("a penguin", False)


def test_an_unchosen_suggestion_never_takes_the_enter_key(box: PromptBox, qtbot: QtBot) -> None:
    qtbot.keyClicks(box, "a pen")
    box.offer(["penguin"], 2)
    with qtbot.waitSignal(box.draw_requested):
        qtbot.keyClick(box._popup, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert box.prompt == "a pen"


def test_a_prompt_put_in_can_be_undone(box: PromptBox, qtbot: QtBot) -> None:
    qtbot.keyClicks(box, "mine")
    box.set_prompt("an earlier one")
    box.undo()
    assert box.prompt == "mine"


def test_the_box_grows_with_its_text(box: PromptBox, qtbot: QtBot) -> None:
    before = box.sizeHint().height()
    box.set_prompt("a long prompt " * 20)
    qtbot.waitUntil(lambda: box.sizeHint().height() > before)


def labels(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_line_says_what_is_unknown_and_what_is_cut(reader: PromptReader, qtbot: QtBot) -> None:
    line = ReadingLine(Theme("light"))
    qtbot.addWidget(line)
    line.show_reading(reader.read("a fox on the moon"))
    verdict, count, text = labels(line)
    assert verdict == "The model knows every word"
    assert count.endswith("of 32 tokens")
    assert "fox" in text
    line.show_reading(reader.read("a fox and a <b>zeppelin</b>"))
    verdict, _, text = labels(line)
    assert "“zeppelin”" in verdict
    assert "<b>" not in text
    assert "underline" in text
    line.show_reading(reader.read("a fox in the snow " * 30))
    verdict, count, text = labels(line)
    assert verdict.startswith("Too long")
    assert "line-through" in text
    line.show_reading(None)
    assert labels(line)[1] == ""


def test_side_panels_fold_away_and_lie_over_the_drawing(qtbot: QtBot) -> None:
    fields, drawing, side = QLabel("fields"), QLabel("drawing"), QLabel("side")
    page = CreatePage(fields, drawing, side)
    qtbot.addWidget(page)
    page.resize(1600, 900)
    page.show()
    qtbot.waitExposed(page)
    assert fields.isVisible()
    assert side.isVisible()
    with qtbot.waitSignal(page.folded_changed) as folded:
        page.resize(1024, 700)
    assert folded.args == [False, True]
    assert fields.isVisible()
    assert not side.isVisible()
    page.show_drawer("panel", shown=True)
    assert side.isVisible()
    assert side.mapTo(page, side.rect().topRight()).x() > 1000
    with qtbot.waitSignal(page.drawer_closed):
        qtbot.keyClick(side.parentWidget(), Qt.Key.Key_Escape)
    assert not side.isVisible()
    page.resize(800, 700)
    assert not fields.isVisible()
    page.resize(1600, 900)
    assert [page.splitter.indexOf(widget) for widget in (fields.window(), drawing)] == [-1, 1]
    assert fields.isVisible()
    assert side.isVisible()
