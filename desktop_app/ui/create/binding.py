"""Joins the Create panel to its presenters: the one place that knows both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop_app.core.faults import Fault
from desktop_app.core.installed_models import InstalledModel
from desktop_app.presenters.create.create_presenter import CreatePresenter
from desktop_app.presenters.create.estimate_presenter import EstimatePresenter
from desktop_app.presenters.create.form import Form
from desktop_app.presenters.create.plot_presenter import PlotPresenter, PlotState
from desktop_app.presenters.create.preset_presenter import PresetPresenter
from desktop_app.presenters.create.reading_presenter import ReadingPresenter
from desktop_app.presenters.create.words_presenter import WordsPresenter
from desktop_app.ui import texts
from desktop_app.ui.create.create_panel import CreatePanel
from desktop_app.ui.create.preset_picker import PresetRow


@dataclass(frozen=True, kw_only=True)
class CreatePresenters:
    """What the panel shows and steers."""

    create: CreatePresenter
    reading: ReadingPresenter
    words: WordsPresenter
    estimates: EstimatePresenter
    plot: PlotPresenter
    presets: PresetPresenter


def bind_create_panel(panel: CreatePanel, presenters: CreatePresenters) -> None:
    """Have the panel show what the presenters say, and its signals reach them; once for a panel."""
    create = presenters.create
    _bind_form(panel, presenters)
    _bind_words(panel, presenters.words)
    _bind_presets(panel, presenters.presets)
    presenters.reading.reading_changed.connect(panel.reading.show_reading)
    presenters.estimates.estimate_changed.connect(panel.model.show_estimate)
    presenters.plot.plot_changed.connect(lambda state: _show_plot(panel, state))
    panel.draw_requested.connect(create.draw)
    panel.show_form(create.form)
    presenters.estimates.show(create.form)


def _bind_form(panel: CreatePanel, presenters: CreatePresenters) -> None:
    create = presenters.create
    edited: dict[str, Any] = {}

    def read() -> None:
        presenters.reading.show(create.form.prompt, typing=panel.prompt.types_last_word)

    def show_form(form: Form) -> None:
        panel.show_form(form)
        read()
        presenters.estimates.show(form)
        if form.sampling != edited.get("sampling"):
            edited["sampling"] = form.sampling
            panel.plot.set_sampling(form.sampling)
            presenters.plot.set_sampling(form.sampling)
            panel.plot.set_sampling(form.sampling)

    def show_model(model: InstalledModel) -> None:
        presenters.reading.use_model(model)
        presenters.words.use_model(model)
        panel.sampling.show_defaults(model.defaults)

    create.form_changed.connect(show_form)
    create.model_changed.connect(show_model)
    create.models_changed.connect(lambda models: panel.model.show_models(models, create.form.model))
    panel.prompt.typing_changed.connect(read)
    panel.edited.connect(lambda fields: create.change(**fields))
    panel.model.show_models(create.models, create.form.model)
    panel.plot.set_sampling(create.form.sampling)
    presenters.plot.set_sampling(create.form.sampling)
    panel.plot.set_sampling(create.form.sampling)
    if create.model is not None:
        panel.sampling.show_defaults(create.model.defaults)


def _bind_words(panel: CreatePanel, words: WordsPresenter) -> None:
    def complete(text: str, cursor: int) -> None:
        completion = words.complete(text, cursor)
        panel.prompt.offer([candidate.text for candidate in completion.candidates], completion.replace_from)

    def step(direction: int) -> None:
        found = words.older(panel.prompt.prompt) if direction < 0 else words.newer(panel.prompt.prompt)
        if found is not None:
            panel.prompt.set_prompt(found)

    panel.prompt.completion_wanted.connect(complete)
    panel.prompt.step_requested.connect(step)


def _bind_presets(panel: CreatePanel, presets: PresetPresenter) -> None:
    def show() -> None:
        rows = [
            PresetRow(preset.name, texts.preset(preset.name) if preset.built_in else preset.name, not preset.built_in)
            for preset in presets.all
        ]
        panel.preset.show_presets(rows, presets.current)

    def refuse(fault: Fault) -> None:
        panel.preset.show_error(texts.sentence(fault))

    presets.changed.connect(show)
    presets.saved.connect(panel.preset.show_saved)
    presets.refused.connect(refuse)
    panel.preset.chosen.connect(presets.choose)
    panel.preset.save_requested.connect(presets.save)
    panel.preset.delete_requested.connect(presets.delete)
    show()


def _show_plot(panel: CreatePanel, state: PlotState | None) -> None:
    if state is None:
        panel.plot.clear()
    elif state.fault is not None:
        panel.plot.show_sentence(texts.sentence(state.fault))
    elif state.plot is None:
        panel.plot.show_waiting(state.cell.row, state.cell.column)
    else:
        panel.plot.show_plot(state.plot, state.cell.row, state.cell.column)
