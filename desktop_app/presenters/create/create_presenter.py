"""The fields of the Create page: their rules, and the job that "Draw" makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.installed_models import InstalledModel
from desktop_app.core.jobs.job import Job
from desktop_app.presenters.create.form import Form
from model_runtime.errors import InvalidRequest
from model_runtime.request import SamplingSettings, draw_seed


class CreatePresenter(QObject):
    """Holds the form; every change goes through `change`.

    form_changed(Form). models_changed(tuple of InstalledModel). model_changed(InstalledModel).
    job_made(Job): "Draw" was pressed. refused(Fault): it was, but the form cannot be drawn.
    """

    form_changed = Signal(object)
    models_changed = Signal(object)
    model_changed = Signal(object)
    job_made = Signal(object)
    refused = Signal(object)

    def __init__(
        self,
        form: Form,
        models: Sequence[InstalledModel],
        *,
        device: str,
        precision: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.form = form
        self.device = device
        self.precision = precision
        self.models = tuple(models)

    @property
    def model(self) -> InstalledModel | None:
        """The chosen model, where it is installed."""
        return next((model for model in self.models if model.id == self.form.model), None)

    def change(self, **fields: Any) -> None:
        """Set some of the form's fields; a change of model brings its own sampling defaults along.

        The defaults come only where the sampling was the last model's own: what a person set stays.
        """
        before, model = self.form, self.model
        form = replace(before, **fields)
        if form == before:
            return
        self.form = form
        if form.model != before.model and self.model is not None:
            if "sampling" not in fields and (model is None or before.sampling == model.defaults):
                self.form = replace(form, sampling=self.model.defaults)
            self.model_changed.emit(self.model)
        self.form_changed.emit(self.form)

    def set_models(self, models: Sequence[InstalledModel]) -> None:
        """Other models are installed now; where the chosen one is gone, the first takes its place."""
        self.models = tuple(models)
        self.models_changed.emit(self.models)
        if self.model is None and self.models:
            self.change(model=self.models[0].id)

    def roll_seed(self) -> None:
        """A new random seed in the field, where it can be seen and kept."""
        self.change(seed=draw_seed())

    def use_sampling(self, sampling: SamplingSettings | None) -> None:
        """A preset: None = the model's own defaults."""
        own = self.model.defaults if self.model else SamplingSettings()
        self.change(sampling=sampling or own)

    def draw(self) -> Job | None:
        """Queue what the form says; a seed that is not locked is used once."""
        if not self.form.can_draw:
            return None
        try:
            job = self.form.job(device=self.device, precision=self.precision)
        except InvalidRequest as error:
            self.refused.emit(Fault.of(error))
            return None
        self.job_made.emit(job)
        if not self.form.seed_locked:
            self.change(seed=None)
        return job
