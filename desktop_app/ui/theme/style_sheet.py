"""The one style sheet.

Focus is a two-pixel ring in the accent (in the words' colour on the accent itself); a ring takes the place
of one pixel of border and one of padding, so nothing moves when focus does.
"""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from desktop_app.ui.theme.tokens import DARK, Tokens
from desktop_app.ui.theme.type_scale import TypeScale
from model_runtime.resources import resource_path

_WORDS = """
QToolTip { color: $text; background-color: $surface; border: 1px solid $line_strong; padding: 4px 6px; }
QLabel { background-color: transparent; }
QLabel:disabled { color: $line_strong; }
QLabel[role="heading"] { font-size: ${heading}px; font-weight: 600; letter-spacing: 0.6px;
    text-transform: uppercase; color: $text_2; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="explanation"] { font-size: ${explanation}px; color: $text_2; }
QLabel[role="error"] { font-size: ${explanation}px; color: $danger; }
QLabel[role="figure"] { font-size: ${explanation}px; color: $text_2; }
"""

_FRAMES = """
QMainWindow, QDialog { background-color: $background; }
QFrame[role="panel"], QFrame[role="toolbar"], QWidget[role="panel"] { background-color: $surface; border: none; }
QFrame[role="toolbar"] { border-bottom: 1px solid $line; }
QFrame[role="notice"] { background-color: $surface; border: none; border-bottom: 1px solid $line; }
QFrame[role="card"] { background-color: $background; border: none; border-radius: 8px; }
QFrame[role="separator"] { background-color: $line; border: none; min-height: 1px; max-height: 1px; }
QFrame[role="separator-vertical"] { background-color: $line; border: none; min-width: 1px; max-width: 1px; }
QFrame[role="segments"] { background-color: $surface_2; border: none; border-radius: 8px; }
QScrollArea { background-color: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="page"] { background-color: transparent; }
QSplitter::handle { background-color: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
"""

_BUTTONS = """
QPushButton, QToolButton { color: $text; background-color: $surface_2; border: 1px solid $line_strong;
    border-radius: 8px; padding: 5px 12px; min-height: ${row}px; }
QPushButton:hover, QToolButton:hover { background-color: $accent_soft; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background-color: $line; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 4px 11px; }
QPushButton:disabled, QToolButton:disabled { color: $line_strong; border-color: $line; background-color: $surface_2; }

QPushButton[role="primary"] { color: $on_accent; background-color: $accent; border: 1px solid $accent;
    font-weight: 600; padding: 8px 16px; }
QPushButton[role="primary"]:hover { background-color: $accent_hover; border-color: $accent_hover; }
QPushButton[role="primary"]:pressed { background-color: $accent_pressed; border-color: $accent_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 7px 15px; }
QPushButton[role="primary"]:disabled { color: $text_2; background-color: $surface_2; border-color: $line; }

QPushButton[role="danger"] { color: $danger; background-color: $surface; border: 1px solid $line_strong; }
QPushButton[role="danger"]:hover { background-color: $surface_2; border-color: $danger; }
QPushButton[role="danger"]:focus { border: 2px solid $accent; }
QPushButton[role="danger"]:disabled { color: $line_strong; }

QPushButton[role="quiet"], QToolButton[role="quiet"] { color: $text; background-color: transparent;
    border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background-color: $surface_2; }
QPushButton[role="quiet"]:pressed, QToolButton[role="quiet"]:pressed { background-color: $line; }
QPushButton[role="quiet"]:checked, QToolButton[role="quiet"]:checked { background-color: $accent_soft; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 2px solid $accent; padding: 3px 5px; }
QPushButton[role="quiet"]:disabled, QToolButton[role="quiet"]:disabled { color: $line_strong;
    background-color: transparent; border-color: transparent; }

QPushButton[role="icon"], QToolButton[role="icon"] { background-color: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 3px; min-height: 20px; min-width: 20px; }
QPushButton[role="icon"]:hover, QToolButton[role="icon"]:hover { background-color: $surface_2; }
QPushButton[role="icon"]:pressed, QToolButton[role="icon"]:pressed { background-color: $line; }
QPushButton[role="icon"]:checked, QToolButton[role="icon"]:checked { background-color: $accent_soft; }
QPushButton[role="icon"]:focus, QToolButton[role="icon"]:focus { border: 2px solid $accent; padding: 2px; }

QPushButton[role="chip"] { color: $text_2; background-color: $surface_2; border: 1px solid transparent;
    border-radius: 14px; padding: 4px 11px; min-height: ${row}px; font-size: ${explanation}px; }
QPushButton[role="chip"]:hover { color: $text; background-color: $accent_soft; }
QPushButton[role="chip"]:pressed { background-color: $line; }
QPushButton[role="chip"]:checked { color: $accent; background-color: $accent_soft; border-color: $accent; }
QPushButton[role="chip"]:focus { border: 2px solid $accent; padding: 3px 10px; }
QLabel[role="chip"] { color: $text_2; background-color: $surface_2; border-radius: 12px; padding: 4px 10px;
    font-size: ${explanation}px; }

QPushButton[role="segment"] { color: $text_2; background-color: transparent; border: 1px solid transparent;
    border-radius: 6px; padding: 4px 10px; }
QPushButton[role="segment"]:hover { color: $text; }
QPushButton[role="segment"]:checked { color: $text; background-color: $surface; border-color: $line_strong;
    font-weight: 600; }
QPushButton[role="segment"]:focus { border: 2px solid $accent; padding: 3px 9px; }
QPushButton[role="segment"]:disabled { color: $line_strong; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0px; }
"""

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { color: $text; background-color: $surface;
    border: 1px solid $line_strong; border-radius: 7px; selection-background-color: $accent;
    selection-color: $on_accent; placeholder-text-color: $text_2; }
