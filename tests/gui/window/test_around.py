"""The window around the drawing: preferences, theme, folding, keys, notifications."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDesktopServices, QGuiApplication, QPalette
from PySide6.QtTest import QTest

from desktop_app.ui.notifications import Notifications

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def background(session: Session) -> str:
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).name().upper()


def test_preferences_change_the_theme_at_once_and_for_the_next_start(desk: Desk, session: Session) -> None:
    dialog = session.preferences()
    dialog.setting_changed.emit("theme", "dark")
    assert session.theme.is_dark
    dark = background(session)
    dialog.setting_changed.emit("theme", "light")
    assert not session.theme.is_dark
    assert background(session) != dark
    dialog.setting_changed.emit("theme", "dark")
    dialog.close()
    session.close()
    session = desk.open()
    assert session.theme.is_dark
    assert background(session) == dark


def test_the_header_toggles_the_theme(desk: Desk, session: Session) -> None:
    was = session.theme.is_dark
    session.press(session.program.around.header.theme_button)
    assert session.theme.is_dark is not was
    session.press(session.program.around.header.theme_button)
    assert session.theme.is_dark is was
    session.close()
    assert desk.open().theme.is_dark is was


def test_other_preferences_act_at_once(session: Session) -> None:
    dialog = session.preferences()
    dialog.setting_changed.emit("image_count", 16)
    assert session.panel.count.value == 16
    dialog.setting_changed.emit("model", "slow")
    session.until(lambda: session.heard.states[-1].facts and session.heard.states[-1].facts.model_id == "slow")
    dialog.setting_changed.emit("keep_prompt_history", False)
    session.draw("a fox", image_count=1)
    assert not session.paths.history_file.exists()
    session.press(dialog.close_button)
    assert not dialog.isVisible()


@pytest.mark.parametrize(("width", "fields", "panel"), [(1600, False, False), (1024, False, True), (800, True, True)])
def test_what_does_not_fit_folds_away(session: Session, width: int, fields: bool, panel: bool) -> None:
    session.window.resize(width, 700)
    header = session.program.around.header
    assert session.window.size() == QSize(width, 700)
    assert header.fields_button.isVisible() is fields
    assert header.panel_button.isVisible() is panel
    assert session.panel.isVisible() is not fields
    assert session.side.isVisible() is not panel
    session.draw(image_count=4)
    assert session.view.grid.square(3).width() > 100


def test_a_drawer_opens_over_the_drawing_and_escape_closes_it(session: Session) -> None:
    session.window.resize(1024, 700)
    header = session.program.around.header
    session.press(header.panel_button)
    assert session.side.isVisible()
    assert session.side.recent.isVisible()
    QTest.keyClick(session.side.parentWidget(), Qt.Key.Key_Escape)
    assert not session.side.isVisible()
    assert not header.panel_button.isChecked()
    session.window.resize(1600, 1000)
    assert session.side.isVisible()


def test_the_keys_do_not_need_the_panel(session: Session) -> None:
    """Ctrl+L with the fields folded away: the drawer comes, the prompt has the focus."""
    session.window.resize(800, 700)
    assert not session.panel.isVisible()
    session.key("Ctrl+L")
    assert session.panel.isVisible()
    assert session.panel.prompt.hasFocus()


def test_a_finished_run_is_told_when_the_window_is_in_the_background(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(Notifications, "show", lambda _self, title, text: told.append((title, text)))
    session.draw("in front", image_count=1)
    assert told == []
    monkeypatch.setattr(session.window, "isActiveWindow", lambda: False)
    session.draw("behind", image_count=1)
    session.until(lambda: told)
    assert told == [("The pictures are ready", "behind")]
    session.program.services.preferences.change("notify_when_finished", False)
    session.draw("told off", image_count=1)
    assert len(told) == 1


def test_the_pictures_folder_is_opened_from_its_message(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    dialog = session.preferences()
    session.press(dialog.logs_button)
    assert opened == [str(session.paths.logs)]
    dialog.close()
