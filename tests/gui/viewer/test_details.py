"""The details of a chosen picture: what is shown, what a person says of it, what its file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.details_presenter import DetailsPresenter
from desktop_app.presenters.library.ports import Change
from desktop_app.ui.library.details_binding import bind_details
from desktop_app.ui.library.details_panel import FROM_ROW, WIDTH, DetailsPanel
from desktop_app.ui.theme.theme import Theme
from desktop_app.workers.background import Background
from model_runtime.result import GeneratedImage

LEFT = Qt.MouseButton.LeftButton


@dataclass
class Marks:
    """Hears what is said; every act is done by whoever calls it."""

    said: list[tuple[str, Any]] = field(default_factory=list)

    def set_favourite(self, pictures: Any, favourite: bool) -> Any:
        self.said.append(("favourite", (list(pictures), favourite)))

    def set_rating(self, pictures: Any, rating: int) -> Any:
        self.said.append(("rating", (list(pictures), rating)))

    def set_note(self, pictures: Any, note: str) -> Any:
        self.said.append(("note", (list(pictures), note)))

    def add_tags(self, pictures: Any, tags: Any) -> Any:
        self.said.append(("add", (list(pictures), list(tags))))

    def remove_tags(self, pictures: Any, tags: Any) -> Any:
        self.said.append(("remove", (list(pictures), list(tags))))


@dataclass
class Desk:
    panel: DetailsPanel
    presenter: DetailsPresenter
    marks: Marks
    row: PictureRow
    folder: Path
    qtbot: QtBot

    def show(self, **changes: Any) -> None:
        self.presenter.show([replace(self.row, **changes)])
        self.qtbot.waitUntil(lambda: self.presenter.state.opened is not None, timeout=20_000)


def row_of(image: GeneratedImage, path: Path) -> PictureRow:
    sampling = image.run.sampling
    return PictureRow(
        id=1, picture_id=image.id, path=path, stamp=(1, 1), prompt=image.run.prompt, model=image.run.model.id,
        created=image.created, done=1.0, missing=False, favourite=False, rating=0, tags=("boat",), note="", source="",
        run_id=image.run.run_id, position=0, seed=image.seed, temperature=sampling.temperature, top_k=sampling.top_k,
        top_p=sampling.top_p, condition_scale=sampling.condition_scale, score=-0.25, clip_score=None, parent=None,
        details="",
    )  # fmt: skip


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, drawn: list[GeneratedImage], tmp_path: Path) -> Iterator[Desk]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    path = drawn[0].save(tmp_path / "boat.png")
    background, marks = Background(), Marks()

    def do(_code: str, act: Callable[[], Change]) -> None:
        act()

    presenter = DetailsPresenter(marks, do, background)
    panel = DetailsPanel(Theme("light"), lambda fault: f"fault {getattr(fault, 'code', '')}", str.title)
    qtbot.addWidget(panel)
    bind_details(panel, presenter)
    panel.resize(WIDTH, 900)
    with qtbot.waitActive(panel):  # focus moves in active windows alone
        panel.show()
        panel.activateWindow()
    yield Desk(panel, presenter, marks, row_of(drawn[0], path), tmp_path, qtbot)
    background.shutdown()
    QLocale.setDefault(before)


def test_facts_are_those_of_the_picture(desk: Desk, drawn: list[GeneratedImage]) -> None:
    desk.show()
    shown = dict(desk.panel.facts.shown)
    assert shown["Seed"] == str(drawn[0].seed)
    assert shown["Model"] == "Tiny"
    assert shown["Temperature"] == "1.00"
    assert shown["Top-k, top-p"] == "32, off"
    assert shown["Fits the words"] == "−0.25 nats a token"
    assert shown["Size"] == "16 × 16"
    assert shown["File"] == "boat.png"
    assert f"{drawn[0].created.astimezone():%Y, %H:%M}" in shown["Drawn"]
    assert "CLIP score" not in shown
    assert desk.panel.prompt.text() == "a small <b>red</b> boat"
    assert desk.panel.prompt.textFormat() == Qt.TextFormat.PlainText


def test_stars_by_mouse_and_keys(desk: Desk) -> None:
    desk.show()
    stars = desk.panel.stars
    QTest.mouseClick(stars, LEFT, pos=stars.star_middle(4).toPoint())
    QTest.keyClick(stars, Qt.Key.Key_2)
    QTest.keyClick(stars, Qt.Key.Key_Right)
    QTest.mouseClick(stars, LEFT, pos=stars.star_middle(3).toPoint())  # given already: taken away
    assert [value for name, (_, value) in desk.marks.said if name == "rating"] == [4, 2, 3, 0]
    assert desk.presenter.state.row is not None
    assert desk.presenter.state.row.rating == 0


def test_the_heart_turns(desk: Desk) -> None:
    desk.show()
    QTest.mouseClick(desk.panel.heart, LEFT)
    QTest.mouseClick(desk.panel.heart, LEFT)
    assert [value for name, (_, value) in desk.marks.said if name == "favourite"] == [True, False]


def test_tags_are_added_completed_and_removed(desk: Desk) -> None:
    desk.show()
    desk.presenter.show_tags(["Night", "boat"])
    tags = desk.panel.tags
    QTest.mouseClick(tags.add, LEFT)
    QTest.keyClicks(tags.field, "night ")
    QTest.keyClick(tags.field, Qt.Key.Key_Return)
    assert desk.marks.said[-1] == ("add", ([desk.row.picture_id], ["Night"]))  # as it was written before
    assert tags.tags == ("boat", "Night")
    QTest.keyClicks(tags.field, "BOAT")
    QTest.keyClick(tags.field, Qt.Key.Key_Return)  # it has that one
    QTest.keyClick(tags.field, Qt.Key.Key_Return)  # nothing typed
    assert len(desk.marks.said) == 1
    QTest.keyClick(tags.field, Qt.Key.Key_Escape)
    assert tags.add.isVisible()
    QTest.mouseClick(tags.chip("boat"), LEFT)
    assert desk.marks.said[-1] == ("remove", ([desk.row.picture_id], ["boat"]))
    assert tags.tags == ("Night",)


def test_a_note_is_kept_when_it_is_left(desk: Desk) -> None:
    desk.show()
    note = desk.panel.note
    note.setFocus()
    QTest.keyClicks(note, "for the wedding")
    assert desk.marks.said == []
    desk.panel.stars.setFocus()
    assert desk.marks.said == [("note", ([desk.row.picture_id], "for the wedding"))]
    note.setFocus()
    desk.panel.stars.setFocus()
    assert len(desk.marks.said) == 1  # nothing new


def test_a_note_goes_to_the_picture_it_was_written_of(desk: Desk) -> None:
    desk.show()
    desk.panel.note.setFocus()
    QTest.keyClicks(desk.panel.note, "of the first")
    desk.presenter.show([replace(desk.row, picture_id="another", note="its own")])
    assert desk.marks.said == [("note", ([desk.row.picture_id], "of the first"))]
    assert desk.panel.note.toPlainText() == "its own"


def test_what_is_written_is_not_lost_by_news_of_the_same_picture(desk: Desk) -> None:
    desk.show()
    desk.panel.note.setFocus()
    QTest.keyClicks(desk.panel.note, "half a sen")
    desk.show(rating=3)
    assert desk.panel.note.toPlainText() == "half a sen"


def test_only_acts_that_make_sense_are_offered(desk: Desk) -> None:
    desk.show()
    buttons = desk.panel.buttons
    assert not buttons[PictureAct.FINISH].isVisible()
    desk.show(done=0.5)
    assert buttons[PictureAct.FINISH].isVisible()
    asked: list[tuple[object, object]] = []
    desk.panel.act_wanted.connect(lambda act, value: asked.append((act, value)))
    for act in (PictureAct.USE_SETTINGS, PictureAct.FINISH, PictureAct.SAVE_AS, PictureAct.SHOW_IN_FOLDER):
        QTest.mouseClick(buttons[act], LEFT)
    QTest.mouseClick(desk.panel.preview, LEFT)
    menu = buttons[PictureAct.MORE_LIKE_IT].menu()
    assert menu is not None
    menu.actions()[1].trigger()
    with desk.qtbot.waitSignal(desk.panel.from_row_wanted, timeout=1000):
        QTest.mouseClick(buttons[FROM_ROW], LEFT)
    assert asked == [
        (PictureAct.USE_SETTINGS, None), (PictureAct.FINISH, None), (PictureAct.SAVE_AS, None),
        (PictureAct.SHOW_IN_FOLDER, None), (PictureAct.OPEN, None), (PictureAct.MORE_LIKE_IT, 4),
    ]  # fmt: skip


def test_everything_the_file_says_can_be_copied(desk: Desk, drawn: list[GeneratedImage]) -> None:
    desk.show()
    QTest.mouseClick(desk.panel.everything, LEFT)
    window = desk.panel._recipe
    assert window is not None
    desk.qtbot.addWidget(window)
    QTest.mouseClick(window.copy, LEFT)
    text = QGuiApplication.clipboard().text()
    assert drawn[0].id in text
    assert f"Seed: {drawn[0].seed}" in text
    assert "a small <b>red</b> boat" in text


def test_other_programs_pictures_say_what_they_say(desk: Desk) -> None:
    path = desk.folder / "foreign.png"
    info = PngImagePlugin.PngInfo()
    info.add_text(
        "parameters", "a castle\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 8x8"
    )
    Image.new("RGB", (8, 8), "red").save(path, pnginfo=info)
    desk.show(
        picture_id="f" * 64,
        path=path,
        source="a1111",
        prompt="a castle",
        seed=5,
        model="",
        temperature=None,
        score=None,
    )
    shown = dict(desk.panel.facts.shown)
    assert shown["Not wanted"] == "fog"
    assert shown["Steps"] == "20"
    assert shown["Sampler"] == "Euler a"
    assert "Temperature" not in shown
    buttons = desk.panel.buttons
    hidden = [PictureAct.USE_SETTINGS, PictureAct.MORE_LIKE_IT, FROM_ROW, PictureAct.FINISH]
    assert not any(buttons[act].isVisible() for act in hidden)
    assert buttons[PictureAct.SAVE_AS].isVisible()


def test_a_missing_file_says_so(desk: Desk) -> None:
    desk.show(path=desk.folder / "gone.png", picture_id="gone")
    assert desk.panel.trouble.text() == "fault os_error"


def test_none_and_several(desk: Desk) -> None:
    assert "Choose" in desk.panel.several.text()
    desk.show()
    assert not desk.panel.several.isVisible()
    desk.presenter.show([desk.row, desk.row])
    assert desk.panel.several.text().startswith("2 ") or "%n" not in desk.panel.several.text()
    assert not desk.panel.preview.isVisible()


def test_the_column_keeps_its_width(desk: Desk) -> None:
    desk.show(prompt="word " * 60, tags=("a tag that is much too long to fit " * 3,), note="long " * 200)
    page = desk.panel.widget()
    assert page is not None
    assert page.width() <= desk.panel.viewport().width()
    assert desk.panel.preview.height() == desk.panel.preview.width()
