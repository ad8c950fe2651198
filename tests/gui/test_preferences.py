"""Every declared preference can be seen, changed by hand, heard at once, and refused in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.core.settings.preference import Kind
from desktop_app.core.settings.settings import PREFERENCES, Settings
from desktop_app.ui.controls.folder_field import FolderField
from desktop_app.ui.preferences_dialog import PreferencesDialog
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import DARK, LIGHT


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    theme = Theme("light")
    theme.set_reduced_motion(True)
    return theme


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> PreferencesDialog:
    dialog = PreferencesDialog(theme)
    qtbot.addWidget(dialog)
    dialog.show_models([("starter", "Starter"), ("mini", "DALL·E Mini")])
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def heard(dialog: PreferencesDialog) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    dialog.setting_changed.connect(lambda key, value: told.append((key, value)))
    return told


def folder_field(dialog: PreferencesDialog, key: str) -> FolderField:
    control = dialog.rows[key].control
    assert isinstance(control, FolderField)
    return control


def test_every_preference_is_there_with_its_meaning(dialog: PreferencesDialog) -> None:
    assert list(dialog.rows) == [preference.key for preference in PREFERENCES]
    for row in dialog.rows.values():
        assert row.control.accessibleName()
        assert row.control.accessibleDescription()
        assert row.error == ""
        assert row.control.focusPolicy() & Qt.FocusPolicy.TabFocus or row.control.focusProxy()
    assert not dialog.isModal()


def test_showing_settings_tells_nothing(dialog: PreferencesDialog, tmp_path: Path) -> None:
    told = heard(dialog)
    dialog.show_settings(
        Settings(theme="dark", image_count=16, notify_when_finished=False, pictures_folder=str(tmp_path), model="gone")
    )
    assert told == []
    combo = dialog.rows["theme"].control
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "dark"
    model = dialog.rows["model"].control
    assert isinstance(model, QComboBox)
    assert model.currentData() == "gone"  # not installed any more, and still the choice
    assert not dialog.rows["notify_when_finished"].control.isChecked()  # type: ignore[attr-defined]
    assert folder_field(dialog, "pictures_folder").path.text() == str(tmp_path)


@pytest.mark.parametrize("key", [one.key for one in PREFERENCES if one.kind is Kind.CHOICE])
def test_every_choice_can_be_taken_by_keyboard(dialog: PreferencesDialog, qtbot: QtBot, key: str) -> None:
    told = heard(dialog)
    row = dialog.rows[key]
    values = [choice.value for choice in row.preference.choices]
    row.control.setFocus()
    qtbot.keyClick(row.control, Qt.Key.Key_Home)
    told.clear()
    for _ in values[1:]:
        qtbot.keyClick(row.control, Qt.Key.Key_Down)
    assert told == [(key, value) for value in values[1:]]


@pytest.mark.parametrize("key", [one.key for one in PREFERENCES if one.kind is Kind.SWITCH])
def test_every_switch_can_be_turned(dialog: PreferencesDialog, qtbot: QtBot, key: str) -> None:
    told = heard(dialog)
    row = dialog.rows[key]
    qtbot.mouseClick(row.control, Qt.MouseButton.LeftButton)
    row.control.setFocus()
    qtbot.keyClick(row.control, Qt.Key.Key_Space)
    assert told == [(key, not row.preference.default), (key, row.preference.default)]


def test_a_model_is_chosen_from_those_installed(dialog: PreferencesDialog, qtbot: QtBot) -> None:
    told = heard(dialog)
    combo = dialog.rows["model"].control
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert told == [("model", "mini")]
    dialog.show_models([("mini", "DALL·E Mini"), ("mega", "DALL·E Mega")])
    assert isinstance(combo, QComboBox)
    assert combo.currentData() == "mini"
    assert told == [("model", "mini")]


def test_a_folder_is_typed_and_given_back(dialog: PreferencesDialog, qtbot: QtBot, tmp_path: Path) -> None:
    told = heard(dialog)
    dialog.show_usual_folders({"pictures_folder": "/usual"})
    field = folder_field(dialog, "pictures_folder")
    assert field.path.placeholderText() == "/usual"
    assert not field.reset_button.isVisible()
    field.path.setFocus()
    qtbot.keyClicks(field.path, str(tmp_path))
    assert told == []
    qtbot.keyClick(field.path, Qt.Key.Key_Return)
    assert told == [("pictures_folder", str(tmp_path))]
    assert dialog.isVisible()  # Enter pressed no button
    qtbot.mouseClick(field.reset_button, Qt.MouseButton.LeftButton)
    assert told[-1] == ("pictures_folder", "")


def test_a_folder_is_browsed_for_without_standing_in_the_way(
    dialog: PreferencesDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    told = heard(dialog)
    field = folder_field(dialog, "models_folder")
    qtbot.mouseClick(field.browse_button, Qt.MouseButton.LeftButton)
    (browser,) = field.findChildren(QFileDialog)
    browser.fileSelected.emit(str(tmp_path))
    browser.close()
    assert told == [("models_folder", str(tmp_path))]


@pytest.mark.parametrize("junk", ["relative/folder", "x" * 5000])
def test_a_bad_folder_is_refused_beside_its_field(dialog: PreferencesDialog, qtbot: QtBot, junk: str) -> None:
    told = heard(dialog)
    row, field = dialog.rows["models_folder"], folder_field(dialog, "models_folder")
    field.path.setFocus()
    field.path.insert(junk)
    qtbot.keyClick(field.path, Qt.Key.Key_Return)
    assert told == []
    assert "whole path" in row.error
    assert field.path.property("invalid")
    assert field.path.text() == junk
    dialog.show_settings(Settings())
    assert row.error == ""
    assert not field.path.property("invalid")


def test_others_can_say_what_is_wrong(dialog: PreferencesDialog) -> None:
    dialog.show_error("pictures_folder", "Pictures cannot be saved there.")
    assert dialog.rows["pictures_folder"].error == "Pictures cannot be saved there."


def test_the_theme_is_worn_at_once(dialog: PreferencesDialog, qtbot: QtBot, theme: Theme) -> None:
    dialog.setting_changed.connect(lambda key, value: theme.set_mode(value) if key == "theme" else None)
    switch = dialog.rows["inhibit_sleep"].control

    def groove() -> QColor:
        image = switch.grab().toImage()
        return image.pixelColor(image.width() * 10 // 48, image.height() // 2)

    assert groove() == QColor(LIGHT.accent)
    dialog.rows["theme"].control.setFocus()
    qtbot.keyClick(dialog.rows["theme"].control, Qt.Key.Key_End)
    assert theme.is_dark
    assert groove() == QColor(DARK.accent)


def test_scrolling_past_changes_nothing(dialog: PreferencesDialog) -> None:
    told = heard(dialog)
    dialog.close_button.setFocus()
    for row in dialog.rows.values():
        turn(row.control)
    assert told == []


def turn(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    no_button, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    begin = Qt.ScrollPhase.NoScrollPhase
    where = widget.mapToGlobal(middle)
    QApplication.sendEvent(
        widget, QWheelEvent(middle, where, QPoint(), QPoint(0, -120), no_button, no_key, begin, False)
    )


def test_forgetting_is_asked_for_first(dialog: PreferencesDialog, qtbot: QtBot) -> None:
    forgotten: list[bool] = []
    dialog.forget_history_requested.connect(lambda: forgotten.append(True))
    qtbot.mouseClick(dialog.forget_button, Qt.MouseButton.LeftButton)
    box = only_box(dialog)
    assert box.defaultButton().text() == "Keep"
    qtbot.mouseClick(box.defaultButton(), Qt.MouseButton.LeftButton)
    assert forgotten == []
    qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))
    qtbot.mouseClick(dialog.forget_button, Qt.MouseButton.LeftButton)
    (forget,) = (button for button in only_box(dialog).findChildren(QPushButton) if button.text() == "Forget")
    qtbot.mouseClick(forget, Qt.MouseButton.LeftButton)
    assert forgotten == [True]
    qtbot.waitUntil(lambda: not dialog.findChildren(QMessageBox))


def only_box(dialog: PreferencesDialog) -> QMessageBox:
    (box,) = dialog.findChildren(QMessageBox)
    return box


def test_the_other_buttons_are_told(dialog: PreferencesDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.log_folder_requested, timeout=1000):
        qtbot.mouseClick(dialog.logs_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.defaults_requested, timeout=1000):
        qtbot.mouseClick(dialog.defaults_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_nothing_is_cut_in_a_narrow_window(dialog: PreferencesDialog) -> None:
    dialog.resize(420, 500)
    QApplication.processEvents()
    for row in dialog.rows.values():
        assert row.control.width() >= row.control.minimumSizeHint().width()
        assert row.mapTo(dialog, row.rect().topRight()).x() < dialog.width()


def test_importing_it_does_not_import_superqt() -> None:
    """The window's first paint must not wait for it."""
    code = "import sys, desktop_app.ui.preferences_dialog; print('superqt' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
