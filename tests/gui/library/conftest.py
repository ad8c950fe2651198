"""A library of real pictures in a real catalogue, and the page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.search.finder import Finder
from desktop_app.core.library.search.found import Found, PictureIds, Sort
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.core.library.shelf import Shelf
from desktop_app.presenters.library.library_presenter import LibraryPresenter
from desktop_app.ui.library.binding import bind_library_page
from desktop_app.ui.library.library_page import LibraryPage
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Keep = Callable[..., list[str]]


@dataclass
class NotedChange:
    """An act that was noted, and what takes it back."""

    notes: list[str]
    words: str
    count: int = 0

    def undo(self) -> NotedChange:
        self.notes.append(f"not {self.words}")
        return NotedChange(self.notes, f"not {self.words}".replace("not not ", ""), self.count)


@dataclass
class NotedArranging:
    """The core's far end, as far as the page hears of it: notes what is asked, in order."""

    notes: list[str] = field(default_factory=list)

    def _note(self, words: str, count: int = 0) -> NotedChange:
        self.notes.append(words)
        return NotedChange(self.notes, words, count)

    def set_favourite(self, pictures: Sequence[str], favourite: bool) -> NotedChange:
        return self._note(f"favourite {len(pictures)} {favourite}", len(pictures))

    def set_rating(self, pictures: Sequence[str], rating: int) -> NotedChange:
        return self._note(f"rate {len(pictures)} {rating}", len(pictures))

    def add_to_collection(self, collection: str, pictures: Sequence[str]) -> NotedChange:
        return self._note(f"collect {collection} {len(pictures)}", len(pictures))

    def remove_from_collection(self, collection: str, pictures: Sequence[str]) -> NotedChange:
        return self._note(f"uncollect {collection} {len(pictures)}", len(pictures))

    def create_collection(self, name: str, query: str | None = None) -> NotedChange:
        return self._note(f"create {name}: {query}")

    def rename_collection(self, collection: str, name: str) -> NotedChange:
        return self._note(f"rename {collection} {name}")

    def set_query(self, collection: str, query: str) -> NotedChange:
        return self._note(f"query {collection} {query}")

    def move_collection(self, collection: str, place: int) -> NotedChange:
        return self._note(f"move {collection} {place}")

    def delete_collection(self, collection: str) -> NotedChange:
        return self._note(f"forget {collection}")

    def delete(self, pictures: Sequence[str]) -> NotedChange:
        return self._note(f"delete {len(pictures)}", len(pictures))

    def restore(self, pictures: Sequence[str]) -> NotedChange:
        return self._note(f"restore {len(pictures)}", len(pictures))

    def trash_count(self) -> int:
        return 2

    def empty_trash(self) -> int:
        self.notes.append("empty")
        return 2


class NoPictures:
    """An empty trash."""

    def search(self, query: str, sort: Sort, *, collection: str | None = None) -> Found:
        return Found(np.empty(0, np.int64))

    def rows(self, ids: PictureIds) -> list[PictureRow]:
        return []

    def picture_ids(self, ids: PictureIds) -> list[str]:
        return []


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(tmp_path / "data" / "catalogue.sqlite", pictures=tmp_path / "pictures")
    yield catalogue
    catalogue.close()


@pytest.fixture
def keep(catalogue: Catalogue, tiny_pipeline: DalleMiniPipeline) -> Keep:
    """Draws a run and keeps its pictures: `keep(prompt, count, days=…)`; answers their ids."""
    shelf = Shelf(catalogue.pictures, catalogue)

    def draw(prompt: str, count: int = 1, *, days: int = 0) -> list[str]:
        result = tiny_pipeline.generate(GenerationRequest(prompt=prompt, image_count=count, seed=days))
        created = NOON + timedelta(days=days)
        return [shelf.keep(replace(image, created=created)).id for image in result.images]

    return draw


@pytest.fixture
def finder(catalogue: Catalogue) -> Iterator[Finder]:
    finder = Finder(catalogue)
    yield finder
    finder.close()


@pytest.fixture
def background(qapp: QApplication, finder: Finder) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()
    qapp.processEvents()


@pytest.fixture
def arranging() -> NotedArranging:
    return NotedArranging()


@pytest.fixture
def library(finder: Finder, arranging: NotedArranging, background: Background, tmp_path: Path) -> LibraryPresenter:
    return LibraryPresenter(finder, NoPictures(), arranging, background, background, tmp_path / "cache")


@pytest.fixture
def page(library: LibraryPresenter, qtbot: QtBot) -> LibraryPage:
    page = LibraryPage(Theme("light"))
    bind_library_page(page, library)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    qtbot.waitExposed(page)
    return page
