"""The side bar: shelves and collections with counts; renaming, moving and dropping ask for acts; acts can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.library_presenter import Chosen, LibraryPresenter, PageState
from desktop_app.presenters.library.search_presenter import EVERYTHING, Scope, Shelf
from desktop_app.presenters.library.sidebar_model import LineKind
from desktop_app.ui.library.library_page import LibraryPage

Keep = Callable[..., list[str]]
FOXES, HATS = Scope(Shelf.COLLECTION, "foxes"), Scope(Shelf.SMART, "hats")


@pytest.fixture
def filled(
    page: LibraryPage, library: LibraryPresenter, catalogue: Catalogue, keep: Keep, qtbot: QtBot
) -> Iterator[LibraryPage]:
    """Three foxes, of which two are in a collection, and a hat, which a smart one finds."""
    foxes = keep("a red fox", 3)
    keep("a blue hat", 1, days=1)
    with catalogue.connections.writing() as db:
        rows = [("foxes", "Foxes", None, 1), ("more", "More", None, 2), ("hats", "Hats", "hat", 3)]
        db.executemany("INSERT INTO collections VALUES (?, ?, ?, ?)", rows)
        for place, picture in enumerate((foxes[2], foxes[0])):
            db.execute("INSERT INTO collection_pictures VALUES ('foxes', ?, ?)", (place, picture))
    QAbstractItemModelTester(library.sidebar, QAbstractItemModelTester.FailureReportingMode.Warning, library.sidebar)
    library.refresh()
    qtbot.waitUntil(lambda: page.grid.count == 4 and len(library.sidebar.lines) == 8)
    return page


def test_lines_have_counts(filled: LibraryPage, library: LibraryPresenter) -> None:
    told = [(line.kind, line.name, line.count) for line in library.sidebar.lines]
    assert told == [
        (LineKind.SHELF, "", 4),
        (LineKind.SHELF, "", 0),
        (LineKind.SHELF, "", 2),
        (LineKind.COLLECTIONS, "", None),
        (LineKind.COLLECTION, "Foxes", 2),
        (LineKind.COLLECTION, "More", 0),
        (LineKind.SMART_ONES, "", None),
        (LineKind.SMART, "Hats", 1),
    ]


def test_a_line_shows_its_pictures(filled: LibraryPage, library: LibraryPresenter, qtbot: QtBot) -> None:
    view = filled.sidebar.view
    place = view.visualRect(library.sidebar.index_of(FOXES)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: filled.grid.count == 2)
    assert filled.search.sort.currentText() == "As arranged"
    library.search.set_scope(HATS)
    qtbot.waitUntil(lambda: filled.grid.count == 1)


def test_arrows_go_through_the_lines(filled: LibraryPage, library: LibraryPresenter, qtbot: QtBot) -> None:
    view = filled.sidebar.view
    view.setFocus()
    view.setCurrentIndex(library.sidebar.index_of(EVERYTHING))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert library.search.scope == Scope(Shelf.FAVOURITES)


def test_a_collection_that_is_gone_is_left(
    filled: LibraryPage, library: LibraryPresenter, catalogue: Catalogue, qtbot: QtBot
) -> None:
    library.search.set_scope(HATS)
    with catalogue.connections.writing() as db:
        db.execute("DELETE FROM collections WHERE id = 'hats'")
    library.refresh()
    qtbot.waitUntil(lambda: library.search.scope == EVERYTHING)
    qtbot.waitUntil(lambda: filled.grid.count == 4)


def test_a_name_is_edited_in_place(filled: LibraryPage, arranging: object, qtbot: QtBot) -> None:
    filled.sidebar.rename(FOXES)
    editor = filled.sidebar.view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "Moon  foxes")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: arranging.notes == ["rename foxes Moon foxes"])  # type: ignore[attr-defined]


def test_delete_asks_for_the_collection_alone(filled: LibraryPage, arranging: object, qtbot: QtBot) -> None:
    view = filled.sidebar.view
    view.setCurrentIndex(view.model().index(0, 0))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    view.setCurrentIndex(view.model().index(4, 0))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: arranging.notes == ["forget foxes"])  # type: ignore[attr-defined]


def drop(page: LibraryPage, library: LibraryPresenter, scope: Scope) -> bool:
    model, mime = library.sidebar, page.dragged_data()
    return model.dropMimeData(mime, Qt.DropAction.CopyAction, -1, -1, model.index_of(scope))


def test_pictures_are_dropped_on_lines(
    filled: LibraryPage, library: LibraryPresenter, arranging: object, qtbot: QtBot
) -> None:
    notes: list[str] = arranging.notes  # type: ignore[attr-defined]
    assert filled.grid.choice is not None
    filled.grid.choice.take_spans([(0, 1)])
    assert drop(filled, library, FOXES)
    qtbot.waitUntil(lambda: notes[-1:] == ["collect foxes 2"])
    assert drop(filled, library, Scope(Shelf.FAVOURITES))
    qtbot.waitUntil(lambda: notes[-1:] == ["favourite 2 True"])
    assert not drop(filled, library, HATS)
    assert not drop(filled, library, EVERYTHING)


def test_files_are_dragged_out(filled: LibraryPage, library: LibraryPresenter, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: library.grid.model.row(0) is not None)
    assert filled.grid.choice is not None
    filled.grid.choice.take_all()
    urls = filled.dragged_data().urls()
    assert len(urls) == 4
    assert all(url.toLocalFile().endswith(".png") for url in urls)


def test_a_collection_is_moved(filled: LibraryPage, library: LibraryPresenter, arranging: object, qtbot: QtBot) -> None:
    model = library.sidebar
    mime = model.mimeData([model.index(5)])  # More
    assert not model.dropMimeData(mime, Qt.DropAction.MoveAction, 4, 0, QModelIndex())
    qtbot.waitUntil(lambda: arranging.notes == ["move more 0"])  # type: ignore[attr-defined]
    assert not model.canDropMimeData(mime, Qt.DropAction.MoveAction, 1, 0, QModelIndex())


def test_acts_are_done_and_taken_back_in_order(
    filled: LibraryPage, library: LibraryPresenter, arranging: object, qtbot: QtBot
) -> None:
    notes: list[str] = arranging.notes  # type: ignore[attr-defined]
    assert filled.grid.choice is not None
    filled.grid.setFocus()
    filled.grid.choice.take_all()
    for key in (Qt.Key.Key_F, Qt.Key.Key_3, Qt.Key.Key_Delete):
        qtbot.keyClick(filled.grid, key)
    qtbot.waitUntil(lambda: notes == ["favourite 4 True", "rate 4 3", "delete 4"])
    library.arranging.undo()
    library.arranging.undo()
    library.arranging.redo()
    qtbot.waitUntil(lambda: notes[3:] == ["not delete 4", "not rate 4 3", "not not rate 4 3"])
    assert library.arranging.can_undo


def test_other_acts_are_told_with_their_pictures(filled: LibraryPage, library: LibraryPresenter, qtbot: QtBot) -> None:
    assert filled.grid.choice is not None
    filled.grid.choice.take(0)
    with qtbot.waitSignal(library.asked) as heard:
        qtbot.keyClick(filled.grid, Qt.Key.Key_Return)
    act, chosen, value = heard.args
    assert (act, value) == (PictureAct.OPEN, None)
    assert isinstance(chosen, Chosen)
    assert chosen.ids.tolist() == library.grid.model.found.ids[:1].tolist()


def test_the_menu_offers_what_the_shelf_allows(filled: LibraryPage) -> None:
    def words(menu: QMenu) -> list[str]:
        return [action.text().split("\t")[0] for action in menu.actions() if action.text()]

    assert words(filled.menu.menu(2, Shelf.TRASH, [])) == ["Restore"]
    assert "Remove from this collection" in words(filled.menu.menu(1, Shelf.COLLECTION, []))
    assert "Remove from this collection" not in words(filled.menu.menu(1, Shelf.ALL, []))


def test_a_search_is_kept_as_a_smart_collection(
    filled: LibraryPage, library: LibraryPresenter, arranging: object, qtbot: QtBot
) -> None:
    library.search.set_text("hat rating:>=4")
    filled.name_given.emit("Best hats")
    qtbot.waitUntil(lambda: arranging.notes == ["create Best hats: hat rating:>=4"])  # type: ignore[attr-defined]


def test_the_trash_offers_its_own_acts(filled: LibraryPage, library: LibraryPresenter, qtbot: QtBot) -> None:
    assert not filled.trash_bar.isVisible()
    library.search.set_scope(Scope(Shelf.TRASH))
    assert filled.trash_bar.isVisible()
    assert not filled.filters.isVisible()
    qtbot.waitUntil(lambda: library.state is PageState.EMPTY_SHELF)  # nothing of the library is taken for deleted
    library.search.set_scope(EVERYTHING)
    assert not filled.trash_bar.isVisible()


def test_a_narrow_window_leaves_its_room_to_the_pictures(filled: LibraryPage) -> None:
    filled.resize(1100, 700)
    assert not filled.details.isVisible()
    assert filled.sidebar.isVisible()
    filled.resize(500, 700)
    assert not filled.sidebar.isVisible()
    chips = (filled.filters.favourite, filled.filters.missing)
    assert all(filled.filters.rect().contains(chip.geometry()) for chip in chips)
    assert chips[0].y() < chips[1].y()  # they went on in another line
    filled.resize(1300, 700)
    assert filled.details.isVisible()
