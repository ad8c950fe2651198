"""Joins the library page with its presenter: the one place that knows both."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_app.core.library.search.found import Sort
from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.library_presenter import LibraryPresenter
from desktop_app.presenters.library.search_presenter import EVERYTHING, Scope, Shelf
from desktop_app.presenters.library.sidebar_model import Line, LineKind
from desktop_app.ui.library.library_page import LibraryPage
from desktop_app.ui.library.picture_words import described


def bind_library_page(page: LibraryPage, presenter: LibraryPresenter) -> None:
    """Have the page show what the presenter says, and its signals ask for acts; once for a page."""
    presenter.grid.model.describe = described
    _join_grid(page, presenter)
    _join_search(page, presenter)
    _join_sidebar(page, presenter)
    presenter.state_changed.connect(page.show_state)
    presenter.progress_changed.connect(page.states.show_progress)
    page.show_state(presenter.state)
    arranging = presenter.arranging
    _shortcut(page, page.tr("Undo"), QKeySequence.StandardKey.Undo, arranging.undo)
    _shortcut(page, page.tr("Redo"), QKeySequence.StandardKey.Redo, arranging.redo)
    page.trash_bar.empty_wanted.connect(arranging.empty_trash)
    page.sidebar.empty_trash_wanted.connect(page.trash_bar.ask)


def _join_grid(page: LibraryPage, presenter: LibraryPresenter) -> None:
    view, grid = page.grid, presenter.grid
    view.show_grid(grid.model, grid.thumbnails.of)
    view.in_sight_changed.connect(grid.watch)
    view.cell_size_changed.connect(grid.set_size)
    grid.thumbnail_arrived.connect(view.thumbnail_arrived)

    def act(what: PictureAct, value: object = None) -> None:
        ids = view.selected_ids()
        if ids is not None:
            presenter.act(what, ids, value)

    def turn_star(place: int) -> None:
        presenter.act(PictureAct.FAVOURITE, grid.model.ids([(place, place)]))

    def show_menu(place: QPoint) -> None:
        own = [line for line in presenter.sidebar.lines if line.kind is LineKind.COLLECTION]
        collections = [(line.scope.id, line.name) for line in own if line.scope]
        ids = view.selected_ids()
        count = 0 if ids is None else len(ids)
        menu = page.menu.menu(count, presenter.search.scope.shelf, collections)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def show_chosen() -> None:
        chosen = 0 if view.choice is None else view.choice.count
        page.trash_bar.show_counts(chosen=chosen, total=view.count)

    page.keys.act_wanted.connect(act)
    page.menu.act_wanted.connect(act)
    page.pointer.opened.connect(lambda: act(PictureAct.OPEN))
    page.pointer.star_clicked.connect(turn_star)
    page.pointer.menu_wanted.connect(show_menu)
    page.trash_bar.restore_wanted.connect(lambda: act(PictureAct.RESTORE))
    view.choice_changed.connect(show_chosen)


def _join_search(page: LibraryPage, presenter: LibraryPresenter) -> None:
    search, bar, filters = presenter.search, page.search, page.filters

    def show_sort(sort: Sort) -> None:
        bar.set_sort(sort, in_collection=search.scope.shelf is Shelf.COLLECTION)

    bar.text_edited.connect(search.type)
    bar.text_edited.connect(filters.set_text)
    bar.sort_chosen.connect(search.set_sort)
    filters.text_wanted.connect(search.set_text)
    search.text_changed.connect(bar.set_text)
    search.text_changed.connect(filters.set_text)
    search.sort_changed.connect(show_sort)
    presenter.total_changed.connect(lambda total: bar.set_total(total, searching=bool(search.text.strip())))
    page.name_given.connect(presenter.save_search)
    page.states.example_chosen.connect(search.set_text)
    page.states.clear_wanted.connect(lambda: search.set_scope(EVERYTHING))


def _join_sidebar(page: LibraryPage, presenter: LibraryPresenter) -> None:
    sidebar, arranging = page.sidebar, presenter.arranging
    sidebar.show_model(presenter.sidebar)
    sidebar.scope_chosen.connect(lambda scope: _show(presenter, scope))
    presenter.search.scope_changed.connect(page.show_scope)

    def create() -> None:
        before = {line.scope for line in presenter.sidebar.lines}

        def name_it() -> None:
            """Once it is there its name can be typed."""
            new = [line.scope for line in presenter.sidebar.lines if line.scope and line.scope not in before]
            if new:
                presenter.sidebar.modelReset.disconnect(name_it)
                sidebar.rename(new[0])

        presenter.sidebar.modelReset.connect(name_it)
        arranging.create_collection(page.tr("New collection"))

    def delete(line: Line) -> None:
        if line.scope is not None:
            arranging.delete_collection(line.scope.id)

    def edit_query(line: Line) -> None:
        """The search is put into the field, where it can be changed and saved again."""
        presenter.search.set_scope(EVERYTHING)
        presenter.search.set_text(line.query)
        page.search.focus_field()

    sidebar.create_wanted.connect(create)
    sidebar.delete_wanted.connect(delete)
    sidebar.edit_query_wanted.connect(edit_query)


def _show(presenter: LibraryPresenter, scope: Scope) -> None:
    if scope != presenter.search.scope:
        presenter.search.set_scope(scope)


def _shortcut(page: QWidget, words: str, keys: QKeySequence.StandardKey, act: Callable[[], None]) -> None:
    action = QAction(words, page)
    action.setShortcuts(keys)
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _checked: act())
    page.addAction(action)
