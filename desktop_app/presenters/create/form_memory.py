"""The form as the window was left with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from desktop_app.core.installed_models import InstalledModel
from desktop_app.core.settings.settings import Settings
from desktop_app.core.window_state import WindowState
from desktop_app.presenters.create.form import IMAGE_COUNTS, Form
from model_runtime.errors import InvalidRequest
from model_runtime.request import MAX_SEED, SamplingSettings

PROMPT, COUNT, SEED, LOCKED, SAMPLING, MODEL = "prompt", "image_count", "seed", "seed_locked", "sampling", "model"


def remembered_form(
    state: WindowState, settings: Settings, models: Sequence[InstalledModel], *, prompt: str = ""
) -> Form:
    """The form to begin with: as it was left, as the preferences say where it was not; `prompt` goes first."""
    ids = [model.id for model in models]
    wanted = state.text(MODEL, settings.model)
    model_id = next((each for each in (wanted, settings.model, *ids) if each in ids), settings.model)
    defaults = next((model.defaults for model in models if model.id == model_id), SamplingSettings())
    count = state.number(COUNT, settings.image_count)
    seed = state.number(SEED, -1)
    locked = state.switch(LOCKED) and 0 <= seed <= MAX_SEED
    return Form(
        prompt=prompt or state.text(PROMPT),
        image_count=count if count in IMAGE_COUNTS else settings.image_count,
        seed=seed if locked else None,
        seed_locked=locked,
        sampling=_sampling(state, defaults),
        model=model_id,
    )


def values_of(form: Form, *, keep_prompt: bool, defaults: SamplingSettings) -> dict[str, Any]:
    """What to keep of a form; sampling as the model says is kept as that, since another model may say otherwise."""
    private = form.private or not keep_prompt
    return {
        PROMPT: "" if private else form.prompt,
        COUNT: form.image_count,
        SEED: form.seed if form.seed_locked and form.seed is not None else -1,
        LOCKED: form.seed_locked and form.seed is not None,
        SAMPLING: None if form.sampling == defaults else dataclasses.asdict(form.sampling),
        MODEL: form.model,
    }


def _sampling(state: WindowState, defaults: SamplingSettings) -> SamplingSettings:
    kept = state.group(SAMPLING)
    try:
        return SamplingSettings(**kept) if kept else defaults
    except (InvalidRequest, TypeError):  # a hand was at the file
        return defaults
