"""The grid: a hundred thousand pictures laid out by arithmetic, read as they come into sight, chosen by hand or key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from desktop_app.core.library.search.found import Day, Found, PictureIds
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.grid_model import GridRole
from desktop_app.presenters.library.grid_presenter import GridPresenter
from desktop_app.presenters.library.thumbnails import rounded_square
from desktop_app.presenters.recent.thumbnail_file import ThumbnailState
from desktop_app.ui.library.grid_geometry import GAP, GridGeometry
from desktop_app.ui.library.grid_heads import day_name
from desktop_app.ui.library.grid_keys import GridKeys
from desktop_app.ui.library.grid_pointer import GridPointer
from desktop_app.ui.library.grid_view import GridView
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background

MANY = 100_000
TODAY = date(2026, 11, 24)
Key = Qt.Key


class Rows:
    """Rows made as they are asked for, which notes what was asked."""

    def __init__(self, picture: Path) -> None:
        self.picture = picture
        self.asked: list[int] = []
        self.favourites: set[int] = set()

    def rows(self, ids: PictureIds) -> Sequence[PictureRow]:
        self.asked += ids.tolist()
        return [self.row(int(key)) for key in reversed(ids)]

    def row(self, key: int) -> PictureRow:
        return PictureRow(
            id=key,
            path=self.picture,
            stamp=(0, 0),
            prompt=f"fox {key}",
            model="starter",
            created=datetime(2026, 11, 24, tzinfo=UTC),
            done=1.0,
            missing=False,
            favourite=key in self.favourites,
            rating=0,
            tags=(),
            note="",
            source="",
            picture_id=f"picture-{key}",
            run_id=None,
            position=0,
            seed=key,
            temperature=1.0,
            top_k=None,
            top_p=None,
            condition_scale=1.0,
            score=None,
            clip_score=None,
            parent=None,
            details="",
        )


def found(total: int = MANY, *counts: int) -> Found:
    """Pictures with falling ids, by days where `counts` are given; the rest is a day of its own."""
    days, first = [], 0
    for count in (*counts, total - sum(counts)) if counts else ():
        days.append(Day(TODAY - timedelta(days=len(days)), first, count))
        first += count
    return Found(np.arange(total, 0, -1, dtype=np.int64), tuple(days))


def grid(total: int, *counts: int, width: int = 560, size: int = 100) -> GridGeometry:
    return GridGeometry(total=total, days=found(total, *counts).days, width=width, size=size, margin=20, head=30)


# Where pictures lie ----------------------------------------------------------------------------------------


def test_lines_fill_the_width_evenly() -> None:
    for width in range(300, 1500, 37):
        places = grid(50, width=width)
        line = [places.rect(place) for place in range(places.columns)]
        assert line[0].left() == 20
        assert line[-1].right() == width - 21
        assert {rect.top() for rect in line} == {0}
        assert all(after.left() - before.right() - 1 in (GAP, GAP + 1) for before, after in pairwise(line))


def test_a_day_begins_a_line_below_its_head() -> None:
    places = grid(20, 3, 7)
    assert places.columns == 5
    assert [section.count for section in places.sections] == [3, 7, 10]
    assert places.rect(3).left() == places.rect(0).left()
    assert places.rect(3).top() - places.rect(0).bottom() > places.head
    assert places.rect(8).top() == places.rect(3).top() + places.side + GAP
    assert places.height > places.rect(19).bottom()


def test_every_picture_is_found_where_it_lies() -> None:
    places = grid(60, 1, 12, 5, 30)
    for place in range(60):
        assert places.place_at(places.rect(place).center()) == place
    assert places.place_at(QPoint(0, 0)) is None
    assert places.place_at(places.rect(59).center() + QPoint(places.side + GAP, 0)) is None


def test_what_touches_an_area_is_what_lies_there() -> None:
    places = grid(60, 1, 12, 5, 30)
    for area in (QRect(0, 0, 560, 300), QRect(130, 90, 150, 400), QRect(20, 500, 1, 1), QRect(540, 0, 30, 2000)):
        spans = places.spans_in(area)
        hit = [place for first, last in spans for place in range(first, last + 1)]
        assert hit == [place for place in range(60) if places.rect(place).intersects(area)]


def test_arrows_cross_days_in_their_column() -> None:
    places = grid(20, 3, 7)  # lines: 0-2 | 3-7, 8-9 | 10-14, 15-19
    assert places.beside(1, 1) == 4
    assert places.beside(7, 1) == 9  # the last line of the day is shorter
    assert places.beside(9, 1) == 11
    assert places.beside(14, -1) == 9
    assert places.beside(0, -1) == 0
    assert places.beside(19, 4) == 19
    assert places.beside(0, 4) == 15


def test_days_have_names() -> None:
    assert day_name(TODAY, TODAY) == "Today"
    assert day_name(TODAY - timedelta(days=1), TODAY) == "Yesterday"
    assert day_name(date(2026, 11, 21), TODAY) == "21 November 2026"


# The view --------------------------------------------------------------------------------------------------


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    picture = tmp_path / "fox.png"
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor("#c04020"))
    assert image.save(str(picture))  # type: ignore[call-overload]
    return Rows(picture)


@pytest.fixture
def presenter(rows: Rows, background: Background, tmp_path: Path) -> GridPresenter:
    presenter = GridPresenter(rows, background, background, tmp_path / "cache")
    QAbstractItemModelTester(presenter.model, QAbstractItemModelTester.FailureReportingMode.Warning, presenter)
    return presenter


@pytest.fixture
def view(presenter: GridPresenter, qtbot: QtBot) -> GridView:
    view = GridView(Theme("light"))
    view.show_grid(presenter.model, presenter.thumbnails.of)
    view.in_sight_changed.connect(presenter.watch)
    view.cell_size_changed.connect(presenter.set_size)
    presenter.thumbnail_arrived.connect(view.thumbnail_arrived)
    qtbot.addWidget(view)
    view.resize(580, 400)
    view.set_size(100)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    return view


def chosen(view: GridView) -> list[int]:
    ids = view.selected_ids()
    return [] if ids is None else ids.tolist()


def press(view: GridView, qtbot: QtBot, *keys: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    for key in keys:
        qtbot.keyClick(view, key, held or Qt.KeyboardModifier.NoModifier)


def click(view: GridView, qtbot: QtBot, place: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, view.cell(place).center())


def test_only_what_is_near_is_read(view: GridView, presenter: GridPresenter, rows: Rows, qtbot: QtBot) -> None:
    presenter.model.show_found(found())
    assert presenter.model.rowCount() == MANY
    qtbot.waitUntil(lambda: presenter.model.row(0) is not None)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: presenter.model.row(MANY - 1) is not None)
    assert presenter.model.row(MANY - 1) == rows.row(1)
    assert presenter.model.index(MANY // 2, 0).data(GridRole.ROW) is None
    assert len(rows.asked) < 1000


def test_what_scrolled_away_is_not_read(view: GridView, presenter: GridPresenter, rows: Rows, qtbot: QtBot) -> None:
    presenter.model.show_found(found())
    bar = view.verticalScrollBar()
    for share in range(1, 100):
        bar.setValue(bar.maximum() * share // 100)
    first, last = view.geometry_of_grid.in_sight(bar.value(), bar.value() + 400) or (0, 0)
    qtbot.waitUntil(
        lambda: presenter.model.row(first) is not None and presenter.model.row(last) is not None, timeout=30_000
    )
    assert len(rows.asked) < 2000  # of a hundred places passed, those begun and those wanted at last


def test_thumbnails_come_and_are_made_for_the_pixel(
    view: GridView, presenter: GridPresenter, rows: Rows, qtbot: QtBot
) -> None:
    presenter.model.show_found(found(40))

    def side() -> int:
        image = presenter.thumbnails.of(rows.row(40)).image
        return 0 if image is None else image.width()

    qtbot.waitUntil(lambda: side() == view.geometry_of_grid.side)
    middle = view.cell(0).center()
    qtbot.waitUntil(lambda: view.viewport().grab().toImage().pixelColor(middle) == QColor("#c04020"))
    view.set_size(200)
    qtbot.waitUntil(lambda: side() == view.geometry_of_grid.side)


def test_a_picture_without_a_file_shows_as_such(
    view: GridView, presenter: GridPresenter, rows: Rows, qtbot: QtBot
) -> None:
    rows.picture.unlink()
    presenter.model.show_found(found(4))
    qtbot.waitUntil(lambda: presenter.thumbnails.of(rows.row(4)).state is ThumbnailState.MISSING)


def test_a_wide_picture_is_cut_to_its_middle() -> None:
    image = QImage(300, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    for x in range(100, 200):
        for y in range(100):
            image.setPixelColor(x, y, QColor("lime"))
    square = rounded_square(image, 50, 8)
    assert (square.width(), square.height()) == (50, 50)
    assert square.pixelColor(3, 25).green() > 250
    assert square.pixelColor(46, 25).green() > 250
    assert square.pixelColor(0, 0).alpha() == 0


def test_clicks_choose(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    GridPointer(view)
    presenter.model.show_found(found(20, 3, 7))
    click(view, qtbot, 1)
    assert chosen(view) == [19]
    click(view, qtbot, 4, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [19, 16]
    click(view, qtbot, 1, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [16]
    click(view, qtbot, 4)
    click(view, qtbot, 6, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == [16, 15, 14]
    click(view, qtbot, 5)  # one of several: alone once the button is up
    assert chosen(view) == [15]


def test_a_rubber_band_chooses_what_it_touches(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    GridPointer(view)
    presenter.model.show_found(found(20))
    start = view.cell(0).topLeft() - QPoint(5, 0)
    end = view.cell(6).center()
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view.viewport(), end)
    assert view.band is not None
    assert chosen(view) == [20, 19, 15, 14]
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.band is None
    assert chosen(view) == [20, 19, 15, 14]


def test_the_star_is_clicked_in_its_corner(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    pointer = GridPointer(view)
    presenter.model.show_found(found(20))
    corner = view.cell(3).topRight() + QPoint(-8, 8)
    with qtbot.waitSignal(pointer.star_clicked) as heard:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert heard.args == [3]
    assert chosen(view) == []


def test_keys_go_everywhere(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    GridKeys(view)
    presenter.model.show_found(found(MANY, 3, 7))
    press(view, qtbot, Key.Key_Home)
    assert chosen(view) == [MANY]
    press(view, qtbot, Key.Key_Right, Key.Key_Down)
    assert chosen(view) == [MANY - 4]
    press(view, qtbot, Key.Key_Down, held=Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == [MANY - place for place in range(4, 10)]
    press(view, qtbot, Key.Key_End)
    assert chosen(view) == [1]
    assert view.viewport().rect().contains(view.cell(MANY - 1))
    press(view, qtbot, Key.Key_PageUp)
    assert chosen(view)[0] > 1
    press(view, qtbot, Key.Key_A, held=Qt.KeyboardModifier.ControlModifier)
    assert len(chosen(view)) == MANY
    press(view, qtbot, Key.Key_Escape)
    assert len(chosen(view)) == 1


def test_space_chooses_beside_the_others(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    GridKeys(view)
    presenter.model.show_found(found(20))
    press(view, qtbot, Key.Key_Home)
    press(view, qtbot, Key.Key_Right, Key.Key_Right, held=Qt.KeyboardModifier.ControlModifier)
    press(view, qtbot, Key.Key_Space)
    assert chosen(view) == [20, 18]


@pytest.mark.parametrize(
    ("key", "held", "act"),
    [
        (Key.Key_Return, Qt.KeyboardModifier.NoModifier, (PictureAct.OPEN, None)),
        (Key.Key_Delete, Qt.KeyboardModifier.NoModifier, (PictureAct.DELETE, None)),
        (Key.Key_F, Qt.KeyboardModifier.NoModifier, (PictureAct.FAVOURITE, None)),
        (Key.Key_4, Qt.KeyboardModifier.NoModifier, (PictureAct.RATE, 4)),
        (Key.Key_0, Qt.KeyboardModifier.KeypadModifier, (PictureAct.RATE, 0)),
        (Key.Key_C, Qt.KeyboardModifier.ControlModifier, (PictureAct.COPY, None)),
    ],
)
def test_keys_act(
    view: GridView,
    presenter: GridPresenter,
    qtbot: QtBot,
    key: Qt.Key,
    held: Qt.KeyboardModifier,
    act: tuple[PictureAct, int | None],
) -> None:
    keys = GridKeys(view)
    presenter.model.show_found(found(20))
    with qtbot.waitSignal(keys.act_wanted) as heard:
        press(view, qtbot, key, held=held)
    assert tuple(heard.args) == act


def test_letters_begin_a_search(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    keys = GridKeys(view)
    presenter.model.show_found(found(20))
    with qtbot.waitSignal(keys.typed) as heard:
        press(view, qtbot, Key.Key_O)
    assert heard.args == ["o"]


def test_what_is_chosen_stays_so_among_other_pictures(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    GridPointer(view)
    presenter.model.show_found(found(20))
    click(view, qtbot, 2)
    click(view, qtbot, 7, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [18, 13]
    presenter.model.show_found(Found(np.array([30, 13, 12, 18], np.int64), ()))
    assert chosen(view) == [13, 18]
    presenter.model.show_found(found(5))
    assert chosen(view) == []


def test_what_is_at_the_top_stays_there_when_sizes_change(
    view: GridView, presenter: GridPresenter, qtbot: QtBot
) -> None:
    presenter.model.show_found(found())
    bar = view.verticalScrollBar()
    bar.setValue(view.geometry_of_grid.rect(50_000).top())
    view.set_size(220)
    in_sight = view.geometry_of_grid.in_sight(bar.value(), bar.value() + 400)
    assert in_sight is not None
    assert in_sight[0] <= 50_000 <= in_sight[1]


def test_every_picture_is_told_to_screen_readers(view: GridView, presenter: GridPresenter, qtbot: QtBot) -> None:
    presenter.model.describe = lambda row: f"{row.prompt}, starter"
    presenter.model.show_found(found(20))
    qtbot.waitUntil(lambda: presenter.model.row(0) is not None)
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.childCount() == 20
    assert interface.child(2).text(QAccessible.Text.Name) == "fox 18, starter"


def test_a_change_shows_without_a_gap(view: GridView, presenter: GridPresenter, rows: Rows, qtbot: QtBot) -> None:
    presenter.model.show_found(found(20))
    qtbot.waitUntil(lambda: presenter.model.row(0) is not None)
    rows.favourites.add(20)
    presenter.refresh()
    before = presenter.model.row(0)
    assert before is not None
    assert not before.favourite  # as it was, until it is read
    qtbot.waitUntil(lambda: getattr(presenter.model.row(0), "favourite", False))
