"""Searching: the field's text is the search, filters write into it, the last wish counts, nothing found teaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.search.found import Found, Sort
from desktop_app.presenters.library import filters
from desktop_app.presenters.library.grid_model import NOTHING
from desktop_app.presenters.library.library_presenter import LibraryPresenter, PageState
from desktop_app.presenters.library.search_presenter import Scope, SearchPresenter, Shelf
from desktop_app.ui.library.library_page import LibraryPage

Keep = Callable[..., list[str]]
FAVOURITE = ("fav", "favourite", "favorite")


@pytest.mark.parametrize(
    ("text", "on", "expected"),
    [
        ("", True, "fav"),
        ("moon fox", True, "moon fox fav"),
        ("favourite moon", True, "moon fav"),
        ("moon FAV fox", False, "moon fox"),
        ('"fav" moon', False, '"fav" moon'),  # in quotation marks it is a word
    ],
)
def test_a_flag_is_written_into_the_text(text: str, on: bool, expected: str) -> None:
    assert filters.with_flag(text, on, *FAVOURITE) == expected


def test_a_value_takes_the_place_of_the_one_before() -> None:
    text = filters.with_value('moon rating:>=2 "red fox"', ">=4", "rating")
    assert text == 'moon "red fox" rating:>=4'
    assert filters.rating_of(text) == 4
    assert filters.with_value(text, None, "rating") == 'moon "red fox"'


def test_a_value_with_spaces_is_quoted_and_read_again() -> None:
    text = filters.with_value("", 'my "own" model', "model")
    assert filters.value_of(text, "model") == 'my "own" model'


def test_what_no_filter_is_for_stays() -> None:
    assert filters.terms('a -b tag:"x y" seed:7') == ["a", "-b", 'tag:"x y"', "seed:7"]
    assert filters.rating_of("rating:2..4") == 0


class Slow:
    """A source that notes what is searched; work is done when a test says so."""

    def __init__(self) -> None:
        self.searched: list[str] = []
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []

    def search(self, query: str, sort: Sort, *, collection: str | None = None) -> Found:
        self.searched.append(query)
        return NOTHING

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: object = None) -> None:
        self.waiting.append((work, done))

    def answer(self) -> None:
        work, done = self.waiting.pop(0)
        done(work())


def test_the_last_wish_counts(qapp: QApplication) -> None:
    slow = Slow()
    search = SearchPresenter(slow, slow, slow)  # type: ignore[arg-type]
    search.set_text("f")
    search.set_text("fo")
    search.set_text("fox")
    assert len(slow.waiting) == 1
    slow.answer()
    slow.answer()
    assert slow.searched == ["f", "fox"]
    assert not slow.waiting


def test_an_answer_for_another_shelf_is_not_shown(qapp: QApplication) -> None:
    slow, heard = Slow(), []
    search = SearchPresenter(slow, slow, slow)  # type: ignore[arg-type]
    search.found.connect(lambda found, source: heard.append(found))
    search.search()
    search.set_scope(Scope(Shelf.FAVOURITES))
    slow.answer()
    assert heard == []
    slow.answer()
    assert len(heard) == 1
    assert slow.searched[-1].split() == ["fav"]


# The page -------------------------------------------------------------------------------------------------


def show(page: LibraryPage, library: LibraryPresenter, qtbot: QtBot, count: int) -> None:
    library.refresh()
    qtbot.waitUntil(lambda: page.grid.count == count)


def test_typing_finds(page: LibraryPage, library: LibraryPresenter, keep: Keep, qtbot: QtBot) -> None:
    keep("a red fox", 2)
    keep("a blue moon", 1, days=1)
    show(page, library, qtbot, 3)
    qtbot.keyClicks(page.search.field, "fo")
    qtbot.waitUntil(lambda: page.grid.count == 2)
    assert "2" in page.search._found.text()
    qtbot.keyClick(page.search.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.grid.count == 3)
    assert page.search._found.text() == ""


def test_a_letter_in_the_grid_begins_a_search(
    page: LibraryPage, library: LibraryPresenter, keep: Keep, qtbot: QtBot
) -> None:
    keep("a red fox", 2)
    keep("a blue moon", 1, days=1)
    show(page, library, qtbot, 3)
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_M)
    assert page.search.field.text() == "m"
    qtbot.waitUntil(lambda: page.grid.count == 1)


def test_chips_and_text_say_the_same(
    page: LibraryPage, library: LibraryPresenter, catalogue: Catalogue, keep: Keep, qtbot: QtBot
) -> None:
    keep("a red fox", 2)
    with catalogue.connections.writing() as db:
        db.execute("UPDATE images SET favourite = 1 WHERE row = 1")
    show(page, library, qtbot, 2)
    qtbot.mouseClick(page.filters.favourite, Qt.MouseButton.LeftButton)
    assert page.search.field.text() == "fav"
    qtbot.waitUntil(lambda: page.grid.count == 1)
    qtbot.keyClicks(page.search.field, " rating:>=4")
    assert page.filters.rating.isChecked()
    assert "4" in page.filters.rating.text()
    qtbot.waitUntil(lambda: library.state is PageState.NOTHING_FOUND)
    qtbot.mouseClick(page.filters.favourite, Qt.MouseButton.LeftButton)
    assert page.search.field.text() == "rating:>=4"


def test_an_empty_library_and_an_empty_answer_are_told_apart(
    page: LibraryPage, library: LibraryPresenter, keep: Keep, qtbot: QtBot
) -> None:
    library.refresh()
    qtbot.waitUntil(lambda: library.state is PageState.EMPTY)
    keep("a red fox", 1)
    show(page, library, qtbot, 1)
    assert library.state is PageState.PICTURES
    assert page.grid.isVisible()
    library.search.set_text("walrus")
    qtbot.waitUntil(lambda: library.state is PageState.NOTHING_FOUND)
    assert page.states.isVisible()
    page.states.example_chosen.emit("fox")
    qtbot.waitUntil(lambda: library.state is PageState.PICTURES)
    assert page.search.field.text() == "fox"


def test_orders(page: LibraryPage, library: LibraryPresenter, keep: Keep, qtbot: QtBot) -> None:
    keep("old", 1)
    keep("new", 1, days=3)
    show(page, library, qtbot, 2)
    qtbot.waitUntil(lambda: getattr(library.grid.model.row(0), "prompt", "") == "new")
    page.search.sort.setCurrentIndex(1)
    page.search.sort.activated.emit(1)
    qtbot.waitUntil(lambda: getattr(library.grid.model.row(0), "prompt", "") == "old")
    assert [day.count for day in library.grid.model.found.days] == [1, 1]


def test_a_rebuild_and_a_lost_folder_cover_what_is_found(
    page: LibraryPage, library: LibraryPresenter, keep: Keep, qtbot: QtBot
) -> None:
    keep("a red fox", 1)
    show(page, library, qtbot, 1)
    library.hold(PageState.REBUILDING)
    assert not page.grid.isVisible()
    library.hold(None)
    assert page.grid.isVisible()
