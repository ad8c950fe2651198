"""Recent runs: newest first, page by page, with thumbnails of the real files, and nothing dropped in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.records import GenerationRecord
from desktop_app.core.library.shelf import Shelf
from desktop_app.core.library.trash import Trash
from desktop_app.presenters.recent import recent_runs_model
from desktop_app.presenters.recent.recent_presenter import RecentPresenter
from desktop_app.presenters.recent.recent_runs_model import RecentRole, RecentRunsModel
from desktop_app.presenters.recent.thumbnail_file import FOLDER, SIDE, ThumbnailState, read_thumbnail
from desktop_app.presenters.recent.thumbnails import Thumbnails
from desktop_app.ui.recent_panel.recent_view import RecentView
from desktop_app.ui.side_column.side_column import SideColumn
from desktop_app.ui.side_column.wiring import join_recent
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import new_id
from model_runtime.request import GenerationRequest
from model_runtime.result import GenerationResult

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FarEngine(QObject):
    """The engine's far end, as far as recent runs hear of it."""

    picture_kept = Signal(str, int, object)


class ByHand:
    """Work that is done when a test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: object = None) -> None:
        self.asked.append((work, done))

    def do_next(self) -> None:
        work, done = self.asked.pop(0)
        done(work())


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue.open(tmp_path / "data" / "catalogue.sqlite", pictures=tmp_path / "pictures")
    yield catalogue
    catalogue.close()


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()
    qapp.processEvents()  # what it had still to say is let go while it lives


Keep = Callable[..., list[KeptPicture]]


@pytest.fixture
def keep(catalogue: Catalogue, tiny_pipeline: DalleMiniPipeline) -> Keep:
    """Draws a run and keeps its pictures, or the first few: `keep(prompt, count, minutes=…, only=…)`."""
    shelf = Shelf(catalogue.pictures, catalogue)

    def draw(prompt: str, count: int = 1, *, minutes: int = 0) -> list[KeptPicture]:
        result: GenerationResult = tiny_pipeline.generate(
            GenerationRequest(prompt=prompt, image_count=count, seed=minutes)
        )
        created = NOON + timedelta(minutes=minutes)
        return [shelf.keep(replace(image, created=created)) for image in result.images]

    return draw


@pytest.fixture
def engine(qapp: QApplication) -> FarEngine:
    return FarEngine()


@pytest.fixture
def recent(engine: FarEngine, catalogue: Catalogue, background: Background, tmp_path: Path) -> RecentPresenter:
    trash = Trash(catalogue.pictures, catalogue)
    presenter = RecentPresenter(engine, catalogue, trash, background, tmp_path / "cache")  # type: ignore[arg-type]
    QAbstractItemModelTester(presenter.model, QAbstractItemModelTester.FailureReportingMode.Warning, presenter)
    return presenter


def prompts(model: RecentRunsModel) -> list[str]:
    return [run.prompt for run in model.runs]


def load(recent: RecentPresenter, qtbot: QtBot) -> None:
    with qtbot.waitSignal(recent.model.page_arrived):
        recent.load_more()


def states(recent: RecentPresenter, row: int = 0) -> list[ThumbnailState]:
    return [thumbnail.state for thumbnail in recent.model.index(row, 0).data(RecentRole.THUMBNAILS)]


def test_runs_come_newest_first_page_by_page(
    recent: RecentPresenter, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_runs_model, "PAGE", 2)
    for minutes, prompt in enumerate("abcde"):
        keep(prompt, minutes=minutes)
    load(recent, qtbot)
    assert prompts(recent.model) == ["e", "d"]
    load(recent, qtbot)
    assert prompts(recent.model) == ["e", "d", "c", "b"]
    assert recent.model.has_more
    load(recent, qtbot)
    assert prompts(recent.model) == ["e", "d", "c", "b", "a"]
    assert not recent.model.has_more


def test_a_run_appears_with_its_first_picture_and_grows(
    recent: RecentPresenter, engine: FarEngine, catalogue: Catalogue, keep: Keep, qtbot: QtBot
) -> None:
    keep("old", minutes=1)
    load(recent, qtbot)
    first, second = keep("new", 2, minutes=2)
    second_row = catalogue.images([second.id])[0]
    catalogue.forget([second.id])  # not drawn yet
    with qtbot.waitSignal(recent.model.rowsInserted):
        engine.picture_kept.emit("job", 0, first)
    assert prompts(recent.model) == ["new", "old"]
    assert recent.model.index(0, 0).data(RecentRole.COUNT) == 1
    catalogue.add_picture(read_recipe(second_row.path), second_row.path)
    with qtbot.waitSignal(recent.model.dataChanged):
        engine.picture_kept.emit("job", 1, second)
    assert recent.model.index(0, 0).data(RecentRole.COUNT) == 2
    assert prompts(recent.model) == ["new", "old"]


def test_readings_of_one_run_never_overtake_each_other(
    catalogue: Catalogue, keep: Keep, tmp_path: Path, qapp: QApplication
) -> None:
    hand = ByHand()
    model = RecentRunsModel(catalogue, hand, Thumbnails(hand, tmp_path))
    (picture,) = keep("a")
    for _ in range(5):
        model.refresh(picture.run_id)
    assert len(hand.asked) == 1
    hand.do_next()
    assert prompts(model) == ["a"]
    assert len(hand.asked) == 1, "what came meanwhile is read once more, after it"
    hand.do_next()
    assert hand.asked == []


def test_an_older_run_than_those_read_waits_for_its_page(
    catalogue: Catalogue, keep: Keep, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_runs_model, "PAGE", 2)
    hand = ByHand()
    model = RecentRunsModel(catalogue, hand, Thumbnails(hand, tmp_path))
    kept = {prompt: keep(prompt, minutes=minutes)[0] for minutes, prompt in enumerate("abcd")}
    model.load_more()
    model.load_more()  # one is on its way
    assert len(hand.asked) == 1
    hand.do_next()
    model.refresh(kept["a"].run_id)
    hand.do_next()
    assert prompts(model) == ["d", "c"]
    model.load_more()
    hand.do_next()
    assert prompts(model) == ["d", "c", "b", "a"]


def test_thumbnails_are_read_in_the_background(recent: RecentPresenter, keep: Keep, qtbot: QtBot) -> None:
    keep("a", 6)
    load(recent, qtbot)
    assert states(recent) == [ThumbnailState.COMING] * 4
    qtbot.waitUntil(lambda: states(recent) == [ThumbnailState.HERE] * 4)


def test_a_missing_file_is_shown_as_such(recent: RecentPresenter, keep: Keep, qtbot: QtBot) -> None:
    first, second, third = keep("a", 3)
    first.path.unlink()
    second.path.write_bytes(b"\x89PNG not at all")
    load(recent, qtbot)
    states(recent)
    expected = [ThumbnailState.MISSING, ThumbnailState.UNREADABLE, ThumbnailState.HERE]
    qtbot.waitUntil(lambda: states(recent) == expected)
    assert recent.model.index(0, 0).data(RecentRole.MISSING) == 1
    assert third.path.exists()


def save(image: QImage, path: Path) -> Path:
    assert image.save(str(path))  # type: ignore[call-overload]
    return path


def picture(colour: str, width: int = 512, height: int = 256) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def test_a_thumbnail_is_small_and_cached(tmp_path: Path) -> None:
    path, cache = save(picture("red"), tmp_path / "a.png"), tmp_path / "cache"
    image = read_thumbnail(path, cache).image
    assert image is not None
    assert (image.width(), image.height()) == (SIDE, SIDE // 2)
    (cached,) = (file for file in (cache / FOLDER).rglob("*") if file.is_file())
    save(picture("blue", SIDE, SIDE), cached)  # so that a reading of the cache can be told from one of the file
    again = read_thumbnail(path, cache).image
    assert again is not None
    assert again.pixelColor(9, 9) == QColor("blue")


def test_a_changed_file_has_another_thumbnail(tmp_path: Path) -> None:
    path, cache = save(picture("red"), tmp_path / "a.png"), tmp_path / "cache"
    read_thumbnail(path, cache)
    save(picture("lime", 300, 300), path)
    image = read_thumbnail(path, cache).image
    assert image is not None
    assert image.pixelColor(9, 9) == QColor("lime")


def test_a_cache_that_cannot_be_written_costs_no_thumbnail(tmp_path: Path) -> None:
    path = save(picture("red"), tmp_path / "a.png")
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file")
    assert read_thumbnail(path, in_the_way).state is ThumbnailState.HERE


def test_a_damaged_cached_thumbnail_is_made_again(tmp_path: Path) -> None:
    path, cache = save(picture("red"), tmp_path / "a.png"), tmp_path / "cache"
    read_thumbnail(path, cache)
    (cached,) = (file for file in (cache / FOLDER).rglob("*") if file.is_file())
    cached.write_bytes(cached.read_bytes()[:20])
    assert read_thumbnail(path, cache).state is ThumbnailState.HERE
    assert not QImage(str(cached)).isNull()


def test_acts_carry_the_run(recent: RecentPresenter, keep: Keep, qtbot: QtBot) -> None:
    (kept,) = keep("a fox")
    load(recent, qtbot)
    run_id = kept.run_id
    (record,) = recent.model.runs
    for act, signal, expected in [
        (recent.open, recent.run_chosen, record),
        (recent.use_settings, recent.use_settings_requested, record),
        (recent.draw_again, recent.draw_again_requested, record),
        (recent.use_prompt, recent.use_prompt_requested, "a fox"),
        (recent.show_in_folder, recent.folder_requested, kept.path),
    ]:
        with qtbot.waitSignal(signal) as told:
            act(run_id)
        assert told.args == [expected]
        act("unknown")


def test_deleting_moves_to_the_trash_and_can_be_undone(recent: RecentPresenter, keep: Keep, qtbot: QtBot) -> None:
    kept = keep("a", 3)
    load(recent, qtbot)
    with qtbot.waitSignal(recent.model.rowsRemoved), qtbot.waitSignal(recent.deleted) as told:
        recent.delete(kept[0].run_id)
    assert prompts(recent.model) == []
    assert not any(one.path.exists() for one in kept)
    assert told.args is not None
    deletion, count = told.args
    assert count == 3
    with qtbot.waitSignal(recent.model.rowsInserted):
        recent.undo(deletion)
    assert all(one.path.exists() for one in kept)
    assert [image.id for image in recent.model.runs[0].images] == [one.id for one in kept]


def test_a_catalogue_that_cannot_be_read_is_told_and_tried_again(
    recent: RecentPresenter, catalogue: Catalogue, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep("a")

    def fail(limit: int, before: GenerationRecord | None = None) -> Sequence[GenerationRecord]:
        raise OSError(5, "Input/output error", "catalogue.sqlite")

    with monkeypatch.context() as broken:
        broken.setattr(catalogue, "recent_runs", fail)
        with qtbot.waitSignal(recent.failed) as told:
            recent.load_more()
    assert told.args is not None
    assert told.args[0].code == "os_error"
    load(recent, qtbot)
    assert prompts(recent.model) == ["a"]


@pytest.fixture
def column(recent: RecentPresenter, qtbot: QtBot) -> SideColumn:
    theme = Theme("light")
    column = SideColumn(theme)
    theme.setParent(column)
    qtbot.addWidget(column)
    column.resize(280, 600)
    join_recent(column, recent)
    column.show()
    qtbot.waitExposed(column)
    return column


def view_of(column: SideColumn) -> RecentView:
    view = column.findChild(RecentView)
    assert view is not None
    return view


@pytest.fixture
def many_runs(catalogue: Catalogue, tiny_pipeline: DalleMiniPipeline, monkeypatch: pytest.MonkeyPatch) -> int:
    """Runs of a page and a half, of 20."""
    monkeypatch.setattr(recent_runs_model, "PAGE", 20)
    (image,) = tiny_pipeline.generate(GenerationRequest(prompt="a", seed=1)).images
    shelf = Shelf(catalogue.pictures, catalogue)
    for minutes in range(30):
        run = replace(image.run, run_id=new_id(), prompt=f"run {minutes}")
        shelf.keep(replace(image, id=new_id(), run=run, created=NOON + timedelta(minutes=minutes)))
    return 30


def test_the_column_reads_a_page_only_when_it_is_scrolled_to(
    many_runs: int, recent: RecentPresenter, column: SideColumn, qtbot: QtBot
) -> None:
    bar = column.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > column.viewport().height() * 2)
    assert len(recent.model.runs) == 20
    with qtbot.waitSignal(recent.model.page_arrived):
        bar.setValue(bar.maximum())
    assert len(recent.model.runs) == many_runs
    assert column.horizontalScrollBar().maximum() == 0


def test_keys_and_clicks_open_and_delete(
    recent: RecentPresenter, column: SideColumn, engine: FarEngine, keep: Keep, qtbot: QtBot
) -> None:
    (kept,) = keep("a fox")
    with qtbot.waitSignal(recent.model.rowsInserted):
        engine.picture_kept.emit("job", 0, kept)
    view = view_of(column)
    view.setFocus()
    view.setCurrentIndex(view.model().index(0, 0))
    with qtbot.waitSignal(recent.run_chosen):
        qtbot.keyClick(view, Qt.Key.Key_Return)
    row = view.visualRect(view.model().index(0, 0))
    with qtbot.waitSignal(recent.run_chosen):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    with qtbot.assertNotEmitted(recent.run_chosen), qtbot.waitSignal(recent.use_settings_requested):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.right() - 44, row.top() + 18))
    view.menu_wanted.emit(view.model().index(0, 0), QPoint(0, 0))
    (menu,) = column.findChildren(QMenu)
    words = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert words == ["Show", "Use these settings", "Use the prompt", "Draw again", "Show in folder", "Delete"]
    menu.close()
    with qtbot.waitSignal(recent.deleted):
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: prompts(recent.model) == [])


def test_a_run_is_spoken(
    recent: RecentPresenter, column: SideColumn, engine: FarEngine, keep: Keep, qtbot: QtBot
) -> None:
    first, *_ = keep("a <i>fox</i>", 3)
    first.path.unlink()
    with qtbot.waitSignal(recent.model.rowsInserted):
        engine.picture_kept.emit("job", 0, first)
    index = view_of(column).model().index(0, 0)
    qtbot.waitUntil(
        lambda: index.data(Qt.ItemDataRole.AccessibleTextRole) == "a <i>fox</i>, 3 pictures, 1 file missing"
    )
    assert "&lt;i&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
