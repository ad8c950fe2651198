"""A switch for yes and no. Imports superqt, which takes a while: only for windows opened after the first paint."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyleOption, QWidget
from superqt import QToggleSwitch

from desktop_app.ui.theme.motion import LONGEST
from desktop_app.ui.theme.theme import Theme

_ASIDE, _UP = 4.0, -2.0
"""Where the groove goes from where superqt puts it: inside the ring, and to the middle."""


class Switch(QToggleSwitch):
    """superqt's switch in the theme's colours, with a ring where the focus is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.switchWidth, self.switchHeight, self.handleSize = 36, 20, 14
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self._wear)
        self._wear()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Large enough to hit, with room for the ring."""
        return QSize(48, 28)

    def drawGroove(self, painter: QPainter, rect: QRectF, _option: QStyleOption) -> None:  # noqa: N802
        """The groove, inside the ring; superqt's own is translucent, which costs contrast."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent" if self.isChecked() and self.isEnabled() else "line_strong"))
        painter.drawRoundedRect(rect.translated(_ASIDE, _UP), rect.height() / 2, rect.height() / 2)

    def drawHandle(self, painter: QPainter, rect: QRectF, _option: QStyleOption) -> None:  # noqa: N802
        """The handle, where the groove is."""
        painter.setBrush(self._theme.color("surface"))
        painter.drawEllipse(rect.translated(_ASIDE, _UP))

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """The switch, and the ring around it."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _wear(self) -> None:
        self.update()
        self.setAnimationDuration(0 if self._theme.reduced_motion else min(120, LONGEST))
