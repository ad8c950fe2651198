"""The bars of the sampling plot: candidates by rank, their probability on a logarithmic axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop_app.core.sampling_plot import SamplingPlot
from desktop_app.ui.formats import percent
from desktop_app.ui.theme.theme import Theme

DECADES = 5
"""The axis goes from 100 % down to 0.001 %; what is below has a bar of one pixel."""
INSET = 3.0
"""Room for the ring of focus around the bars."""
COUNTS = (64, 128, 256, 512)
"""How many bars may be shown: few numbers, so that the axis does not slide along with a slider."""


@dataclass(frozen=True)
class Cut:
    """A boundary: the first `place` candidates stay, the rest is cut by what `words` say."""

    place: int
    words: str


def bars_shown(plot: SamplingPlot) -> int:
    """How many of the candidates get a bar: those that stay, some that do not, and the chosen one."""
    wanted = max(math.ceil(plot.after_top_p * 1.25), (plot.rank or 0) + 1)
    count = next((count for count in COUNTS if count >= wanted), COUNTS[-1])
    return min(count, len(plot.probabilities))


def bar_height(probability: float) -> float:
    """A bar's height as a share of the axis."""
    if probability <= 0:
        return 0.0
    return min(1.0, max(0.0, (math.log10(probability) + DECADES) / DECADES))


class PlotCanvas(QWidget):
    """hovered(rank): the candidate under the mouse or the arrow keys, 0 = the likeliest; None = none."""

    hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._plot: SamplingPlot | None = None
        self._cuts: tuple[Cut, ...] = ()
        self._rank: int | None = None
        self._bars: list[QRectF] = []
        self._wide = 0.0  # a bar with its gap
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def show_plot(self, plot: SamplingPlot | None, cuts: tuple[Cut, ...] = ()) -> None:
        """Show a choice and where its candidates are cut, or an empty field."""
        self._plot, self._cuts = plot, cuts
        self._arrange()
        if self._rank is not None and self._rank >= len(self._bars):
            self._hover(None)

    @property
    def rank(self) -> int | None:
        """The candidate that is looked at."""
        return self._rank

    @property
    def bars(self) -> int:
        """How many bars there are."""
        return len(self._bars)

    def bar(self, rank: int) -> QRectF:
        """Where a candidate's bar stands."""
        return self._bars[rank]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide and low."""
        return QSize(280, 96 + 2 * self._line_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Still a plot."""
        return QSize(160, 56 + 2 * self._line_height())

    def resizeEvent(self, _event: QEvent) -> None:  # noqa: N802
        """Set the bars again."""
        self._arrange()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell of the bar that the mouse is at."""
        x = event.position().x()
        rank = next((rank for rank, bar in enumerate(self._bars) if bar.left() <= x < bar.left() + self._wide), None)
        self._hover(rank)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell that the mouse is at none."""
        super().leaveEvent(event)
        self._hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right go from bar to bar, Home and End to the first and last, Escape to none."""
        last = len(self._bars) - 1
        here = self._rank if self._rank is not None else -1
        key = Qt.Key(event.key())
        goals = {Qt.Key.Key_Right: here + 1, Qt.Key.Key_Left: here - 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if key == Qt.Key.Key_Escape and self._rank is not None:
            self._hover(None)
        elif key in goals and last >= 0:
            self._hover(min(max(goals[key], 0), last))
        else:
            super().keyPressEvent(event)

    def _hover(self, rank: int | None) -> None:
        if rank != self._rank:
            self._rank = rank
            self.update()
            self.hovered.emit(rank)

    def _line_height(self) -> int:
        return math.ceil(self._theme.scale.heading * 1.4)

    def _axis(self) -> tuple[float, float]:
        """How high the axis is, and where it begins; two lines of labels lie above it."""
        floor = self.height() - INSET
        return floor - 2 * self._line_height() - INSET, floor

    def _arrange(self) -> None:
        """Where each bar stands; kept, since the same bars are painted many times."""
        self.update()
        if self._plot is None or self.width() <= 2 * INSET:
            self._bars = []
            return
        count = bars_shown(self._plot)
        self._wide = wide = (self.width() - 2 * INSET) / count
        gap = 1.0 if wide >= 3 else 0.0
        room, floor = self._axis()
        heights = [max(1.0, bar_height(float(share)) * room) for share in self._plot.probabilities[:count]]
        self._bars = [QRectF(INSET + i * wide, floor - high, wide - gap, high) for i, high in enumerate(heights)]

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Axis, bars, cuts, the chosen one, the one that is looked at."""
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(self._theme.scale.heading)
        painter.setFont(font)
        if self._plot is not None and self._bars:
            self._paint_axis(painter)
            self._paint_bars(painter, self._plot)
            self._paint_cuts(painter)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _paint_axis(self, painter: QPainter) -> None:
        room, floor = self._axis()
        for decade in range(1, DECADES):
            y = floor - room * (1 - decade / DECADES)
            painter.setPen(self._theme.color("line"))
            painter.drawLine(QPointF(INSET, y), QPointF(self.width() - INSET, y))
            if decade in (1, 3):
                painter.setPen(self._theme.color("text_2"))
                area = QRectF(0, y - self._line_height(), self.width() - INSET - 2, self._line_height())
                painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, percent(10**-decade))

    def _paint_bars(self, painter: QPainter, plot: SamplingPlot) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("line_strong", 0.45))
        painter.drawRects(self._bars[plot.after_top_p :])
        painter.setBrush(self._theme.color("accent"))
        painter.drawRects(self._bars[: plot.after_top_p])
        painter.setBrush(self._theme.color("text"))
        if self._rank is not None:
            painter.drawRect(self._bars[self._rank])
        if plot.rank is not None and plot.rank < len(self._bars):
            bar = self._bars[plot.rank]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x, y = min(max(bar.center().x(), 5.0), self.width() - 5.0), bar.top() - 2
            painter.drawPolygon(QPolygonF([QPointF(x - 5, y - 7), QPointF(x + 5, y - 7), QPointF(x, y)]))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_cuts(self, painter: QPainter) -> None:
        for row, cut in enumerate(cut for cut in self._cuts if cut.place < len(self._bars)):
            x = round(INSET + cut.place * self._wide) - 0.5
            top = INSET + row * self._line_height()
            painter.setPen(QPen(self._theme.color("text_2"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, top), QPointF(x, self.height() - INSET))
            length = painter.fontMetrics().horizontalAdvance(cut.words)
            beside = x + 4 if x + 4 + length <= self.width() - INSET else max(INSET, x - 4 - length)
            painter.setPen(self._theme.color("text_2"))
            area = QRectF(beside, top, length + 1, self._line_height())
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut.words)
