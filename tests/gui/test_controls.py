"""Every control by mouse, keyboard and hand-typed text; what the program sets is never taken for the person's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.controls.chip import Chip, StateChip
from desktop_app.ui.controls.eliding_label import ElidingLabel, plain_tooltip
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.controls.section import Section
from desktop_app.ui.controls.seed_field import SeedField
from desktop_app.ui.controls.segmented import SegmentedControl
from desktop_app.ui.controls.setting_slider import SettingSlider
from desktop_app.ui.controls.slider_scale import OFF_PLACE, PLACES, SliderScale
from desktop_app.ui.theme.theme import Theme
from model_runtime.request import DRAWN_SEEDS, MAX_SEED

TEMPERATURE = SliderScale(lowest=0.1, highest=2.0, decimals=2, step=0.05)
TOP_K = SliderScale(lowest=1, highest=16_384, decimals=0, step=1.25, logarithmic=True, may_be_off=True)
TOP_P = SliderScale(lowest=0.05, highest=1.0, decimals=2, step=0.01, may_be_off=True)
SCALES = [TEMPERATURE, TOP_K, TOP_P]
C = QLocale(QLocale.Language.C)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme("light")


_OPEN: list[QWidget] = []
"""Windows of the test that runs: qtbot keeps no more than a weak reference."""


@pytest.fixture(autouse=True)
def windows_are_held() -> Iterator[None]:
    yield
    _OPEN.clear()


def shown(qtbot: QtBot, *widgets: QWidget, width: int = 320) -> QWidget:
    """The widgets in a window of their own, which is open and active."""
    window = QWidget()
    _OPEN.append(window)
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch()
    window.resize(width, 240)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def heard(signal: object) -> list[object]:
    """What a signal tells from now on."""
    told: list[object] = []
    signal.connect(told.append)  # type: ignore[attr-defined]
    return told


# the scale


@given(place=st.integers(0, PLACES), scale=st.sampled_from(SCALES))
def test_a_place_and_its_value_belong_together(place: int, scale: SliderScale) -> None:
    value = scale.value_at(place)
    assert value is not None
    assert scale.lowest <= value <= scale.highest
    assert scale.value_at(scale.place_of(value)) == pytest.approx(value, rel=0.02)


@given(scale=st.sampled_from(SCALES), places=st.tuples(st.integers(0, PLACES), st.integers(0, PLACES)))
def test_further_right_is_never_less(scale: SliderScale, places: tuple[int, int]) -> None:
    left, right = sorted(places)
    assert scale.value_at(left) <= scale.value_at(right)  # type: ignore[operator]


@pytest.mark.parametrize("scale", SCALES)
def test_the_ends_are_exact(scale: SliderScale) -> None:
    assert scale.value_at(0) == scale.lowest
    assert scale.value_at(PLACES) == scale.highest
    assert scale.place_of(scale.highest * 10) == PLACES
    assert scale.place_of(scale.lowest / 10) == 0


@pytest.mark.parametrize("lowest, highest, logarithmic", [(1, 1, False), (2, 1, False), (0, 1, True)])
def test_a_scale_without_extent_is_refused(lowest: float, highest: float, logarithmic: bool) -> None:
    with pytest.raises(ValueError, match="no scale"):
        SliderScale(lowest=lowest, highest=highest, decimals=2, step=1, logarithmic=logarithmic)


def test_off_lies_past_the_highest() -> None:
    assert TOP_K.last_place == TOP_K.place_of(None) == OFF_PLACE
    assert TOP_K.value_at(OFF_PLACE) is None
    assert TEMPERATURE.last_place == PLACES
    assert TEMPERATURE.value_at(OFF_PLACE) == TEMPERATURE.highest


def test_a_logarithmic_middle_is_the_geometric_mean() -> None:
    assert TOP_K.value_at(PLACES // 2) == 128
    assert isinstance(TOP_K.value_at(PLACES // 2), int)


def test_steps_always_move_until_the_end() -> None:
    value: float | int | None = TOP_K.lowest
    for _ in range(60):
        higher = TOP_K.stepped(value, 1)
        if value is None:
            assert higher is None
            break
        assert higher is None or higher > value
        value = higher
    assert value is None
    assert TOP_K.stepped(None, -1) == 16_384
    assert TOP_K.stepped(1, -1) == 1
    assert TEMPERATURE.stepped(1.0, 1) == pytest.approx(1.05)
    assert TEMPERATURE.stepped(2.0, 1) == 2.0


@given(scale=st.sampled_from(SCALES), place=st.integers(0, PLACES), name=st.sampled_from(["C", "de_DE", "fr_FR"]))
def test_what_is_shown_can_be_typed_back(scale: SliderScale, place: int, name: str) -> None:
    locale = QLocale(name)
    value = scale.value_at(place)
    assert value is not None
    assert scale.parse(scale.text_of(value, locale), locale) == value


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1e999", "-1", "0", "99999", "2.5", "1,5,5", "٣"])
def test_what_is_no_number_of_the_scale_is_none(text: str) -> None:
    assert TOP_K.parse(text, C) is None


def test_a_point_is_understood_where_a_comma_is_usual() -> None:
    german = QLocale("de_DE")
    assert TEMPERATURE.parse("0,75", german) == 0.75
    assert TEMPERATURE.parse("0.75", german) == 0.75


def test_a_finer_value_is_shown_as_it_is() -> None:
    assert TEMPERATURE.text_of(1.0, C) == "1.00"
    assert TEMPERATURE.text_of(0.925, C) == "0.925"


# the setting slider


@pytest.fixture
def temperature(theme: Theme) -> SettingSlider:
    return SettingSlider(theme, title="Temperature", sentence="Higher dares more.", scale=TEMPERATURE, default=1.0)


@pytest.fixture
def top_k(theme: Theme) -> SettingSlider:
    return SettingSlider(theme, title="Top-k", sentence="So many stay.", scale=TOP_K, default=256)


def test_what_the_program_sets_is_not_an_edit(qtbot: QtBot, top_k: SettingSlider) -> None:
    shown(qtbot, top_k)
    edits, changes = heard(top_k.edited), heard(top_k.value_changed)
    for value in (257, 3, None, 100_000):
        top_k.set_value(value)
        assert top_k.value == value  # also where the handle can only come near
    top_k.set_scale(SliderScale(lowest=1, highest=64, decimals=0, step=1.25, logarithmic=True, may_be_off=True))
    top_k.set_default(None)
    assert edits == []
    assert changes == [257, 3, None, 100_000]
    assert top_k.value == 100_000


def test_a_typed_number_is_taken_on_enter(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    edits = heard(temperature.edited)
    temperature.number.setFocus()
    temperature.number.selectAll()
    qtbot.keyClicks(temperature.number, "1.5")
    assert edits == []
    qtbot.keyClick(temperature.number, Qt.Key.Key_Return)
    assert edits == [1.5]
    assert temperature.slider.value() == TEMPERATURE.place_of(1.5)
    assert temperature.reset.isVisible()


@pytest.mark.parametrize("junk", ["abc", "9", "-1", "1.5.5", "💥" * 50, "NaN"])
def test_a_wrong_number_is_explained_and_changes_nothing(qtbot: QtBot, temperature: SettingSlider, junk: str) -> None:
    shown(qtbot, temperature)
    edits = heard(temperature.edited)
    temperature.number.setFocus()
    temperature.number.selectAll()
    temperature.number.insert(junk)
    qtbot.keyClick(temperature.number, Qt.Key.Key_Return)
    assert edits == []
    assert temperature.value == 1.0
    assert "0.10" in temperature.sentence
    assert "2.00" in temperature.sentence
    temperature.number.setModified(True)
    temperature.slider.setFocus()
    assert temperature.number.text() == "1.00"
    temperature.set_value(1.2)
    assert temperature.sentence == "Higher dares more."


def test_escape_gives_the_old_number_back(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    temperature.number.setFocus()
    qtbot.keyClicks(temperature.number, "77")
    qtbot.keyClick(temperature.number, Qt.Key.Key_Escape)
    assert temperature.number.text() == "1.00"


@pytest.mark.parametrize("text", ["off", "OFF", ""])
def test_off_can_be_typed(qtbot: QtBot, top_k: SettingSlider, text: str) -> None:
    shown(qtbot, top_k)
    edits = heard(top_k.edited)
    top_k.number.setFocus()
    top_k.number.selectAll()
    qtbot.keyClick(top_k.number, Qt.Key.Key_Delete)
    qtbot.keyClicks(top_k.number, text)
    qtbot.keyClick(top_k.number, Qt.Key.Key_Return)
    assert edits == [None]
    assert top_k.number.text() == "off"
    assert top_k.slider.value() == OFF_PLACE


def test_reset_shows_only_where_there_is_something_to_reset(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    edits = heard(temperature.edited)
    assert not temperature.reset.isVisible()
    temperature.set_value(1.7)
    assert temperature.reset.isVisible()
    qtbot.mouseClick(temperature.reset, Qt.MouseButton.LeftButton)
    assert temperature.value == 1.0
    assert edits == [1.0]
    assert not temperature.reset.isVisible()


def test_the_slider_goes_where_it_is_clicked_and_follows_the_mouse(qtbot: QtBot, top_k: SettingSlider) -> None:
    shown(qtbot, top_k)
    edits = heard(top_k.edited)
    slider = top_k.slider
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert top_k.value == pytest.approx(155, abs=12)  # off takes a part of the way
    qtbot.mouseMove(slider, QPoint(slider.width() - 1, 5))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 1, 5))
    assert top_k.value is None
    qtbot.mouseMove(slider, middle)
    assert top_k.value is None
    assert edits[-1] is None


@pytest.mark.parametrize(
    "key, value",
    [
        (Qt.Key.Key_Right, 1.05),
        (Qt.Key.Key_Left, 0.95),
        (Qt.Key.Key_PageUp, 1.25),
        (Qt.Key.Key_PageDown, 0.75),
        (Qt.Key.Key_Home, 0.1),
        (Qt.Key.Key_End, 2.0),
    ],
)
def test_keys_move_the_slider(qtbot: QtBot, temperature: SettingSlider, key: Qt.Key, value: float) -> None:
    shown(qtbot, temperature)
    edits = heard(temperature.edited)
    temperature.setFocus()
    assert temperature.slider.hasFocus()
    qtbot.keyClick(temperature.slider, key)
    assert edits == [pytest.approx(value)]


def test_arrows_in_the_number_step_too(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    temperature.number.setFocus()
    qtbot.keyClick(temperature.number, Qt.Key.Key_Up)
    qtbot.keyClick(temperature.number, Qt.Key.Key_Up)
    qtbot.keyClick(temperature.number, Qt.Key.Key_Down)
    assert temperature.value == pytest.approx(1.05)


def turn(widget: QWidget, degrees: int) -> bool:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, degrees),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_turns_only_what_has_the_focus(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    temperature.number.setFocus()
    assert not turn(temperature.slider, 120)
    assert temperature.value == 1.0
    temperature.slider.setFocus()
    assert turn(temperature.slider, 120)
    assert temperature.value == pytest.approx(1.05)
    for _ in range(2):  # a fine wheel adds up
        turn(temperature.slider, -60)
    assert temperature.value == pytest.approx(1.0)


def test_a_setting_can_be_heard(qtbot: QtBot, top_k: SettingSlider) -> None:
    shown(qtbot, top_k)
    for widget in (top_k, top_k.slider, top_k.number):
        assert widget.accessibleName() == "Top-k"
        assert "So many stay." in widget.accessibleDescription()
    assert "256" in top_k.slider.accessibleDescription()
    assert top_k.reset.accessibleName()


def test_the_handle_lies_over_the_tick_at_the_default(qtbot: QtBot, temperature: SettingSlider) -> None:
    shown(qtbot, temperature)
    slider = temperature.slider
    assert slider.x_of(0) < slider.x_of(slider.value()) < slider.x_of(PLACES) < slider.width()
    before = slider.grab().toImage()
    temperature.set_default(1.6)
    after = slider.grab().toImage()
    changed = {
        x for x in range(before.width()) for y in range(before.height()) if before.pixel(x, y) != after.pixel(x, y)
    }
    assert changed  # the tick went from one place to the other and nothing else did
    ratio = before.devicePixelRatio()
    places = (slider.x_of(TEMPERATURE.place_of(1.0)), slider.x_of(TEMPERATURE.place_of(1.6)))
    assert all(min(abs(x / ratio - place) for place in places) <= 3 for x in changed)


# segments


@pytest.fixture
def counts(qapp: QApplication) -> SegmentedControl:
    return SegmentedControl([(count, str(count)) for count in (1, 4, 9, 16)], "Pictures")


def test_one_segment_is_always_taken(qtbot: QtBot, counts: SegmentedControl) -> None:
    shown(qtbot, counts)
    assert counts.value == 1
    edits, changes = heard(counts.edited), heard(counts.value_changed)
    counts.set_value(9)
    assert (counts.value, edits, changes) == (9, [], [9])
    qtbot.mouseClick(counts.button(4), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(counts.button(4), Qt.MouseButton.LeftButton)
    assert (counts.value, edits, changes) == (4, [4], [9, 4])
    with pytest.raises(KeyError):
        counts.set_value(5)


def test_arrow_keys_take_the_next_segment(qtbot: QtBot, counts: SegmentedControl) -> None:
    shown(qtbot, counts)
    edits = heard(counts.edited)
    counts.set_value(4)
    counts.button(4).setFocus()
    qtbot.keyClick(counts.button(4), Qt.Key.Key_Right)
    assert (counts.value, edits) == (9, [9])
    assert counts.button(9).hasFocus()
    qtbot.keyClick(counts.button(9), Qt.Key.Key_Left)
    assert (counts.value, edits) == (4, [9, 4])


def test_segments_do_not_move_when_another_is_taken(qtbot: QtBot, counts: SegmentedControl) -> None:
    shown(qtbot, counts)
    before = [counts.button(count).geometry() for count in (1, 4, 9, 16)]
    counts.set_value(16)
    QApplication.processEvents()
    assert [counts.button(count).geometry() for count in (1, 4, 9, 16)] == before
    assert counts.button(4).accessibleName() == "Pictures: 4"


# the seed


@pytest.fixture
def seed(theme: Theme) -> SeedField:
    return SeedField(theme)


@pytest.mark.parametrize("text, value", [("0", 0), (" 7 ", 7), (str(MAX_SEED), MAX_SEED), ("007", 7)])
def test_a_seed_is_typed(qtbot: QtBot, seed: SeedField, text: str, value: int) -> None:
    shown(qtbot, seed)
    edits = heard(seed.edited)
    qtbot.keyClicks(seed.number, text)
    assert seed.seed == value
    assert edits[-1] == value
    assert seed.error == ""
    qtbot.keyClick(seed.number, Qt.Key.Key_Return)
    assert seed.number.text() == str(value)


@pytest.mark.parametrize(
    "junk", ["-1", "1.5", "seed", str(MAX_SEED + 1), "9" * 10_000, "٣", "²", "\x00", "1 2", "0x10"]
)
def test_pasted_junk_is_explained_and_changes_nothing(qtbot: QtBot, seed: SeedField, junk: str) -> None:
    shown(qtbot, seed)
    seed.set_seed(5)
    edits = heard(seed.edited)
    QGuiApplication.clipboard().setText(junk)
    seed.number.selectAll()
    seed.number.paste()
    if seed.number.text():  # the clipboard of some platforms drops control characters
        assert seed.error
        assert seed.seed == 5
        assert edits == []
    qtbot.keyClick(seed.number, Qt.Key.Key_Escape)
    assert seed.error == ""


def test_an_empty_seed_is_random(qtbot: QtBot, seed: SeedField) -> None:
    shown(qtbot, seed)
    assert seed.seed is None
    assert seed.number.placeholderText() == "random"
    assert not seed.copy.isEnabled()
    seed.set_seed(5)
    edits = heard(seed.edited)
    seed.number.selectAll()
    qtbot.keyClick(seed.number, Qt.Key.Key_Delete)
    assert edits == [None]
    assert seed.seed is None


def test_dice_lock_and_copy(qtbot: QtBot, seed: SeedField) -> None:
    shown(qtbot, seed)
    edits, locks = heard(seed.edited), heard(seed.lock_changed)
    qtbot.mouseClick(seed.dice, Qt.MouseButton.LeftButton)
    first = seed.seed
    assert first is not None
    assert 0 <= first < DRAWN_SEEDS
    qtbot.mouseClick(seed.dice, Qt.MouseButton.LeftButton)
    assert edits == [first, seed.seed]
    assert seed.seed != first
    qtbot.mouseClick(seed.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(seed.seed)
    open_name = seed.lock.accessibleName()
    qtbot.mouseClick(seed.lock, Qt.MouseButton.LeftButton)
    assert seed.locked
    assert seed.lock.accessibleName() != open_name
    seed.set_locked(False)
    assert locks == [True, False]
    assert not seed.lock.isChecked()


def test_the_programs_seed_is_not_an_edit(qtbot: QtBot, seed: SeedField) -> None:
    shown(qtbot, seed)
    edits, changes = heard(seed.edited), heard(seed.value_changed)
    seed.set_seed(MAX_SEED)
    seed.set_seed(MAX_SEED)
    seed.set_seed(None)
    assert (edits, changes) == ([], [MAX_SEED, None])


# labels, chips, buttons, sections


def test_a_long_line_is_shortened_and_told_in_the_tooltip(qtbot: QtBot) -> None:
    words = "<b>a fox</b> & a hat\non the moon" * 5
    label = ElidingLabel(words)
    shown(qtbot, label, width=200)
    whole = " ".join(words.split())
    assert label.text() == label.accessibleName() == whole
    assert label.shown_text.endswith("…")
    assert "&lt;b&gt;" in label.toolTip()
    label.setText("short")
    assert label.shown_text == "short"
    assert label.toolTip() == ""


def test_a_long_line_never_widens_its_panel(qtbot: QtBot) -> None:
    assert ElidingLabel("word " * 500).minimumSizeHint().width() < 60
    assert Chip("word " * 500).minimumSizeHint().width() <= 80


def test_a_tooltip_is_never_rich_text_of_somebody_elses() -> None:
    assert plain_tooltip("") == ""
    assert plain_tooltip("<img src=x>\n&") == "<qt>&lt;img src=x&gt;<br>&amp;</qt>"


def test_a_chip_shows_what_it_is_given(qtbot: QtBot) -> None:
    chip, state = Chip("salt & pepper"), StateChip("<i>CPU</i>")
    shown(qtbot, chip, state)
    assert chip.words == chip.accessibleName() == "salt & pepper"
    assert chip.text() == "salt && pepper"
    assert state.textFormat() == Qt.TextFormat.PlainText
    clicks: list[bool] = []
    chip.clicked.connect(lambda checked: clicks.append(checked))  # noqa: PLW0108  # Qt counts the arguments a slot takes
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert clicks == [False]


def test_an_icon_button_says_what_it_does(qtbot: QtBot, theme: Theme) -> None:
    button = IconButton("lock", theme, "Keep")
    shown(qtbot, button)
    assert button.accessibleName() == button.toolTip() == "Keep"
    button.set_icon("unlock", "Let go")
    assert button.accessibleName() == button.toolTip() == "Let go"


def test_a_section_holds_its_parts(qtbot: QtBot) -> None:
    inside, trailing = QLabel("inside"), QLabel("right")
    section = Section("Sampling", trailing=trailing)
    section.body.addWidget(inside)
    shown(qtbot, section)
    assert trailing.geometry().bottom() <= inside.geometry().top()
    section.set_title("Queue")
    assert section.findChildren(QLabel)[0].text() == "Queue"
