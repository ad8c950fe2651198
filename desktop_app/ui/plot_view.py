"""What is left to choose from: the plot under the sliders, and what it shows in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.core.sampling_plot import SamplingPlot
from desktop_app.ui.formats import figures, number, percent
from desktop_app.ui.plot_canvas import Cut, PlotCanvas
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from model_runtime.request import SamplingSettings


class PlotView(QWidget):
    """Shows one choice, or one sentence where there is none to show. Rows and columns are counted from 0."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sampling = SamplingSettings()
        self._plot: SamplingPlot | None = None
        self._cell = (0, 0)
        self.canvas = PlotCanvas(theme)
        self.canvas.setAccessibleName(self.tr("What is left to choose from"))
        self._caption, self._detail, self._sentence = QLabel(), QLabel(), QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.canvas)
        for label in (self._caption, self._detail, self._sentence):
            set_role(label, "explanation")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        self.canvas.hovered.connect(self._show_detail)
        self.clear()

    @property
    def caption(self) -> str:
        """The line below the plot, or the sentence in its place."""
        return self._sentence.text() if self._plot is None else self._caption.text()

    @property
    def detail(self) -> str:
        """The second line: the candidate that is looked at, else the chosen one."""
        return self._detail.text()

    def clear(self) -> None:
        """There is nothing to show yet: say how to get something."""
        self.show_sentence(
            self.tr("Draw something, then click any cell of a picture to see what the model chose from.")
        )

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence in place of the plot."""
        self._plot = None
        self._sentence.setText(sentence)
        self._show_parts()

    def show_waiting(self, row: int, column: int) -> None:
        """The model is being asked; the plot before stays, so that nothing flickers."""
        asking = self.tr("row {row}, column {column} · asking the model…")
        words = asking.format(row=number(row + 1), column=number(column + 1))
        if self._plot is None:
            self.show_sentence(words)
        else:
            self._caption.setText(words)

    def show_plot(self, plot: SamplingPlot, row: int, column: int) -> None:
        """Show a choice."""
        self._plot = plot
        self._cell = (row, column)
        self.canvas.show_plot(plot, self._cuts(plot))
        self._show_parts()
        self._caption.setText(self._summary(plot))
        self._show_detail(self.canvas.rank)
        self.canvas.setAccessibleDescription(self._described(plot))

    def set_sampling(self, sampling: SamplingSettings) -> None:
        """The settings whose values the labels at the cuts name; the plot itself comes with `show_plot`."""
        self._sampling = sampling
        if self._plot is not None:
            self.canvas.show_plot(self._plot, self._cuts(self._plot))

    def _show_parts(self) -> None:
        there = self._plot is not None
        if not there:
            self.canvas.show_plot(None)
            self.canvas.setAccessibleDescription(self._sentence.text())
        for widget in (self.canvas, self._caption, self._detail):
            widget.setVisible(there)
        self._sentence.setVisible(not there)

    def _cuts(self, plot: SamplingPlot) -> tuple[Cut, ...]:
        cuts = []
        if plot.after_top_p < plot.after_top_k:
            words = self.tr("cut by top-p {value}").format(value=self._value(self._sampling.top_p, 2))
            cuts.append(Cut(plot.after_top_p, words.rstrip()))
        if plot.after_top_k < plot.candidates:
            words = self.tr("cut by top-k {value}").format(value=self._value(self._sampling.top_k, 0))
            cuts.append(Cut(plot.after_top_k, words.rstrip()))
        return tuple(cuts)

    @staticmethod
    def _value(value: float | None, decimals: int) -> str:
        if value is None:  # the settings have moved on; the plot for them is on its way
            return ""
        finer = round(value, decimals) != value
        return number(value, 3 if finer else decimals)

    def _summary(self, plot: SamplingPlot) -> str:
        row, column = self._cell
        words = self.tr("row {row}, column {column} · {effective} likely candidates of {all}")
        return words.format(
            row=number(row + 1),
            column=number(column + 1),
            effective=figures(plot.effective),
            all=number(plot.candidates),
        )

    def _show_detail(self, rank: int | None) -> None:
        plot = self._plot
        if plot is None:
            return
        if rank is not None:
            self._detail.setText(self._candidate(plot, rank))
        elif plot.rank is not None:
            self._detail.setText(self.tr("chosen: {candidate}").format(candidate=self._candidate(plot, plot.rank)))
        else:
            self._detail.setText("")

    def _candidate(self, plot: SamplingPlot, rank: int) -> str:
        parts = [self.tr("rank {rank}").format(rank=number(rank + 1))]
        if rank < len(plot.probabilities):
            parts.append(percent(float(plot.probabilities[rank])))
        if rank >= plot.after_top_k:
            parts.append(self.tr("cut by top-k"))
        elif rank >= plot.after_top_p:
            parts.append(self.tr("cut by top-p"))
        return " · ".join(parts)

    def _described(self, plot: SamplingPlot) -> str:
        """The plot for those who do not see it."""
        best = percent(float(plot.probabilities[0]))
        parts = [self._summary(plot), self.tr("the likeliest has {share}").format(share=best)]
        parts += [
            self.tr("{words}: {count} stay").format(words=cut.words, count=number(cut.place))
            for cut in self._cuts(plot)
        ]
        if plot.rank is not None:
            parts.append(self.tr("chosen: {candidate}").format(candidate=self._candidate(plot, plot.rank)))
        return ". ".join(parts) + "."
