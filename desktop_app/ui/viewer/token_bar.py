"""The legend of the token overlay: its scale with numbers, the token that is looked at, what it means."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop_app.core.token_overlay import OverlayKind, TokenOverlay
from desktop_app.ui.formats import number
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.mode_bar import ModeBar
from desktop_app.ui.viewer.token_layer import paint_square

STEPS = 24


class TokenBar(ModeBar):
    """Rows and columns are counted from 0 and shown from 1."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overlay: TokenOverlay | None = None
        self._low, self._high, self.reading = QLabel(), QLabel(), QLabel()
        self._scale = _Scale(theme)
        for label in (self._low, self._high):
            set_role(label, "figure")
        self.reading.setTextFormat(Qt.TextFormat.PlainText)
        for widget in (self._low, self._scale, self._high):
            self.row.addWidget(widget)
        self.row.addSpacing(12)
        self.row.addWidget(self.reading, 1)

    def show_overlay(self, kind: OverlayKind, overlay: TokenOverlay | None) -> None:
        """Show a scale, or say why there is none."""
        self._overlay = overlay
        for widget in (self._low, self._scale, self._high, self.reading):
            widget.setVisible(overlay is not None)
        if overlay is None:
            self.sentence.setText(self._missing(kind))
            return
        self._low.setText(_nats(overlay.low))
        self._high.setText(_nats(overlay.high))
        self._scale.set_ends(-1.0 if kind is OverlayKind.PROMPT else 0.0)
        self._scale.setAccessibleDescription(f"{_nats(overlay.low)} – {_nats(overlay.high)}")
        self.sentence.setText(self._explained(kind))
        self.show_cell(None)

    def show_cell(self, cell: tuple[int, int] | None) -> None:
        """Say a token's exact value; None: the mean of all."""
        overlay = self._overlay
        if overlay is None:
            return
        if cell is None:
            mean = self.tr("all tokens: {value} nats on average")
            self.reading.setText(mean.format(value=_nats(overlay.mean)))
            return
        row, column = cell
        value = overlay.value(row, column)
        if value is None:
            words = self.tr("row {row}, column {column}: not known")
            self.reading.setText(words.format(row=number(row + 1), column=number(column + 1)))
            return
        words = self.tr("row {row}, column {column}: {value} nats")
        self.reading.setText(words.format(row=number(row + 1), column=number(column + 1), value=_nats(value)))

    def _explained(self, kind: OverlayKind) -> str:
        if kind is OverlayKind.SURPRISE:
            return self.tr(
                "The stronger the colour, the less the model expected this token after those before it (−log p, given "
                "the prompt)."
            )
        return self.tr(
            "The stronger the colour, the more the prompt called for this token; hatched: without the prompt it would "
            "have been likelier."
        )

    def _missing(self, kind: OverlayKind) -> str:
        if kind is OverlayKind.SURPRISE:
            return self.tr("This picture's file does not say how likely its tokens were.")
        return self.tr("This picture's file does not say how likely its tokens were without the prompt.")


class _Scale(QWidget):
    """The tints from one end to the other."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._low = 0.0
        self.setAccessibleName(self.tr("Scale"))
        theme.changed.connect(self.update)

    def set_ends(self, low: float) -> None:
        """From this shade up to 1."""
        self._low = low
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A ribbon."""
        return QSize(220, 20)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """A short ribbon."""
        return QSize(96, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Small squares, as the picture has them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("background"))
        for step in range(STEPS):
            left, right = (round(self.width() * place / STEPS) for place in (step, step + 1))
            shade = self._low + (1 - self._low) * (step + 0.5) / STEPS
            paint_square(painter, QRectF(left, 0, right - left, self.height()), self._theme, shade)


def _nats(value: float) -> str:
    """With a sign where it may be below nought: +1.84, −0.20, 5.13."""
    text = number(abs(value), 2)
    return f"−{text}" if value < -0.005 else text
