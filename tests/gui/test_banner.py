"""Notices are shown, acted on and dismissed; the newest first, three at most, never in the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPropertyAnimation, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QBoxLayout, QDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.advice import Action, Level
from desktop_app.core.faults import Fault
from desktop_app.core.notices import Notice, NoticeBoard
from desktop_app.ui.banner import Banner
from desktop_app.ui.notice_row import NARROW
from desktop_app.ui.theme.motion import LONGEST
from desktop_app.ui.theme.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme("light")
    theme.set_reduced_motion(True)
    return theme


@pytest.fixture
def board() -> NoticeBoard:
    return NoticeBoard()


@pytest.fixture
def banner(qtbot: QtBot, theme: Theme, board: NoticeBoard) -> Iterator[Banner]:
    """A banner in a window, joined to a board as the program joins them."""
    window = QWidget()
    qtbot.addWidget(window)
    banner = Banner(theme)
    layout = QVBoxLayout(window)
    layout.addWidget(banner)
    layout.addStretch()
    window.resize(1000, 500)
    window.show()
    unsubscribe = board.subscribe(banner.show_notices)
    banner.dismissed.connect(board.dismiss)
    yield banner
    unsubscribe()


def fault(code: str, **parameters: object) -> Fault:
    return Fault(code=code, parameters=parameters, details="the traceback")


def sentences(banner: Banner) -> list[str]:
    return [row.sentence.text() for row in banner.rows]


def test_nothing_to_say_takes_no_room(banner: Banner, board: NoticeBoard) -> None:
    assert not banner.isVisible()
    board.post_fault(fault("engine_not_ready"))
    assert banner.isVisible()
    board.dismiss("engine_not_ready")
    assert not banner.isVisible()


def test_a_notice_says_what_happened_and_what_to_do(banner: Banner, board: NoticeBoard) -> None:
    board.post_fault(fault("out_of_memory", device="cpu", batch=9))
    (row,) = banner.rows
    assert row.sentence.text() == "There is not enough memory on cpu to draw 9 at once."
    assert "fewer pictures" in row.advice.text()
    assert row.accessibleName() == row.sentence.text()
    assert row.accessibleDescription() == row.advice.text()
    assert not isinstance(row.window(), QDialog)


def test_words_of_strangers_are_never_markup(banner: Banner, board: NoticeBoard) -> None:
    board.post_fault(fault("not_a_picture", file="<img src='x'>.png", reason="<b>damaged</b>"))
    (row,) = banner.rows
    assert row.sentence.textFormat() == Qt.TextFormat.PlainText
    assert "<img src='x'>.png" in row.sentence.text()


def test_the_newest_come_first_and_three_at_most(banner: Banner, board: NoticeBoard, qtbot: QtBot) -> None:
    codes = ["engine_not_ready", "newer_settings", "newer_presets", "cancelled", "crash_reported"]
    for code in codes:
        board.post_fault(fault(code))
    first = [row.notice.code for row in banner.rows]
    assert first == ["crash_reported", "cancelled", "newer_presets"]
    assert banner.more_button.isVisible()
    assert banner.more_button.text() == "2 more"
    qtbot.mouseClick(banner.more_button, Qt.MouseButton.LeftButton)
    assert [row.notice.code for row in banner.rows] == ["newer_settings", "engine_not_ready"]
    qtbot.mouseClick(banner.more_button, Qt.MouseButton.LeftButton)
    assert [row.notice.code for row in banner.rows] == first
    board.dismiss("cancelled")
    board.dismiss("crash_reported")
    assert not banner.more_button.isVisible()
    assert len(banner.rows) == 3


def test_rows_stand_in_the_layout_in_their_order(banner: Banner, board: NoticeBoard) -> None:
    for code in ("engine_not_ready", "newer_settings", "newer_presets"):
        board.post_fault(fault(code))
    QApplication.processEvents()
    tops = [row.geometry().top() for row in banner.rows]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3


def test_those_that_stand_do_not_move_or_flicker(banner: Banner, board: NoticeBoard) -> None:
    board.post_fault(fault("engine_not_ready"))
    (standing,) = banner.rows
    board.post_fault(fault("newer_settings"))
    assert banner.rows[1] is standing
    board.post_fault(fault("cancelled", done=1, total=9))
    board.post_fault(fault("cancelled", done=2, total=9))
    assert sentences(banner)[0] == "Stopped after 2 of 9 pictures."
    assert len(banner.rows) == 3


def test_dismissing_by_mouse_and_keyboard(banner: Banner, board: NoticeBoard, qtbot: QtBot) -> None:
    board.post_fault(fault("engine_not_ready"))
    board.post_fault(fault("newer_settings"))
    qtbot.mouseClick(banner.rows[0].close_button, Qt.MouseButton.LeftButton)
    assert [notice.code for notice in board.notices] == ["engine_not_ready"]
    qtbot.keyClick(banner.rows[0].close_button, Qt.Key.Key_Escape)
    assert board.notices == ()
    assert not banner.isVisible()


def test_copied_details_hold_the_sentence_and_no_prompt(banner: Banner, board: NoticeBoard, qtbot: QtBot) -> None:
    board.post_fault(fault("engine_died", exit_code=-9, signal="SIGKILL"), prompt="a secret fox")
    (row,) = banner.rows
    button = row.buttons[Action.COPY_DETAILS]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.splitlines() == [row.sentence.text(), "[engine_died]", "the traceback"]
    assert "fox" not in copied
    assert button.text() == "Copied"


def test_other_buttons_are_told(banner: Banner, board: NoticeBoard, qtbot: QtBot) -> None:
    told: list[tuple[Action, Notice]] = []
    banner.action_requested.connect(lambda action, notice: told.append((action, notice)))
    board.post_fault(fault("engine_died"))
    (row,) = banner.rows
    qtbot.mouseClick(row.buttons[Action.RETRY], Qt.MouseButton.LeftButton)
    assert told == [(Action.RETRY, row.notice)]
    assert board.notices  # acting is not reading


@pytest.mark.parametrize("level", list(Level))
def test_every_level_has_a_sign(banner: Banner, level: Level) -> None:
    banner.show_notices([Notice(level=level, code="engine_not_ready")])
    assert not banner.rows[0]._sign.pixmap().isNull()


def test_where_it_is_narrow_the_buttons_go_below(banner: Banner, board: NoticeBoard) -> None:
    board.post_fault(fault("pictures_unwritable", file="/mnt/pictures", reason="Permission denied"))
    (row,) = banner.rows
    assert row.width() >= NARROW
    assert row._body.direction() == QBoxLayout.Direction.LeftToRight
    banner.window().resize(600, 500)
    QApplication.processEvents()
    assert row._body.direction() == QBoxLayout.Direction.TopToBottom
    assert all(row.rect().contains(button.geometry()) for button in row.buttons.values())
    assert row.sentence.height() >= row.sentence.heightForWidth(row.sentence.width())


def test_a_notice_slides_in_and_then_stands_free(
    banner: Banner, board: NoticeBoard, theme: Theme, qtbot: QtBot
) -> None:
    theme.set_reduced_motion(False)
    board.post_fault(fault("engine_not_ready"))
    (row,) = banner.rows
    (opening,) = row.findChildren(QPropertyAnimation)
    assert opening.duration() <= LONGEST <= 150
    with qtbot.waitSignal(opening.finished, timeout=5000):
        assert row.maximumHeight() < row.sizeHint().height()
    assert row.maximumHeight() > 10_000


def test_nothing_moves_where_nothing_may(banner: Banner, board: NoticeBoard) -> None:
    board.post_fault(fault("engine_not_ready"))
    (row,) = banner.rows
    assert row.findChildren(QPropertyAnimation) == []
    assert row.maximumHeight() > 10_000


def test_a_dismissed_notice_hears_no_more_of_the_theme(banner: Banner, board: NoticeBoard, theme: Theme) -> None:
    board.post_fault(fault("engine_not_ready"))
    (row,) = banner.rows
    gone: list[bool] = []
    row.destroyed.connect(lambda: gone.append(True))
    board.dismiss("engine_not_ready")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert gone == [True]
    theme.set_mode("dark")  # an exception in a slot fails the test
