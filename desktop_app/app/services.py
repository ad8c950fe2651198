"""What nearly every part of the window is handed."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.core.notices import NoticeBoard
from desktop_app.core.paths import AppPaths
from desktop_app.presenters.preferences_presenter import PreferencesPresenter
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from desktop_app.workers.generation_worker import GenerationWorker


@dataclass(frozen=True, kw_only=True)
class Services:
    """One of each a program. usual: the folders as they are without a person's own choice."""

    paths: AppPaths
    usual: AppPaths
    preferences: PreferencesPresenter
    board: NoticeBoard
    theme: Theme
    background: Background
    engine: GenerationWorker