QLineEdit { padding: 4px 8px; min-height: ${row}px; }
QAbstractSpinBox { padding: 4px 0px; min-height: ${row}px; }
QPlainTextEdit, QTextEdit { padding: 8px; }
QComboBox { padding: 4px 10px; min-height: ${row}px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 2px solid $accent; }
QLineEdit:focus { padding: 3px 7px; }
QAbstractSpinBox:focus { padding: 3px 0px; }
QComboBox:focus { padding: 3px 9px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 7px; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border-color: $danger; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    color: $line_strong; background-color: $background; border-color: $line; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractSpinBox QLineEdit:focus, QComboBox QLineEdit:focus {
    border: none; border-radius: 0px; padding: 0px; min-height: 0px; background-color: transparent; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { padding: 0px 7px; }
QFrame[role="field"] { background-color: $surface; border: 1px solid $line_strong; border-radius: 7px; }
QFrame[role="field"][focused="true"] { border: 2px solid $accent; }
QFrame[role="field"][invalid="true"] { border-color: $danger; }
QFrame[role="field"] QLineEdit, QFrame[role="field"] QLineEdit:focus { border: none; background-color: transparent;
    padding: 0px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 20px; }
QAbstractSpinBox::up-arrow { image: url("$icons/marks/up-$shade.svg"); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url("$icons/marks/down-$shade.svg"); width: 12px; height: 12px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$icons/marks/down-$shade.svg"); width: 14px; height: 14px; }
QComboBox QAbstractItemView, QListView#suggestions { background-color: $surface; border: 1px solid $line_strong;
    padding: 4px; outline: none; }
QCheckBox, QRadioButton { color: $text; background-color: transparent; spacing: 8px; min-height: ${target}px;
    border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $line_strong; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $line_strong; border-radius: 4px;
    background-color: $surface; }
QCheckBox::indicator:checked { background-color: $accent; border-color: $accent;
    image: url("$icons/marks/check-$shade.svg"); }
QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $line_strong; border-radius: 9px;
    background-color: $surface; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 5px solid $accent; }
"""

_LISTS = """
QMenu { color: $text; background-color: $surface; border: 1px solid $line_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; background-color: transparent; }
QMenu::item:selected { color: $text; background-color: $accent_soft; }
QMenu::item:disabled { color: $line_strong; }
QMenu::separator { height: 1px; background-color: $line; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenuBar { color: $text; background-color: $surface; }
QMenuBar::item { padding: 6px 10px; background-color: transparent; border-radius: 6px; }
QMenuBar::item:selected { background-color: $accent_soft; }
QAbstractItemView { color: $text; background-color: transparent; border: none; outline: none;
    selection-background-color: $accent_soft; selection-color: $text; }
QAbstractItemView::item { padding: 0px 8px; border-radius: 6px; min-height: ${target}px; }
QAbstractItemView::item:hover { color: $text; background-color: $surface_2; }
QAbstractItemView::item:selected { color: $text; background-color: $accent_soft; }
QAbstractItemView::item:focus { border: 2px solid $accent; padding: 0px 6px; }
QListView#suggestions { padding: 2px; }
QListView#suggestions::item:focus { border: none; padding: 0px 8px; }
QTabWidget::pane { border: none; }
QTabBar { background-color: transparent; }
QTabBar::tab { color: $text_2; background-color: $surface_2; border: 1px solid transparent; padding: 5px 14px;
    min-height: ${row}px; border-radius: 6px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; background-color: $surface; border-color: $line_strong; }
QTabBar::tab:focus { border: 2px solid $accent; padding: 4px 13px; }
QProgressBar { background-color: $surface_2; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
    qproperty-textVisible: false; }
QProgressBar::chunk { background-color: $accent; border-radius: 3px; }
QScrollBar { background-color: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background-color: $line_strong; border-radius: 2px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background-color: $text_2; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background-color: transparent; }
"""


def style_sheet(tokens: Tokens, scale: TypeScale) -> str:
    """The style sheet in these colours and sizes."""
    dark = tokens is DARK
    colours = asdict(tokens) | {
        "accent_hover": blend(tokens.accent, tokens.text, 0.1),
        "accent_pressed": blend(tokens.accent, tokens.text, 0.2),
    }
    # A least height in a style sheet outweighs what the font needs, so it has to grow with the font.
    heights = {"row": round(scale.body * 1.4), "target": max(28, round(scale.body * 2.1))}
    icons = resource_path("icons").as_posix()
    text = _WORDS + _FRAMES + _BUTTONS + _LISTS + _FIELDS
    return Template(text).substitute(
        colours, **asdict(scale), **heights, icons=icons, shade="dark" if dark else "light"
    )


def blend(base: str, over: str, share: float) -> str:
    """`base` with a share (0..1) of `over` laid on it, as #RRGGBB."""
    parts = (
        round(int(base[place : place + 2], 16) * (1 - share) + int(over[place : place + 2], 16) * share)
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in parts)
