"""The left panel with its presenters: what will be drawn."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.app.services import Services
from desktop_app.core.installed_models import list_models
from desktop_app.core.jobs.engine_state import EngineStage, EngineState
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.presets import Presets
from desktop_app.core.prompts.known_words import KnownWords
from desktop_app.core.window_state import WindowState
from desktop_app.presenters.create.create_presenter import CreatePresenter
from desktop_app.presenters.create.estimate_presenter import EstimatePresenter
from desktop_app.presenters.create.form_memory import remembered_form, values_of
from desktop_app.presenters.create.plot_presenter import PlotPresenter
from desktop_app.presenters.create.preset_presenter import PresetPresenter
from desktop_app.presenters.create.reading_presenter import ReadingPresenter
from desktop_app.presenters.create.words_presenter import WordsPresenter
from desktop_app.ui.create.binding import CreatePresenters, bind_create_panel
from desktop_app.ui.create.create_panel import CreatePanel
from desktop_app.ui.formats import device_name
from desktop_app.ui.run_view.empty_page import EmptyPage
from desktop_app.ui.run_view.example_card import Example
from model_runtime.request import SamplingSettings


class FormPart(QObject):
    """job_made(Job): the person wants it drawn."""

    job_made = Signal(object)

    def __init__(self, services: Services, state: WindowState, *, prompt: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        preferences, background, engine = services.preferences, services.background, services.engine
        settings = preferences.settings
        models = list_models(services.paths.models)
        form = remembered_form(state, settings, models, prompt=prompt)
        self.create = CreatePresenter(form, models, device=settings.device, precision=settings.precision, parent=self)
        self.reading = ReadingPresenter(background, self)
        history = services.paths.history_file
        self.words = WordsPresenter(history, background, keeps=settings.keep_prompt_history, parent=self)
        self.plot = PlotPresenter(engine, self)
        self.presets = PresetPresenter(Presets(services.paths.presets_file), self.create, self)
        self.panel = CreatePanel(services.theme)
        self.empty_page = EmptyPage(services.theme)
        presenters = CreatePresenters(
            create=self.create,
            reading=self.reading,
            words=self.words,
            estimates=EstimatePresenter(engine, self),
            plot=self.plot,
            presets=self.presets,
        )
        bind_create_panel(self.panel, presenters)
        engine.set_previews(settings.preview_rate)  # type: ignore[arg-type]  # the declaration allows just these
        self._join()

    def begin(self) -> None:
        """Read what the first paint did not wait for, and have the engine load the model."""
        model = self.create.model
        if model is not None:
            self.reading.use_model(model)
            self.words.use_model(model)
        self.reading.show(self.create.form.prompt)
        self.words.load()
        self.presets.load()
        self.load_model()

    def load_model(self) -> None:
        """Have the engine load the chosen model, or try again."""
        create = self.create
        choice = ModelChoice(model=create.form.model, device=create.device, precision=create.precision)
        self._services.engine.load(choice)

    def kept_values(self) -> dict[str, Any]:
        """What to remember of the form."""
        model = self.create.model
        defaults = SamplingSettings() if model is None else model.defaults
        keep_prompt = self._services.preferences.settings.keep_prompt_history
        return values_of(self.create.form, keep_prompt=keep_prompt, defaults=defaults)

    def _join(self) -> None:
        board, preferences = self._services.board, self._services.preferences
        self.create.job_made.connect(self._take_job)
        self.create.refused.connect(board.post_fault)
        self.create.model_changed.connect(lambda _model: self.load_model())
        for failed in (self.reading.reader_failed, self.words.failed, self.presets.broken):
            failed.connect(board.post_fault)
        self.words.words_changed.connect(self._show_examples)
        self.empty_page.example_chosen.connect(self._take_example)
        self._services.engine.state_changed.connect(self._take_engine_state)
        preferences.changed.connect(self._follow_preference)

    def _take_job(self, job: Job) -> None:
        if not job.private:
            self.words.remember(job.request.prompt)
        self.job_made.emit(job)

    def _take_engine_state(self, state: EngineState) -> None:
        facts = state.facts if state.stage is EngineStage.READY else None
        self.panel.model.show_engine(*(device_name(facts.device), facts.precision) if facts else ("", ""))
        if facts is not None:
            self.panel.sampling.show_codebook(facts.codebook_size)

    def _show_examples(self, words: KnownWords) -> None:
        shown = [
            Example(prompt=example.prompt, seed=example.seed, picture=example.picture)
            for example in words.examples
            if example.seed is not None and example.picture is not None
        ]
        self.empty_page.set_examples(shown)

    def _take_example(self, prompt: str, seed: int) -> None:
        self.create.change(prompt=prompt, seed=seed)
        self.panel.draw_button.setFocus()

    def _follow_preference(self, key: str) -> None:
        settings = self._services.preferences.settings
        if key in ("device", "precision"):
            self.create.device, self.create.precision = settings.device, settings.precision
            self.load_model()
        elif key == "preview_rate":
            self._services.engine.set_previews(settings.preview_rate)  # type: ignore[arg-type]  # declared as these
        elif key == "model":
            self.create.change(model=settings.model)
        elif key == "image_count":
            self.create.change(image_count=settings.image_count)
        elif key == "keep_prompt_history":
            self.words.keeps = settings.keep_prompt_history
