"""The palettes can be read, the style sheet is heard, icons follow the colours."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.theme.icons import app_icon, icon, pixmap
from desktop_app.ui.theme.roles import Role, set_role
from desktop_app.ui.theme.style_sheet import blend, style_sheet
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import DARK, LIGHT, Tokens, contrast
from desktop_app.ui.theme.type_scale import TypeScale
from model_runtime.resources import resource_path

PALETTES = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
SCALE = TypeScale.following(13)


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[Theme]:
    """A theme on the application, which is undressed again for the next test."""
    palette, font, sheet = qapp.palette(), qapp.font(), qapp.styleSheet()
    theme = Theme("light")
    theme.apply_to(qapp)
    yield theme
    theme.set_mode("system")
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def rules(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        pairs = (line.split(":", 1) for line in body.split(";") if ":" in line)
        yield selector.strip(), {name.strip(): value.strip() for name, value in pairs}


def colour_of(rule: dict[str, str], *names: str) -> str | None:
    for name in names:
        found = re.search(r"#[0-9A-F]{6}", rule.get(name, ""))
        if found:
            return found[0]
    return None


def test_contrast_is_wcags() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


@PALETTES
@pytest.mark.parametrize("ground", ["background", "surface", "surface_2", "accent_soft"])
@pytest.mark.parametrize("words", ["text", "text_2", "accent", "danger"])
def test_words_can_be_read_on_every_ground(tokens: Tokens, words: str, ground: str) -> None:
    assert contrast(getattr(tokens, words), getattr(tokens, ground)) >= 4.5


@PALETTES
@pytest.mark.parametrize("mark, ground", list(product(["line_strong", "accent", "danger"], ["background", "surface"])))
def test_controls_stand_out(tokens: Tokens, mark: str, ground: str) -> None:
    assert contrast(getattr(tokens, mark), getattr(tokens, ground)) >= 3


@PALETTES
def test_words_of_every_rule_can_be_read(tokens: Tokens) -> None:
    """Words and ground of one rule; where one is left out, it is inherited from the rule without the state."""
    seen: dict[str, dict[str, str]] = {}
    looked_at = 0
    for selectors, rule in rules(style_sheet(tokens, SCALE)):
        if ":disabled" in selectors:  # WCAG asks nothing of what cannot be used
            continue
        for selector in (part.strip() for part in selectors.split(",")):
            base = re.sub(r"(?<!:):(?!:)[a-z-]+", "", selector)
            whole = seen.get(base, {}) | rule
            if base == selector:
                seen[base] = whole
            words, ground = colour_of(whole, "color"), colour_of(whole, "background-color")
            if words is None:
                continue
            grounds = [ground] if ground else [tokens.background, tokens.surface]
            looked_at += 1
            for one in grounds:
                assert contrast(words, one) >= 4.5, f"{selector}: {words} on {one}"
    assert looked_at > 30


@PALETTES
def test_borders_of_every_rule_stand_out(tokens: Tokens) -> None:
    """A border in a colour that is not meant as a separator is three times as bright or dark as the panel."""
    borders = [
        (selector, colour)
        for selector, rule in rules(style_sheet(tokens, SCALE))
        if ":disabled" not in selector and (colour := colour_of(rule, "border", "border-color"))
    ]
    assert len(borders) > 15
    for selector, colour in borders:
        if selector.startswith("QFrame"):  # separators
            continue
        assert contrast(colour, tokens.surface) >= 3, selector


@PALETTES
def test_marks_of_the_style_sheet_wear_the_palette(tokens: Tokens) -> None:
    shade = "dark" if tokens is DARK else "light"
    sheet = style_sheet(tokens, SCALE)
    files = re.findall(r'url\("([^"]+)"\)', sheet)
    assert len(files) >= 3
    for name, colour in (("up", tokens.text_2), ("down", tokens.text_2), ("check", tokens.on_accent)):
        path = resource_path("icons", "marks", f"{name}-{shade}.svg")
        assert path.as_posix() in files
        assert colour in path.read_text()


def test_type_follows_the_system_but_never_below_the_design() -> None:
    assert TypeScale.following(13) == TypeScale(heading=11, explanation=12, body=13, title=15)
    assert TypeScale.following(11) == TypeScale.following(13)
    assert TypeScale.following(26) == TypeScale(heading=22, explanation=24, body=26, title=30)


def test_blend_goes_from_one_to_the_other() -> None:
    assert blend("#000000", "#FFFFFF", 0) == "#000000"
    assert blend("#000000", "#FFFFFF", 1) == "#FFFFFF"
    assert blend("#102030", "#304050", 0.5) == "#203040"


def test_the_theme_dresses_and_tells_of_changes(dressed: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    assert not dressed.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(LIGHT.background)
    assert qapp.font().featureValue(QFont.Tag("tnum")) == 1
    with qtbot.waitSignal(dressed.changed, timeout=1000):
        dressed.set_mode("dark")
    assert dressed.is_dark
    assert dressed.tokens is DARK
    assert dressed.color("accent") == QColor(DARK.accent)
    assert dressed.color("accent", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background)
    assert DARK.accent in qapp.styleSheet()
    with qtbot.assertNotEmitted(dressed.changed):
        dressed.set_mode("dark")


def test_system_means_light_where_the_platform_does_not_say(qapp: QApplication) -> None:
    assert qapp.styleHints().colorScheme() != Qt.ColorScheme.Dark  # the offscreen platform
    assert Theme("system").tokens is LIGHT


def test_system_follows_the_system_while_it_runs(dressed: Theme, qapp: QApplication) -> None:
    dressed.set_mode("system")
    hints = qapp.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert dressed.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.background)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not dressed.is_dark
    dressed.set_mode("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not dressed.is_dark


def test_an_unknown_mode_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="sepia"):
        Theme("sepia")  # type: ignore[arg-type]


def test_stillness_is_the_persons_choice_first(qapp: QApplication) -> None:
    theme = Theme("light")
    theme.set_reduced_motion(True)
    assert theme.reduced_motion
    theme.set_reduced_motion(False)
    assert not theme.reduced_motion


@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_has_a_rule(role: str) -> None:
    unstyled = {"body", "secondary"}  # the plain look of labels and buttons
    assert (f'[role="{role}"]' in style_sheet(LIGHT, SCALE)) != (role in unstyled)


def test_a_role_changes_the_look_at_once(dressed: Theme, qtbot: QtBot) -> None:
    label = QLabel("Words")
    qtbot.addWidget(label)
    set_role(label, "title")
    label.show()
    assert label.font().pixelSize() == dressed.scale.title
    set_role(label, "explanation")
    assert label.font().pixelSize() == dressed.scale.explanation
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(LIGHT.text_2)


@pytest.mark.parametrize("role", ["primary", "secondary", "quiet", "danger"])
def test_buttons_are_large_enough_to_hit_and_do_not_move_with_focus(dressed: Theme, qtbot: QtBot, role: Role) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton("Draw", window)
    set_role(button, role)
    plain = button.sizeHint()
    assert plain.height() >= 28
    window.show()
    window.activateWindow()
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    assert button.sizeHint() == plain


@pytest.mark.parametrize("kind", [QLineEdit, QPushButton, QComboBox, QSpinBox, QCheckBox])
def test_large_type_is_never_cut(qapp: QApplication, dressed: Theme, qtbot: QtBot, kind: type[QWidget]) -> None:
    """Even where a layout gives a control no more than the least it takes."""
    large = TypeScale.following(26)
    font = QFont(qapp.font())
    font.setPixelSize(large.body)
    qapp.setFont(font)
    qapp.setStyleSheet(style_sheet(LIGHT, large))
    control = kind()
    qtbot.addWidget(control)
    control.show()
    assert control.fontMetrics().height() > 28
    assert max(control.minimumHeight(), control.minimumSizeHint().height()) >= control.fontMetrics().height()


@PALETTES
def test_hints_in_empty_fields_can_be_read(dressed: Theme, qtbot: QtBot, tokens: Tokens) -> None:
    dressed.set_mode("dark" if tokens is DARK else "light")
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("random")
    field.show()
    colour = field.palette().color(QPalette.ColorRole.PlaceholderText)
    assert colour.alpha() == 255
    assert contrast(colour.name(), tokens.surface) >= 4.5


def drawn_colours(image: QImage) -> set[str]:
    points = product(range(image.width()), range(image.height()))
    return {c.name().upper() for x, y in points if (c := image.pixelColor(x, y)).alpha() > 250}


ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg") if path.stem != "armchair")


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_in_the_colour_asked_for(dressed: Theme, name: str) -> None:
    image = pixmap(name, dressed, "accent", ratio=2).toImage()
    assert image.size() == QSize(40, 40)
    assert drawn_colours(image) == {LIGHT.accent}


def test_the_set_is_whole() -> None:
    wanted = """dice lock unlock copy moon sun settings close play pause stop up down left right trash folder more
        check warning error info reset plus drag picture search star finish"""
    assert set(wanted.split()) <= set(ICONS)
    for name in ICONS:
        text = resource_path("icons", f"{name}.svg").read_text()
        assert 'viewBox="0 0 20 20"' in text
        assert 'stroke-width="1.5"' in text


def test_an_icon_follows_the_theme(dressed: Theme, qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.setIcon(icon("copy", dressed))
    before = drawn_colours(button.icon().pixmap(20).toImage())
    dressed.set_mode("dark")
    after = drawn_colours(button.icon().pixmap(20).toImage())
    assert before == {LIGHT.text}
    assert after == {DARK.text}
    off = drawn_colours(button.icon().pixmap(20, QIcon.Mode.Disabled).toImage())
    assert off == {DARK.line_strong}


def test_an_icon_is_sharp_on_fine_screens(dressed: Theme) -> None:
    image = icon("copy", dressed).pixmap(QSize(20, 20), 2.0)
    assert image.deviceIndependentSize().toSize() == QSize(20, 20)
    assert image.size() == QSize(40, 40)


def test_a_copied_and_changed_icon_lives_on(dressed: Theme) -> None:
    """Changing a copy makes Qt clone the engine, which Python must then leave alone."""
    changed = [QIcon(icon("copy", dressed)) for _ in range(50)]
    for one in changed:
        one.addPixmap(QPixmap(4, 4))
    gc.collect()
    for one in changed:
        assert drawn_colours(one.pixmap(20).toImage()) == {LIGHT.text}
    del changed, one
    gc.collect()


def test_a_missing_icon_is_said_at_once(dressed: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no such icon", dressed)


@pytest.mark.parametrize("side", [16, 32, 64, 256])
def test_the_armchair_shows_shell_flesh_and_stone_at_every_size(qapp: QApplication, side: int) -> None:
    image = app_icon().pixmap(side).toImage()
    parts = {"shell": "#37662A", "flesh": "#CFE08A", "stone": "#7A4A21"}

    def near(first: QColor, second: QColor) -> bool:
        return all(abs(first.getRgb()[i] - second.getRgb()[i]) < 40 for i in range(3))

    points = list(product(range(image.width()), range(image.height())))
    for part, colour in parts.items():
        share = sum(near(image.pixelColor(x, y), QColor(colour)) for x, y in points) / len(points)
        assert share > 0.05, f"{part} at {side}"
