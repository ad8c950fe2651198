"""The plot shows what the arithmetic says: which candidates stay, where they are cut, which was chosen."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.sampling_plot import SamplingPlot, plot_choice
from desktop_app.ui.plot_canvas import COUNTS, bar_height, bars_shown
from desktop_app.ui.plot_view import PlotView
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.theme.tokens import LIGHT
from model_runtime.request import SamplingSettings

LOGITS = (-np.arange(2048) * 0.05).astype(np.float32)


def choice(chosen: int | None = 2, **sampling: object) -> tuple[SamplingPlot, SamplingSettings]:
    settings = SamplingSettings(**sampling)  # type: ignore[arg-type]
    return plot_choice(LOGITS, None, settings, chosen=chosen), settings


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> PlotView:
    view = PlotView(Theme("light"))
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.show()
    return view


def show(view: PlotView, chosen: int | None = 2, **sampling: object) -> SamplingPlot:
    plot, settings = choice(chosen, **sampling)
    view.set_sampling(settings)
    view.show_plot(plot, 6, 4)
    return plot


def colour_at(view: PlotView, rank: int) -> QColor:
    image = view.canvas.grab().toImage()
    bar = view.canvas.bar(rank)
    return image.pixelColor(int(bar.center().x()), int(bar.bottom()) - 1)


def test_empty_it_teaches(view: PlotView) -> None:
    assert "click any cell" in view.caption
    assert not view.canvas.isVisible()
    show(view)
    assert view.canvas.isVisible()
    view.clear()
    assert not view.canvas.isVisible()
    assert "click any cell" in view.caption


def test_the_caption_counts_from_one_and_says_how_much_is_open(view: PlotView) -> None:
    plot = show(view, top_k=10)
    assert view.caption == f"row 7, column 5 · {plot.effective:.1f} likely candidates of 2,048"
    assert view.detail == f"chosen: rank 3 · {plot.probabilities[2] * 100:.1f} %"


def test_bars_wear_what_becomes_of_them(view: PlotView) -> None:
    plot = show(view, chosen=None, top_k=30, top_p=0.5)
    assert 1 < plot.after_top_p < plot.after_top_k == 30
    assert colour_at(view, 0) == QColor(LIGHT.accent)
    assert colour_at(view, plot.after_top_p - 1) == QColor(LIGHT.accent)
    assert colour_at(view, plot.after_top_p + 1) != QColor(LIGHT.accent)
    assert colour_at(view, 40) != QColor(LIGHT.accent)


def test_bars_stand_by_probability_on_a_log_axis(view: PlotView) -> None:
    plot = show(view)
    heights = [view.canvas.bar(rank).height() for rank in range(view.canvas.bars)]
    assert heights == sorted(heights, reverse=True)
    assert bar_height(1) == 1
    assert bar_height(0.1) == pytest.approx(0.8)
    assert bar_height(1e-9) == bar_height(0) == 0
    room = heights[0] / bar_height(float(plot.probabilities[0]))
    assert heights[10] == pytest.approx(room * (math.log10(plot.probabilities[10]) + 5) / 5)


@pytest.mark.parametrize("sampling", [{}, {"top_k": 5}, {"top_k": 100}, {"top_p": 0.99}, {"temperature": 4.0}])
def test_what_stays_is_in_sight_as_far_as_there_are_bars(sampling: dict[str, object]) -> None:
    plot, _ = choice(chosen=60, **sampling)
    count = bars_shown(plot)
    assert count in COUNTS
    assert count >= min(plot.after_top_p, COUNTS[-1])
    assert count > 60


def test_a_small_codebook_has_as_many_bars_as_candidates(view: PlotView) -> None:
    plot = plot_choice(LOGITS[:16], None, SamplingSettings(), chosen=15)
    view.show_plot(plot, 0, 0)
    assert view.canvas.bars == 16
    view.canvas.grab()


def test_hovering_tells_of_a_candidate(view: PlotView, qtbot: QtBot) -> None:
    plot = show(view, top_k=30, top_p=0.5)
    canvas = view.canvas
    middle = canvas.height() // 2
    qtbot.mouseMove(canvas, QPoint(int(canvas.bar(35).center().x()), middle))
    assert view.detail == f"rank 36 · {plot.probabilities[35] * 100:.2f} % · cut by top-k"
    qtbot.mouseMove(canvas, QPoint(int(canvas.bar(20).center().x()), middle))
    assert view.detail.startswith("rank 21 · ")
    assert view.detail.endswith("cut by top-p")
    qtbot.mouseMove(canvas, QPoint(0, middle))
    assert view.detail.startswith("chosen: rank 3")


def test_bars_can_be_reached_by_keys(view: PlotView, qtbot: QtBot) -> None:
    show(view)
    for key, words in (
        (Qt.Key.Key_Right, "rank 1 "),
        (Qt.Key.Key_Right, "rank 2 "),
        (Qt.Key.Key_Left, "rank 1 "),
        (Qt.Key.Key_Left, "rank 1 "),
        (Qt.Key.Key_End, f"rank {view.canvas.bars} "),
        (Qt.Key.Key_Home, "rank 1 "),
        (Qt.Key.Key_Escape, "chosen: "),
    ):
        qtbot.keyClick(view.canvas, key)
        assert view.detail.startswith(words)


def test_a_moved_slider_keeps_the_candidate_that_is_looked_at(view: PlotView, qtbot: QtBot) -> None:
    show(view, top_k=30)
    qtbot.keyClick(view.canvas, Qt.Key.Key_Right)
    before = view.detail
    show(view, top_k=30, temperature=2.0)
    assert view.detail.startswith("rank 1 ")
    assert view.detail != before


def test_fewer_bars_leave_no_hover_behind(view: PlotView, qtbot: QtBot) -> None:
    show(view, top_k=400)
    qtbot.keyClick(view.canvas, Qt.Key.Key_End)
    show(view, top_k=4)
    view.canvas.grab()
    assert view.detail.startswith("chosen")


def test_a_chosen_one_that_is_cut_now_says_so(view: PlotView) -> None:
    show(view, chosen=700, top_k=10)
    assert view.detail == "chosen: rank 701 · cut by top-k"
    show(view, chosen=None)
    assert view.detail == ""


def test_it_can_be_read_out(view: PlotView) -> None:
    show(view, top_k=30, top_p=0.5)
    words = view.canvas.accessibleDescription()
    for part in ("row 7, column 5", "of 2,048", "cut by top-p 0.50", "cut by top-k 30: 30 stay", "chosen: rank 3"):
        assert part in words
    view.show_sentence("This cell is not drawn yet.")
    assert view.canvas.accessibleDescription() == view.caption == "This cell is not drawn yet."


def test_waiting_keeps_the_plot_before(view: PlotView) -> None:
    view.show_waiting(0, 1)
    assert view.caption.startswith("row 1, column 2 · asking")
    assert not view.canvas.isVisible()
    show(view)
    view.show_waiting(0, 1)
    assert view.caption.startswith("row 1, column 2 · asking")
    assert view.canvas.isVisible()


@pytest.mark.parametrize("top_k", [10, 500])
def test_a_repaint_takes_two_milliseconds_at_most(view: PlotView, top_k: int) -> None:
    show(view, top_k=top_k, top_p=0.9999)
    image = QImage(view.canvas.size(), QImage.Format.Format_ARGB32_Premultiplied)
    taken = []
    for _ in range(50):
        before = time.thread_time()
        view.canvas.render(image)
        taken.append(time.thread_time() - before)
    assert min(taken) < 0.002
