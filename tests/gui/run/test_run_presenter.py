"""What the window shows of a run, from the real pipeline's events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QGuiApplication, QImage

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, Outcome
from desktop_app.presenters.run.cells import CellStage, RunPhase
from desktop_app.presenters.run.drawn_run import DrawnRun
from desktop_app.presenters.run.pixels import PictureCanvas, qimage
from desktop_app.presenters.run.timing import RunTiming
from model_runtime.events import BatchReduced, ImageFinished, RowPreview, SlotRestarted
from model_runtime.recipe.picture_file import read_recipe

TOKENS = 16
"""A picture of the tiny model, four rows of four."""


def noted(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *values: calls.append(values))
    return calls


def test_pictures_grow_by_rows_and_progress_is_exact(desk) -> None:
    pixels = noted(desk.presenter.cell_pixels_changed)
    desk.begin(4)
    assert [cell.seed for cell in desk.presenter.cells] == [7, 8, 9, 10]
    assert {cell.stage for cell in desk.presenter.cells} == {CellStage.WAITING}
    desk.draw_tokens(4 * 9)
    assert [(cell.stage, cell.rows_done, cell.rows_total) for cell in desk.presenter.cells] == [
        (CellStage.DRAWING, 2, 4)
    ] * 4
    progress = desk.presenter.progress
    assert (progress.tokens_done, progress.tokens_total) == (36, 64)
    assert (progress.lowest_row, progress.highest_row) == (2, 2)
    rows = [(index, rows_done) for index, _, rows_done, is_full in pixels if not is_full]
    assert sorted(set(rows)) == [(index, row) for index in range(4) for row in (1, 2)]
    assert all(not image.isNull() for _, image, _, _ in pixels)


def test_a_finished_run_says_scores_files_and_its_best(desk) -> None:
    ended = noted(desk.presenter.ended)
    desk.begin(3, request={"rank": "likelihood"})
    desk.now[0] += 6
    desk.draw()
    assert desk.presenter.state.phase is RunPhase.FINISHED
    assert not desk.presenter.state.can_stop
    cells = desk.presenter.cells
    for cell in cells:
        recipe = read_recipe(cell.kept.path)
        assert (recipe.seed, recipe.index) == (cell.seed, cell.index)
        assert recipe.likelihood_gain == pytest.approx(cell.likelihood_gain)
    assert sorted(cell.rank for cell in cells) == [0, 1, 2]
    best = max(cells, key=lambda cell: cell.likelihood_gain)
    assert best.best
    assert desk.presenter.progress.pictures_a_minute == pytest.approx(30)
    assert [outcome.ending for (outcome,) in ended] == [Ending.FINISHED]


def test_the_pixels_shown_in_the_end_are_the_files(desk) -> None:
    desk.begin(1)
    desk.draw()
    shown = desk.presenter.image(0)
    assert shown.convertToFormat(QImage.Format.Format_RGB32) == QImage(
        str(desk.presenter.cells[0].kept.path)
    ).convertToFormat(QImage.Format.Format_RGB32)


def test_stopping_is_shown_before_the_engine_answers(desk) -> None:
    desk.begin(2)
    desk.draw_tokens(2 * 6)
    desk.acts.stop()
    state = desk.presenter.state
    assert (state.phase, state.can_stop, state.can_stop_and_keep) == (RunPhase.STOPPING, False, False)
    desk.draw()
    assert desk.presenter.state.phase is RunPhase.STOPPED
    assert {cell.stage for cell in desk.presenter.cells} == {CellStage.STOPPED}
    assert desk.catalogue.counts().images == 0


def test_what_is_kept_unfinished_can_be_finished(desk) -> None:
    asked = noted(desk.acts.finish_requested)
    desk.begin(3)
    desk.draw_tokens(3 * 6)
    assert desk.presenter.state.can_finish == 0
    desk.acts.stop_and_keep()
    desk.draw()
    cells = desk.presenter.cells
    assert [(cell.stage, cell.rows_done) for cell in cells] == [(CellStage.UNFINISHED, 1)] * 3
    assert desk.presenter.state.can_finish == 3
    desk.acts.finish(1)
    desk.acts.finish()
    assert asked == [((cells[1].kept,),), (tuple(cell.kept for cell in cells),)]
    assert not cells[1].kept.finished


def test_a_private_run_keeps_nothing_and_offers_no_keeping(desk) -> None:
    desk.begin(2, private=True)
    desk.draw_tokens(2 * 6)
    assert desk.presenter.state.can_stop
    assert not desk.presenter.state.can_stop_and_keep
    desk.draw()
    assert [(cell.stage, cell.kept) for cell in desk.presenter.cells] == [(CellStage.FINISHED, None)] * 2
    assert desk.catalogue.counts().images == 0


def test_a_rejected_picture_starts_again_and_the_others_keep_their_tokens(desk) -> None:
    desk.begin(3)
    desk.draw()
    undisturbed = [desk.presenter.shown.tokens(index) for index in range(3)]
    desk.begin(3)
    desk.draw_tokens(3 * 9)
    desk.acts.reject(1)
    assert desk.presenter.cells[1].rejecting
    desk.acts.reject(1)
    assert len(desk.engine.restarts) == 1
    _, index, seed = desk.engine.restarts[0]
    assert index == 1
    desk.draw(lambda event: isinstance(event, SlotRestarted))
    cell = desk.presenter.cells[1]
    assert (cell.seed, cell.rows_done, cell.restarted, cell.rejecting) == (seed, 0, True, False)
    assert desk.presenter.image(1).isNull()
    desk.draw()
    for place in (0, 2):
        assert np.array_equal(desk.presenter.shown.tokens(place), undisturbed[place])
    assert desk.presenter.cells[1].seed == seed
    assert desk.presenter.request.seeds == (7, seed, 9)


def test_rows_that_come_after_a_rejection_are_not_shown(desk) -> None:
    job = desk.begin(1)
    desk.draw(lambda event: isinstance(event, RowPreview))
    desk.acts.reject(0)
    picture = Image.new("RGB", (64, 64))
    desk.engine.event_arrived.emit(job.id, RowPreview(0, 3, picture, np.zeros(12, np.uint16)))
    assert desk.presenter.cells[0].rows_done == 1
    desk.engine.cancel(job.id)
    desk.draw()


def test_finished_pictures_are_not_rejected(desk) -> None:
    desk.begin(1)
    desk.draw(lambda event: isinstance(event, ImageFinished))
    desk.acts.reject(0)
    assert desk.engine.restarts == []
    desk.draw()


def test_memory_running_short_starts_over_what_was_on_its_way(desk) -> None:
    job = desk.begin(2)
    desk.draw_tokens(2 * 6)
    desk.engine.event_arrived.emit(job.id, BatchReduced(1))
    assert desk.presenter.state.batch == 1
    assert [(cell.stage, cell.rows_done) for cell in desk.presenter.cells] == [(CellStage.WAITING, 0)] * 2
    assert desk.presenter.image(0).isNull()


def test_results_never_take_the_view_away(desk) -> None:
    record = desk.stored()
    desk.presenter.leave(record.id)
    desk.begin(1)
    desk.draw()
    news = noted(desk.presenter.news_changed)
    desk.presenter.show_record(record)
    assert desk.presenter.state.id == record.id
    assert not desk.presenter.has_news
    replaced, progress = noted(desk.presenter.run_replaced), noted(desk.presenter.progress_changed)
    desk.begin(2, prompt="the next")
    desk.draw()
    assert desk.presenter.state.prompt == "an earlier lion"
    assert (replaced, progress) == ([], [])
    assert desk.presenter.has_news
    assert news == [(True,)]
    desk.presenter.back_to_drawing()
    assert desk.presenter.state.prompt == "the next"
    assert {cell.stage for cell in desk.presenter.cells} == {CellStage.FINISHED}
    assert not desk.presenter.has_news


def test_the_next_run_takes_the_place_of_the_last_unless_it_is_looked_at_closely(desk) -> None:
    desk.begin(1, prompt="first")
    desk.draw()
    desk.begin(1, prompt="second")
    assert desk.presenter.state.prompt == "second"
    desk.draw()
    desk.presenter.hold(True)
    desk.begin(1, prompt="third")
    assert desk.presenter.state.prompt == "second"
    assert desk.presenter.has_news
    desk.draw()


def test_a_stored_run_shows_its_files_once_they_are_read(desk) -> None:
    record = desk.stored(tokens=2 * 9)
    desk.presenter.leave(record.id)
    assert desk.presenter.state is None
    pixels = noted(desk.presenter.cell_pixels_changed)
    desk.presenter.show_record(record)
    assert [(cell.stage, cell.rows_done) for cell in desk.presenter.cells] == [(CellStage.UNFINISHED, 2)] * 2
    assert desk.presenter.image(0).isNull()
    desk.background.work()
    assert [(index, rows, is_full) for index, _, rows, is_full in pixels] == [(0, 2, True), (1, 2, True)]
    recipe = read_recipe(record.images[1].path)
    assert np.array_equal(desk.presenter.shown.tokens(1), recipe.tokens)
    assert desk.presenter.request.seeds == tuple(image.seed for image in record.images)
    assert desk.presenter.request.sampling == record.sampling


def test_a_stored_picture_that_cannot_be_read_says_why(desk) -> None:
    record = desk.stored()
    desk.presenter.leave(record.id)
    record.images[0].path.write_bytes(b"torn")
    desk.presenter.show_record(record)
    desk.background.work()
    torn, whole = desk.presenter.cells
    assert torn.stage is CellStage.UNREADABLE
    assert torn.fault.code == "not_a_picture"
    assert whole.stage is CellStage.FINISHED


def test_pictures_read_for_a_run_that_was_left_go_nowhere(desk) -> None:
    record = desk.stored()
    desk.presenter.leave(record.id)
    desk.presenter.show_record(record)
    pixels = noted(desk.presenter.cell_pixels_changed)
    desk.presenter.back_to_drawing()
    desk.background.work()
    assert pixels == []


def test_opening_the_run_that_was_just_drawn_shows_it_as_it_is(desk) -> None:
    record = desk.stored()
    drawn = desk.presenter.shown
    desk.presenter.show_record(record)
    assert desk.presenter.shown is drawn


def test_a_picture_that_cannot_be_saved_stays_on_the_screen(desk) -> None:
    desk.pictures.write_text("a file where the folder should be")
    desk.begin(1)
    desk.draw()
    cell = desk.presenter.cells[0]
    assert cell.stage is CellStage.UNSAVED
    assert cell.fault.code == "os_error"
    assert not desk.presenter.image(0).isNull()
    assert desk.presenter.state.phase is RunPhase.FINISHED


def test_a_failed_job_keeps_what_was_seen(desk) -> None:
    job = desk.begin(2)
    desk.draw_tokens(2 * 6)
    fault = Fault(code="out_of_memory")
    desk.engine.job_ended.emit(job.id, Outcome(ending=Ending.FAILED, fault=fault))
    assert (desk.presenter.state.phase, desk.presenter.state.fault) == (RunPhase.FAILED, fault)
    assert {cell.stage for cell in desk.presenter.cells} == {CellStage.STOPPED}


def test_asking_for_a_cell_counts_positions_by_rows(desk) -> None:
    asked = noted(desk.acts.cell_asked)
    desk.begin(2)
    desk.draw_tokens(2 * 9)
    desk.acts.ask_cell(1, 1, 3)
    assert asked == [(1, 7)]
    assert len(desk.presenter.shown.tokens(1)) == 8


def test_stop_after_this_is_for_one_run(desk) -> None:
    changes = noted(desk.acts.stop_after_this_changed)
    desk.begin(1)
    desk.acts.set_stop_after_this(True)
    assert desk.acts.stop_after_this
    desk.draw()
    assert changes == [(True,), (False,)]


def test_pictures_and_seeds_can_be_taken_along(desk) -> None:
    seeds, folders = noted(desk.acts.use_seed_requested), noted(desk.acts.show_in_folder_requested)
    settings = noted(desk.acts.use_settings_requested)
    desk.begin(2)
    desk.draw()
    desk.acts.copy_image(1)
    assert QGuiApplication.clipboard().image().size() == desk.presenter.image(1).size()
    desk.acts.copy_seed(1)
    assert QGuiApplication.clipboard().text() == "8"
    desk.acts.use_seed(1)
    desk.acts.show_in_folder(0)
    desk.acts.use_settings()
    assert seeds == [(8,)]
    assert folders == [(desk.presenter.cells[0].kept.path,)]
    assert isinstance(folders[0][0], Path)
    assert settings == [(desk.presenter.request,)]


def test_acts_without_a_run_do_nothing(desk) -> None:
    desk.acts.stop()
    desk.acts.reject(0)
    desk.acts.finish()
    desk.acts.copy_image(0)
    assert desk.presenter.cells == ()
    assert desk.presenter.state is None


def test_a_real_decode_is_not_painted_over_by_guesses() -> None:
    canvas = PictureCanvas()
    red, blue, green = (Image.new("RGB", (16, 16), name) for name in ("red", "blue", "lime"))
    canvas.add_rows(red, 1, 4)
    canvas.replace(green, 2)
    canvas.add_rows(blue, 3, 4)
    colours = [canvas.image.pixelColor(3, y).name() for y in (0, 7, 8, 11)]
    assert colours == ["#00ff00", "#00ff00", "#0000ff", "#0000ff"]


def test_rows_of_a_smaller_preview_fill_the_same_part() -> None:
    canvas = PictureCanvas()
    canvas.replace(Image.new("RGB", (64, 64), "lime"), 1)
    canvas.add_rows(Image.new("RGB", (16, 16), "blue"), 2, 4)
    assert canvas.image.height() == 64
    assert [canvas.image.pixelColor(5, y).name() for y in (15, 16, 31, 40)] == [
        "#00ff00", "#0000ff", "#0000ff", "#00ff00"
    ]  # fmt: skip


def test_pixels_are_an_own_copy() -> None:
    image = Image.new("RGB", (3, 2), (1, 2, 3))
    copied = qimage(image)
    image.putpixel((0, 0), (200, 200, 200))
    assert copied.pixelColor(0, 0) == QColor(1, 2, 3)
    assert (copied.width(), copied.height()) == (3, 2)


def test_time_left_follows_the_speed_and_survives_a_restart() -> None:
    timing = RunTiming(10.0)
    assert timing.seconds_left(10.0) is None
    for step in range(11):
        timing.note(10 * step, 200, 10 + step / 10)
    assert timing.seconds_left(11.0) == pytest.approx(1.0)
    assert timing.seconds_left(11.5) == pytest.approx(0.5)
    timing.note(50, 200, 11.0)  # a picture was rejected
    assert timing.seconds_left(11.0) == pytest.approx(1.5)
    timing.end(12.0)
    assert timing.seconds_left(13.0) is None
    assert timing.seconds(20.0) == pytest.approx(2.0)
    assert timing.a_minute(4, 20.0) == pytest.approx(120)
    assert timing.a_minute(0, 20.0) is None


def test_the_models_size_is_known_before_the_first_token(desk) -> None:
    job = desk.begin(2)
    run = DrawnRun(job, 0.0, image_length=TOKENS)
    assert [cell.rows_total for cell in run.cells] == [4, 4]
    assert run.progress(0.0).tokens_total == 2 * TOKENS
    desk.engine.cancel(job.id)
    desk.draw()
