"""Sliders that move the plot, presets, the seed, the model: in the whole program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop_app.core.sampling_plot import SamplingPlot
from model_runtime.request import SamplingSettings

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def plot(session: Session) -> SamplingPlot:
    """The plot on the screen."""
    shown: SamplingPlot = session.panel.plot._plot
    return shown


def with_plot(session: Session) -> None:
    session.draw(image_count=1, seed=3)
    session.until(lambda: plot(session) is not None)


@pytest.mark.parametrize("name", ["temperature", "condition_scale", "top_k", "top_p"])
def test_a_slider_moves_the_plot_and_reset_moves_it_back(session: Session, name: str) -> None:
    with_plot(session)
    slider = session.panel.sampling.sliders[name]
    before, value = plot(session), slider.value
    slider.slider.setFocus()
    for _ in range(4):
        QTest.keyClick(slider.slider, Qt.Key.Key_PageDown)
    after = plot(session)
    assert slider.value != value
    assert getattr(session.program.form.create.form.sampling, name) == slider.value
    shape = ("probabilities", "effective", "after_top_k", "after_top_p")
    assert any(not np.array_equal(getattr(before, part), getattr(after, part)) for part in shape)
    assert slider.reset.isVisible()
    session.press(slider.reset)
    assert slider.value == value
    assert not slider.reset.isVisible()
    np.testing.assert_array_equal(plot(session).probabilities, before.probabilities)
    assert plot(session).effective == before.effective


def test_a_number_can_be_typed(session: Session) -> None:
    with_plot(session)
    field = session.panel.sampling.sliders["top_k"].number
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert session.program.form.create.form.sampling.top_k == 5
    assert plot(session).after_top_k == 5


def test_the_plot_is_what_the_model_looked_at(session: Session, models: Any) -> None:
    """The kept logits of the run, not anything made up: the engine's own answer for the same choice is the same."""
    from model_runtime.pipeline import DalleMiniPipeline  # noqa: PLC0415  # torch is only needed here

    with_plot(session)
    job = session.draw(image_count=1, seed=3)
    run = session.program.drawing.run
    session.program.drawing.acts.ask_cell(0, 3, 2)
    session.until(
        lambda: session.panel.plot.caption.startswith("row 4, column 3") and "likely" in session.panel.plot.caption
    )
    pipeline = DalleMiniPipeline.from_pretrained(models / "tiny", device="cpu", precision="float32")
    conditional, unconditional = pipeline.logits_at(job.request.prompt, run.shown.tokens(0)[:14], 14)
    sampling = session.program.form.create.form.sampling
    assert unconditional is not None
    mixed = (unconditional + sampling.condition_scale * (conditional - unconditional)) / sampling.temperature
    chances = np.exp(mixed - mixed.max())
    chances = np.sort(chances / chances.sum())[::-1]
    np.testing.assert_allclose(plot(session).probabilities[:20], chances[:20], rtol=1e-2, atol=1e-4)


def test_presets_are_chosen_saved_deleted_and_survive(desk: Desk, session: Session) -> None:
    picker, create = session.panel.preset, session.program.form.create
    picker.combo.activated.emit(picker.combo.findText("min-dalle’s defaults"))
    assert create.form.sampling != create.model.defaults
    picker.combo.activated.emit(picker.combo.findText("As the model says"))
    assert create.form.sampling == create.model.defaults
    mine = SamplingSettings(temperature=0.7, top_k=9, condition_scale=2.0)
    session.change(sampling=mine)
    assert picker.combo.currentIndex() == -1
    picker.ask_name()
    QTest.keyClicks(picker.name, "calm")
    QTest.keyClick(picker.name, Qt.Key.Key_Return)
    assert picker.combo.currentText() == "calm"
    session.close()
    session = desk.open()
    picker, create = session.panel.preset, session.program.form.create
    session.until(lambda: picker.combo.findText("calm") >= 0)
    assert create.form.sampling == mine  # the form is as it was left
    assert picker.combo.currentText() == "calm"
    picker.combo.activated.emit(picker.combo.findText("As the model says"))
    picker.combo.activated.emit(picker.combo.findText("calm"))
    assert create.form.sampling == mine
    session.press(picker.more)
    menu = picker.findChild(QMenu)
    next(action for action in menu.actions() if "calm" in action.text()).trigger()
    menu.close()
    assert picker.combo.findText("calm") == -1
    session.close()
    session = desk.open()
    assert session.panel.preset.combo.findText("calm") == -1


def test_a_preset_without_a_name_is_refused_beside_the_field(session: Session) -> None:
    picker = session.panel.preset
    picker.ask_name()
    QTest.keyClick(picker.name, Qt.Key.Key_Return)
    assert picker._error.isVisible()
    assert picker._error.text() == "A preset needs a name."


def test_a_locked_seed_stays_and_an_open_one_is_used_once(session: Session) -> None:
    seed, create = session.panel.seed, session.program.form.create
    session.press(seed.dice)
    rolled = create.form.seed
    assert rolled is not None
    assert seed.number.text() == str(rolled)
    session.press(seed.copy)
    assert QGuiApplication.clipboard().text() == str(rolled)
    assert session.draw(image_count=1).request.seed == rolled
    assert create.form.seed is None
    seed.number.setFocus()
    QTest.keyClicks(seed.number, "1234")
    session.press(seed.lock)
    for _ in range(2):
        assert session.draw(image_count=1).request.seed == 1234
    assert (create.form.seed, create.form.seed_locked) == (1234, True)
    assert len(session.recipes()) == 2  # of three pictures two have the same seed


def test_another_model_is_loaded_and_brings_its_defaults(session: Session) -> None:
    session.until(lambda: "for model and pictures" in session.panel.model.cost.text())
    combo = session.panel.model.combo
    combo.activated.emit(combo.findText("Slow"))
    session.until(lambda: session.heard.states[-1].facts and session.heard.states[-1].facts.model_id == "slow")
    session.until(lambda: "for model and pictures" in session.panel.model.cost.text())
    assert session.program.around.header._engine.text().startswith("CPU · float32")


def test_the_settings_say_how_many_pictures_a_new_window_offers(desk: Desk) -> None:
    desk.save(image_count=16)
    assert desk.open().panel.count.value == 16
