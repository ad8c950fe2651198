"""The drawing of a stored picture plays again, from the very tokens in its file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.core.faults import Fault
from desktop_app.presenters.viewer.drawing_frames import DrawingFrames, FrameSource
from desktop_app.presenters.viewer.time_lapse_presenter import LapseStage
from desktop_app.presenters.viewer.viewer_presenter import ViewerMode
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.recipe.record import Recipe
from model_runtime.result import GeneratedImage

from ..conftest import PATIENCE, Desk
from .conftest import Viewing
from .test_viewer import pixels


def begin(viewing: Viewing, *, ready: bool = True) -> None:
    viewing.open()
    if ready:
        viewing.engine.be_ready()
    viewing.parts.viewer.set_mode(ViewerMode.TIME_LAPSE)


def frames_of(image: GeneratedImage, pipeline: DalleMiniPipeline) -> DrawingFrames:
    frames = DrawingFrames(image.recipe, np.asarray(image.image))
    frames.take_coarse(pipeline.look(image.tokens, coarse=True))
    return frames


def test_moments_go_from_nothing_to_the_picture(drawn: list[GeneratedImage], tiny_pipeline: DalleMiniPipeline) -> None:
    frames = frames_of(drawn[0], tiny_pipeline)
    assert frames.moments(by_token=False) == [0, 4, 8, 12, 16]
    assert frames.moments(by_token=True) == list(range(17))
    np.testing.assert_array_equal(frames.at(16), np.asarray(drawn[0].image))
    coarse = tiny_pipeline.look(drawn[0].tokens[:6], coarse=True)
    np.testing.assert_array_equal(frames.at(6)[:4], coarse[:4])
    np.testing.assert_array_equal(frames.at(6)[4:8, :8], coarse[4:8, :8])


def test_decodes_take_the_place_of_the_coarse_rows(
    drawn: list[GeneratedImage], tiny_pipeline: DalleMiniPipeline
) -> None:
    frames = frames_of(drawn[0], tiny_pipeline)
    for rows in (1, 2, 3):
        assert frames.missing_row == rows
        frames.take_decoded(rows, tiny_pipeline.look(drawn[0].tokens[: 4 * rows]))
    assert frames.missing_row is None
    decoded = tiny_pipeline.look(drawn[0].tokens[:8])
    np.testing.assert_array_equal(frames.at(10)[:8], decoded[:8])
    coarse = tiny_pipeline.look(drawn[0].tokens, coarse=True)
    np.testing.assert_array_equal(frames.at(10)[8:12, :8], coarse[8:12, :8])


def test_frames_to_be_saved_hide_what_is_not_drawn(
    drawn: list[GeneratedImage], tiny_pipeline: DalleMiniPipeline
) -> None:
    frames = frames_of(drawn[0], tiny_pipeline)
    moments = frames.moments(by_token=True)
    source = FrameSource(frames, moments, seconds=4, undrawn=(1, 2, 3))
    made = list(source)
    assert len(made) == len(source) == 17
    assert (made[0].pixels == (1, 2, 3)).all()
    assert (made[6].pixels[8:] == (1, 2, 3)).all()
    assert (made[6].pixels[4:8, 8:] == (1, 2, 3)).all()
    np.testing.assert_array_equal(made[6].pixels[4:8, :8], frames.at(6)[4:8, :8])
    np.testing.assert_array_equal(made[-1].pixels, np.asarray(drawn[0].image))
    assert sum(frame.seconds for frame in made[:-1]) == pytest.approx(4)
    assert made[-1].seconds > made[0].seconds


def test_an_unfinished_picture_ends_where_it_ended(
    drawn: list[GeneratedImage], tiny_pipeline: DalleMiniPipeline
) -> None:
    recipe = drawn[0].recipe
    short = Recipe(run=recipe.run, index=0, seed=1, image_length=16, tokens=recipe.tokens[:9])
    frames = DrawingFrames(short, np.asarray(drawn[0].image))
    frames.take_coarse(tiny_pipeline.look(short.tokens, coarse=True))
    assert frames.moments(by_token=False) == [0, 4, 8, 9]
    for rows in (1, 2):
        assert frames.missing_row == rows
        frames.take_decoded(rows, tiny_pipeline.look(short.tokens[: 4 * rows]))
    assert frames.missing_row is None
    assert frames.at(9).shape == (16, 16, 3)


def test_without_the_model_it_offers_to_load_it(viewing: Viewing) -> None:
    begin(viewing, ready=False)
    bar = viewing.page.time_bar
    assert viewing.engine.asked == []
    assert "tiny" in bar.sentence.text()
    assert not bar.play.isVisible()
    wanted: list[str] = []
    viewing.parts.time_lapse.load_wanted.connect(wanted.append)
    QTest.mouseClick(bar.load, Qt.MouseButton.LeftButton)
    assert wanted == ["tiny"]
    viewing.engine.be_ready(model="mega")
    assert viewing.engine.asked == []
    viewing.engine.be_ready()  # it is there now: goes on by itself
    viewing.engine.answer_all()
    assert bar.play.isVisible()
    assert not bar.load.isVisible()


def test_another_version_reads_nothing(viewing: Viewing) -> None:
    viewing.engine.be_ready(revision="2")
    begin(viewing, ready=False)
    assert viewing.engine.asked == []
    assert viewing.parts.time_lapse.state.stage is LapseStage.OTHER_VERSION
    assert "another version" in viewing.page.time_bar.sentence.text()


def test_scrubbing_shows_that_moment(viewing: Viewing) -> None:
    begin(viewing)
    viewing.engine.answer_all()
    lapse = viewing.parts.time_lapse
    assert [coarse for _, _, coarse in viewing.engine.asked] == [True, False, False, False]
    assert lapse.state.place == 4  # it begins with the whole picture
    np.testing.assert_array_equal(pixels(viewing.page.canvas.image), np.asarray(viewing.images[0].image))
    viewing.page.time_bar.slider.setSliderPosition(2)
    assert lapse.state.tokens == 8
    shown = pixels(viewing.page.canvas.image)
    np.testing.assert_array_equal(shown[:8], viewing.engine._pipeline.look(viewing.images[0].tokens[:8])[:8])
    canvas = viewing.page.canvas.grab().toImage()
    rect = viewing.page.canvas.picture_rect()
    undrawn = canvas.pixelColor(int(rect.center().x()), int(rect.top() + 0.8 * rect.height()))
    assert undrawn == viewing.page.canvas._theme.color("placeholder")
    step = viewing.page.time_bar.step.button(True)
    viewing.qtbot.waitUntil(
        lambda: step.height() >= step.minimumSizeHint().height() > 0
    )  # the bar has grown to what is in it
    QTest.mouseClick(step, Qt.MouseButton.LeftButton)
    assert (lapse.state.count, lapse.state.tokens) == (17, 8)  # the same moment, in finer steps


def test_plays_to_the_end_and_stops(viewing: Viewing) -> None:
    begin(viewing)
    viewing.engine.answer_all()
    lapse = viewing.parts.time_lapse
    seen: list[int] = []
    lapse.state_changed.connect(lambda state: seen.append(state.tokens))
    lapse.set_speed(4.0)
    QTest.mouseClick(viewing.page.time_bar.play, Qt.MouseButton.LeftButton)
    viewing.qtbot.waitUntil(lambda: not lapse.state.playing, timeout=20_000)
    assert list(dict.fromkeys(seen)) == [16, 0, 4, 8, 12]  # from the beginning, since it was at the end
    assert lapse.state.tokens == 16


def test_a_fault_is_said_and_leaving_stops_it(viewing: Viewing) -> None:
    begin(viewing)
    viewing.engine.answer(Fault(code="engine_died"))
    assert viewing.page.time_bar.sentence.text() == "fault engine_died"
    viewing.parts.viewer.set_mode(ViewerMode.LOOK)
    assert viewing.parts.time_lapse.state.stage is LapseStage.NO_TOKENS
    np.testing.assert_array_equal(pixels(viewing.page.canvas.image), np.asarray(viewing.images[0].image))


def test_late_answers_of_the_picture_before_are_not_taken(viewing: Viewing) -> None:
    begin(viewing)
    first = viewing.engine.asked[-1][0]
    viewing.parts.viewer.step(1)
    viewing.wait()
    viewing.engine.pixels_arrived.emit(first, np.zeros((16, 16, 3), np.uint8))
    assert viewing.parts.time_lapse.state.stage is LapseStage.COMING
    assert viewing.engine.asked[-1][0] != first


def test_saving_hands_over_all_frames(viewing: Viewing) -> None:
    begin(viewing)
    viewing.engine.answer_all()
    saved: list[FrameSource] = []
    viewing.parts.time_lapse.save_wanted.connect(lambda source, opened: saved.append(source))
    QTest.mouseClick(viewing.page.time_bar.save, Qt.MouseButton.LeftButton)
    (source,) = saved
    np.testing.assert_array_equal(list(source)[-1].pixels, np.asarray(viewing.images[0].image))


def test_the_real_engine_answers(
    desk: Desk, drawn: list[GeneratedImage], tiny_pipeline: DalleMiniPipeline, qtbot: object
) -> None:
    answers: dict[int, object] = {}
    desk.worker.pixels_arrived.connect(answers.__setitem__)
    coarse = desk.worker.ask_decode(drawn[0].tokens.astype(np.int32), coarse=True)
    fine = desk.worker.ask_decode(drawn[0].tokens[:8].astype(np.int32), coarse=False)
    wrong = desk.worker.ask_decode(np.full(4, 99, np.int32), coarse=False)
    qtbot.waitUntil(lambda: len(answers) == 3, timeout=PATIENCE)
    np.testing.assert_array_equal(answers[fine], tiny_pipeline.look(drawn[0].tokens[:8]))
    assert np.shape(answers[coarse]) == (16, 16, 3)
    assert isinstance(answers[wrong], Fault)
    assert answers[wrong].code == "out_of_range"  # type: ignore[attr-defined]
