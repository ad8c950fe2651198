"""Going through pictures, zooming, comparing, reading tokens, drawing again, the family: all in the real page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.core.jobs.job import Job
from desktop_app.core.token_overlay import OverlayKind, token_overlay
from desktop_app.presenters.viewer.opened_picture import ViewedPicture, open_picture
from desktop_app.presenters.viewer.viewer_presenter import ViewerMode

from .conftest import Viewing, flat_picture

Key = Qt.Key


def pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()  # the image goes


def press(viewing: Viewing, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(viewing.page.canvas, key, modifiers)


def at(viewing: Viewing, x: float, y: float) -> QPoint:
    """A place of the picture, as shares, in the canvas."""
    rect = viewing.page.canvas.picture_rect()
    return QPointF(rect.left() + x * rect.width(), rect.top() + y * rect.height()).toPoint()


def drag(viewing: Viewing, start: QPoint, end: QPoint) -> None:
    canvas = viewing.page.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def test_shows_the_picture_as_it_is(viewing: Viewing) -> None:
    viewing.open(1)
    np.testing.assert_array_equal(pixels(viewing.page.canvas.image), np.asarray(viewing.images[1].image))
    assert viewing.page._place.text() == "2 of 4"
    assert viewing.page._title.text() == "a small <b>red</b> boat"  # as it is, not as markup


def test_keys_and_buttons_go_through_the_pictures(viewing: Viewing) -> None:
    viewing.open()
    press(viewing, Key.Key_Right)
    press(viewing, Key.Key_PageDown)
    assert viewing.parts.viewer.index == 2
    QTest.mouseClick(viewing.page.before, Qt.MouseButton.LeftButton)
    assert viewing.parts.viewer.index == 1
    for _ in range(9):
        press(viewing, Key.Key_Left)
    assert viewing.parts.viewer.index == 0
    assert not viewing.page.before.isEnabled()


def test_the_neighbours_are_read_ahead(viewing: Viewing) -> None:
    viewing.open(1)
    loader = viewing.parts.viewer._loader
    viewing.qtbot.waitUntil(lambda: all(loader.of(one) for one in viewing.pictures[:3]), timeout=20_000)
    assert loader.of(viewing.pictures[3]) is None
    press(viewing, Key.Key_Right)
    # Already there: no moment without a picture.
    np.testing.assert_array_equal(pixels(viewing.page.canvas.image), np.asarray(viewing.images[2].image))


def test_zoom_keys_and_wheel(viewing: Viewing) -> None:
    viewing.open()
    canvas = viewing.page.canvas
    press(viewing, Key.Key_1)
    assert canvas.zoom.device_scale == pytest.approx(1)
    assert viewing.page._scale.text() == "100 %"
    press(viewing, Key.Key_F)
    assert canvas.zoom.fits
    press(viewing, Key.Key_Plus)
    assert not canvas.zoom.fits
    press(viewing, Key.Key_0)
    canvas.zoom_by(3)
    place = QPointF(at(viewing, 0.25, 0.25))
    before = canvas._share(place)
    for _ in range(3):
        turn = QWheelEvent(
            place, QPointF(canvas.mapToGlobal(place.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, turn)
    after = canvas._share(place)
    assert canvas.zoom.scale > 1
    assert (after - before).manhattanLength() < 0.01


def test_dragging_moves_the_picture(viewing: Viewing) -> None:
    viewing.open()
    viewing.page.canvas.zoom_by(4)
    before = viewing.page.canvas.picture_rect().left()
    start = viewing.page.canvas.rect().center()
    drag(viewing, start, start + QPoint(60, 0))
    assert viewing.page.canvas.picture_rect().left() == pytest.approx(before + 60, abs=1)


def test_far_in_pixels_keep_their_colours(viewing: Viewing) -> None:
    viewing.open()
    canvas = viewing.page.canvas
    canvas.zoom_by(1.5)
    shown = canvas.grab().toImage()
    rect = canvas.picture_rect()
    side = rect.width() / 16
    for row, column in ((5, 5), (8, 10), (11, 7)):
        middle = QPointF(rect.left() + (column + 0.5) * side, rect.top() + (row + 0.5) * side).toPoint()
        corner = QPointF(rect.left() + (column + 0.1) * side, rect.top() + (row + 0.1) * side).toPoint()
        expected = canvas.image.pixelColor(column, row)
        assert shown.pixelColor(middle) == expected
        assert shown.pixelColor(corner) == expected


def test_escape_goes_back_one_step(viewing: Viewing) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.COMPARE)
    press(viewing, Key.Key_Escape)
    assert viewing.parts.viewer.mode is ViewerMode.LOOK
    with viewing.qtbot.waitSignal(viewing.parts.viewer.left, timeout=1000):
        press(viewing, Key.Key_Escape)


def test_a_damaged_file_says_why_and_the_others_go_on(viewing: Viewing) -> None:
    viewing.pictures[1].path.write_bytes(b"not a picture")
    viewing.open(1)
    assert viewing.page._trouble.isVisible()
    assert "fault" in viewing.page._trouble.text()
    viewing.parts.viewer.step(1)
    viewing.wait()
    assert not viewing.page._trouble.isVisible()
    assert viewing.page.canvas.isVisible()


def test_other_programs_pictures_are_shown(viewing: Viewing) -> None:
    path = flat_picture(viewing.folder / "plain.png", (40, 20), "#336699")
    opened = open_picture(ViewedPicture(id="x", path=path))
    assert opened.fault is None
    assert (opened.recipe, opened.side) == (None, 0)
    viewing.parts.viewer.open([ViewedPicture(id="x", path=path)])
    viewing.wait()
    assert viewing.page.canvas.image.pixelColor(3, 3).name() == "#336699"
    for mode in (ViewerMode.SURPRISE, ViewerMode.PROMPT, ViewerMode.REWIND, ViewerMode.TIME_LAPSE):
        viewing.parts.viewer.set_mode(mode)
        assert not viewing.page.rewind_bar.button.isVisible()
        assert viewing.page._bars.currentWidget().sentence.text()  # type: ignore[attr-defined]


# Comparing -------------------------------------------------------------------------------------------


def test_compares_two_with_one_zoom(viewing: Viewing) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.COMPARE)
    viewing.qtbot.waitUntil(lambda: viewing.parts.viewer.other is not None, timeout=20_000)
    canvas = viewing.page.canvas
    canvas.zoom_by(1.5)  # squares: colours are exact
    shown = canvas.grab().toImage()
    rect, side = canvas.picture_rect(), canvas.picture_rect().width() / 16
    for column, image in ((6, viewing.images[0]), (9, viewing.images[1])):
        place = QPointF(rect.left() + (column + 0.5) * side, rect.top() + 5.5 * side).toPoint()
        assert shown.pixelColor(place).getRgb()[:3] == image.image.getpixel((column, 5))


def test_the_line_moves_by_mouse_and_keys(viewing: Viewing) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.COMPARE)
    layer = viewing.page.compare_layer
    drag(viewing, at(viewing, 0.5, 0.5), at(viewing, 0.25, 0.5))
    assert layer.split == pytest.approx(0.25, abs=0.01)
    press(viewing, Key.Key_Right)
    assert layer.split == pytest.approx(0.27, abs=0.01)
    press(viewing, Key.Key_End)
    assert layer.split == 1
    assert viewing.parts.viewer.index == 0  # the keys were the line's


def test_another_to_compare_with(viewing: Viewing) -> None:
    viewing.open(1)
    viewing.parts.viewer.set_mode(ViewerMode.COMPARE)
    QTest.mouseClick(viewing.page.compare_bar.before, Qt.MouseButton.LeftButton)
    assert viewing.parts.viewer.other_picture == viewing.pictures[0]
    QTest.mouseClick(viewing.page.compare_bar.swap, Qt.MouseButton.LeftButton)
    assert viewing.parts.viewer.picture == viewing.pictures[0]
    assert viewing.parts.viewer.other_picture == viewing.pictures[1]


def test_a_single_picture_is_compared_with_none(viewing: Viewing) -> None:
    viewing.parts.viewer.open(viewing.pictures[:1])
    viewing.wait()
    assert not viewing.page.modes.button(ViewerMode.COMPARE).isEnabled()
    viewing.parts.viewer.set_mode(ViewerMode.COMPARE)
    assert viewing.parts.viewer.mode is ViewerMode.LOOK


# Tokens ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [ViewerMode.SURPRISE, ViewerMode.PROMPT])
def test_every_token_tells_its_value(viewing: Viewing, mode: ViewerMode) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(mode)
    overlay = token_overlay(viewing.images[0].recipe, OverlayKind(mode.value))
    assert overlay is not None
    QTest.mouseMove(viewing.page.canvas, at(viewing, 0.9, 0.9))
    QTest.mouseMove(viewing.page.canvas, at(viewing, 0.6, 0.3))
    value = overlay.value(1, 2)
    assert value is not None
    reading = viewing.page.token_bar.reading
    assert reading.text().startswith("row 2, column 3: ")
    told = reading.text().replace("−", "-").removesuffix(" nats").split(": ")[1]
    assert float(told) == pytest.approx(value, abs=0.0051)
    press(viewing, Key.Key_Down)
    assert reading.text().startswith("row 3, column 3: ")
    press(viewing, Key.Key_Escape)
    assert "average" in reading.text()
    assert viewing.parts.viewer.mode is mode
    assert f"{overlay.high:.2f}" in viewing.page.token_bar._high.text()


def test_the_overlay_follows_to_the_next_picture(viewing: Viewing) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.SURPRISE)
    viewing.parts.viewer.step(1)
    viewing.wait()
    overlay = token_overlay(viewing.images[1].recipe, OverlayKind.SURPRISE)
    assert overlay is not None
    shown = viewing.page.token_layer._overlay
    assert shown is not None
    np.testing.assert_allclose(shown.values, overlay.values, atol=1e-2)


# Drawing again ---------------------------------------------------------------------------------------


def made(viewing: Viewing) -> list[Job]:
    jobs: list[Job] = []
    viewing.parts.branch.job_made.connect(jobs.append)
    return jobs


def test_the_line_chooses_the_row(viewing: Viewing) -> None:
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.REWIND)
    jobs = made(viewing)
    bar = viewing.page.rewind_bar
    assert bar.button.text() == "Draw again from row 3"  # the middle of four
    drag(viewing, at(viewing, 0.5, 0.5), at(viewing, 0.5, 0.26))
    assert bar.button.text() == "Draw again from row 2"
    press(viewing, Key.Key_Down)
    press(viewing, Key.Key_Down)
    press(viewing, Key.Key_Down)
    assert bar.button.text() == "Draw again from row 4"  # the last
    bar.count.button(9).click()
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    (job,) = jobs
    assert job.request.image_count == 9
    fixed = job.request.fixed_tokens
    assert fixed is not None
    np.testing.assert_array_equal(fixed[:12], viewing.images[0].tokens[:12])
    assert (fixed[12:] == -1).all()
    assert {(one.kind, one.id) for one in job.parents if one} == {("rewind", viewing.images[0].id)}


def test_below_the_line_is_dimmed(viewing: Viewing) -> None:
    viewing.open()
    plain = viewing.page.canvas.grab().toImage()
    viewing.parts.viewer.set_mode(ViewerMode.REWIND)
    viewing.page.canvas.zoom.fit()
    shown = viewing.page.canvas.grab().toImage()
    above, below = at(viewing, 0.3, 0.2), at(viewing, 0.3, 0.8)
    assert not plain.isNull()
    background = viewing.page.canvas._theme.color("background")

    def far(place: QPoint) -> int:
        colour = shown.pixelColor(place)
        return sum(abs(a - b) for a, b in zip(colour.getRgb()[:3], background.getRgb()[:3], strict=True))

    dimmed = 1 - 0.72
    assert far(below) <= 3 * 255 * dimmed + 3
    rect = viewing.page.canvas.picture_rect()
    share = ((above.x() - rect.left()) / rect.width(), (above.y() - rect.top()) / rect.height())
    colour = viewing.page.canvas.image.pixelColor(int(share[0] * 16), int(share[1] * 16))
    assert colour.isValid()


def test_another_version_of_the_model_cannot_go_on(viewing: Viewing) -> None:
    viewing.parts.branch._revision_of = lambda model: "2"
    viewing.open()
    viewing.parts.viewer.set_mode(ViewerMode.REWIND)
    jobs = made(viewing)
    assert not viewing.page.rewind_bar.button.isEnabled()
    viewing.parts.branch.draw_from_row(1)
    assert jobs == []


def test_more_like_it_and_the_same_again(viewing: Viewing) -> None:
    viewing.open()
    jobs = made(viewing)
    viewing.parts.branch.draw_more(4)
    viewing.parts.branch.draw_same()
    viewing.parts.branch.finish()  # it is finished: nothing to do
    more, same = jobs
    assert more.request.image_count == 4
    assert same.request.seeds == (viewing.images[0].seed,)


# The family ------------------------------------------------------------------------------------------


def test_the_family_opens_its_members(viewing: Viewing) -> None:
    viewing.open(3)
    chosen: list[str] = []
    viewing.parts.family.relative_chosen.connect(lambda one: chosen.append(one.id))
    viewing.parts.viewer.set_mode(ViewerMode.FAMILY)
    tree = viewing.page.family
    viewing.qtbot.waitUntil(lambda: len(tree._images) == 2, timeout=20_000)
    parent, child = viewing.images[0].id, viewing.images[3].id
    assert tree.square(parent).right() < tree.square(child).left()
    QTest.mouseClick(tree, Qt.MouseButton.LeftButton, pos=tree.square(parent).center().toPoint())
    assert chosen == [parent]
    QTest.keyClick(tree, Key.Key_Right)
    QTest.keyClick(tree, Key.Key_Return)
    assert chosen == [parent, child]
    assert "from a row" in tree.accessibleDescription()


def test_a_long_list_is_asked_for_one_by_one(viewing: Viewing) -> None:
    asked: set[int] = set()

    class Many:
        def __len__(self) -> int:
            return 100_000

        def __getitem__(self, place: int) -> ViewedPicture:
            asked.add(place)
            return viewing.pictures[place % 4]

    viewing.parts.viewer.open(Many(), 50_000)  # type: ignore[arg-type]
    viewing.wait()
    assert asked <= {49_999, 50_000, 50_001}


def test_dark_and_light_are_both_painted(viewing: Viewing) -> None:
    viewing.open()
    theme = viewing.page.canvas._theme
    for mode in ViewerMode:
        viewing.parts.viewer.set_mode(mode)
        for colours in ("dark", "light"):
            theme.set_mode(colours)  # type: ignore[arg-type]
            assert not viewing.page.grab().isNull()


def test_paths_stay_out_of_the_title(viewing: Viewing) -> None:
    viewing.parts.viewer.open([ViewedPicture(id="", path=Path(viewing.pictures[0].path))])
    viewing.wait()
    assert viewing.page._title.text() == "a small <b>red</b> boat"


def test_it_fits_a_narrow_window(viewing: Viewing) -> None:
    viewing.open()
    for mode in ViewerMode:
        viewing.parts.viewer.set_mode(mode)
        assert viewing.page.minimumSizeHint().width() <= 640
