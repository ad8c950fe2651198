"""The theme: which palette is worn, and the one place that dresses the application."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop_app.ui.theme.motion import system_prefers_stillness
from desktop_app.ui.theme.style_sheet import style_sheet
from desktop_app.ui.theme.tokens import DARK, LIGHT, Tokens
from desktop_app.ui.theme.type_scale import TypeScale

Mode = Literal["system", "light", "dark"]


class Theme(QObject):
    """One for the whole program, handed to every widget that paints.

    changed: the colours are others now; widgets with a style sheet's look need not listen, those that
    paint call `update()`.
    """

    changed = Signal()

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app: QApplication | None = None
        self._mode: Mode = _checked(mode)
        self._scale = TypeScale.following(QFontInfo(QGuiApplication.font()).pixelSize())
        self._still: bool | None = None
        hints = QGuiApplication.styleHints()
        self._tokens = DARK if self._wants_dark() else LIGHT
        hints.colorSchemeChanged.connect(self._follow_system)

    @property
    def mode(self) -> Mode:
        """What was asked for: "system", "light" or "dark"."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The palette worn now."""
        return self._tokens

    @property
    def is_dark(self) -> bool:
        """Whether the palette worn now is the dark one."""
        return self._tokens is DARK

    @property
    def scale(self) -> TypeScale:
        """The sizes of type, in pixels."""
        return self._scale

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may move: the person's own choice, else the system's."""
        if self._still is not None:
            return self._still
        return system_prefers_stillness(QGuiApplication.styleHints())

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """A colour of the palette by its token's name; alpha 0..1."""
        colour = QColor(getattr(self._tokens, name))
        colour.setAlphaF(alpha)
        return colour

    def set_mode(self, mode: Mode) -> None:
        """Wear the light or the dark palette, or whichever the system does ("light" where it does not say)."""
        self._mode = _checked(mode)
        if self._app is not None:
            self._tell_platform()
        self._wear(DARK if self._wants_dark() else LIGHT)

    def set_reduced_motion(self, still: bool | None) -> None:
        """Forbid or allow movement; None = as the system says."""
        self._still = still

    def apply_to(self, app: QApplication) -> None:
        """Dress the application now and at every change from now on."""
        self._app = app
        self._tell_platform()
        app.setStyle(QStyleFactory.create("Fusion"))
        font = QFont(app.font())
        font.setPixelSize(self._scale.body)
        # Numbers change in place everywhere (seeds, sliders, progress): digits of one width keep them still.
        font.setFeature(QFont.Tag("tnum"), 1)
        app.setFont(font)
        self._dress(app)

    def _wants_dark(self) -> bool:
        if self._mode != "system":
            return self._mode == "dark"
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def _tell_platform(self) -> None:
        """Have what the system draws itself (title bar, file dialogs) follow, where it can."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        QGuiApplication.styleHints().setColorScheme(schemes[self._mode])

    def _follow_system(self, scheme: Qt.ColorScheme) -> None:
        if self._mode == "system":
            self._wear(DARK if scheme == Qt.ColorScheme.Dark else LIGHT)

    def _wear(self, tokens: Tokens) -> None:
        if tokens is self._tokens:
            return
        self._tokens = tokens
        if self._app is not None:
            self._dress(self._app)
        self.changed.emit()

    def _dress(self, app: QApplication) -> None:
        app.setPalette(palette(self._tokens))
        app.setStyleSheet(style_sheet(self._tokens, self._scale))


def _checked(mode: Mode) -> Mode:
    if mode not in get_args(Mode):
        raise ValueError(f"a theme is one of {', '.join(get_args(Mode))}, not {mode!r}")
    return mode


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of `tokens`, for what no style sheet reaches."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.surface_2,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.text_2,
        role.Button: tokens.surface_2,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.Light: tokens.surface,
        role.Midlight: tokens.surface_2,
        role.Mid: tokens.line,
        role.Dark: tokens.line_strong,
        role.Shadow: tokens.line_strong,
    }
    result = QPalette()
    for which, colour in colours.items():
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.line_strong))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.surface_2))
    return result
