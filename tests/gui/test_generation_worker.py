"""The worker on the real engine in its own process: order, steering, saving, questions, failures."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.core.jobs.engine_state import Ending, EngineStage, Outcome
from desktop_app.core.jobs.job import ModelChoice
from desktop_app.workers.messages import Cost
from model_runtime import DalleMiniPipeline, GenerationRequest
from model_runtime.errors import InvalidRequest
from model_runtime.events import (
    FullPreview,
    ImageFinished,
    LogitsKept,
    Progress,
    RowPreview,
    RunCancelled,
    RunFinished,
    SlotRestarted,
)
from model_runtime.recipe.picture_file import read_picture

PROMPT = "a small red boat"
STARTER = ModelChoice(model="starter", device="cpu")
PATIENCE = 120_000
"""Milliseconds."""

Desk = Any
"""What conftest's `desk` gives."""


def test_a_job_from_its_start_to_its_end(
    desk: Desk, tiny: ModelChoice, tiny_pipeline: DalleMiniPipeline, qtbot: QtBot
) -> None:
    asked = desk.job(tiny)
    desk.draw(qtbot, asked)
    heard = desk.heard
    names = [name for name, given in heard.said if given[0] == asked.id]
    assert names[0] == "job_started"
    assert names[-1] == "job_ended"
    assert heard.outcome(asked) == Outcome(ending=Ending.FINISHED)
    (end,) = heard.events(asked, RunFinished)
    drawn = tiny_pipeline.generate(asked.request)
    assert [image.tokens.tolist() for image in end.result.images] == [i.tokens.tolist() for i in drawn.images]
    assert end.result.request == drawn.request
    for index, image in enumerate(end.result.images):
        assert image.image.tobytes() == drawn.images[index].image.tobytes()
        assert not image.tokens.flags.writeable
    assert not desk.heard.of("picture_lost")
    # The same objects, announced one by one and at the end; each is saved right after its announcement.
    announced = [event.image for event in heard.events(asked, ImageFinished)]
    assert list(end.result.images) == announced
    order = [
        (name, given[1].index if name == "event_arrived" else given[1])
        for name, given in heard.said
        if name == "picture_kept" or (name == "event_arrived" and isinstance(given[1], ImageFinished))
    ]
    assert order == [(name, index) for index in range(3) for name in ("event_arrived", "picture_kept")]
    for index, picture in heard.kept(asked).items():
        pixels, recipe = read_picture(picture.path)
        assert picture.finished
        assert recipe.id == picture.id == announced[index].id
        assert pixels.tobytes() == announced[index].image.tobytes()


def test_everything_arrives_in_the_windows_thread_and_saving_is_not_done_there(
    desk: Desk, tiny: ModelChoice, qtbot: QtBot
) -> None:
    desk.draw(qtbot, desk.job(tiny))
    assert desk.heard.threads == {threading.get_ident()}
    assert desk.shelf.threads.isdisjoint({threading.get_ident()})


def test_the_first_picture_is_watched(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    asked = desk.job(tiny)
    desk.draw(qtbot, asked)
    assert [event.position for event in desk.heard.events(asked, LogitsKept)] == list(range(16))


def test_private_pictures_are_shown_and_not_saved(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    asked = desk.job(tiny, private=True)
    desk.draw(qtbot, asked)
    assert len(desk.heard.events(asked, ImageFinished)) == 3
    assert not desk.heard.kept(asked)


def test_of_the_best_only_those_are_saved(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    asked = desk.job(tiny, 5, keep=2)
    desk.draw(qtbot, asked)
    (end,) = desk.heard.events(asked, RunFinished)
    assert len(end.result.images) == 2
    assert set(desk.heard.kept(asked)) == {image.index for image in end.result.images}
    assert desk.heard.outcome(asked).ranking == end.result.ranking
    assert len(end.result.ranking) == 2


def test_a_waiting_job_ends_at_once_and_touches_no_other(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    first, second, third = desk.job(STARTER, 4), desk.job(tiny), desk.job(tiny)
    for asked in (first, second, third):
        desk.worker.submit(asked)
    desk.worker.cancel(second.id)
    desk.wait(qtbot, first, second, third)
    ended = [given[0] for given in desk.heard.of("job_ended")]
    assert ended == [second.id, first.id, third.id]
    assert desk.heard.outcome(second) == Outcome(ending=Ending.CANCELLED)
    assert not desk.heard.of("job_started", second.id)
    assert desk.heard.outcome(third).ending == Ending.FINISHED
    assert len(desk.heard.kept(third)) == 3
    desk.worker.cancel(second.id)  # a late click does nothing
    desk.worker.restart(second.id, 0, 1)


def test_cancelling_while_drawing(desk: Desk, qtbot: QtBot) -> None:
    asked = desk.job(STARTER, 16)
    desk.heard.once(Progress, lambda _: desk.worker.cancel(asked.id))
    desk.draw(qtbot, asked)
    assert desk.heard.outcome(asked).ending == Ending.CANCELLED
    (end,) = desk.heard.events(asked, RunCancelled)
    assert end.result.images == ()
    assert not desk.heard.kept(asked)


def test_cancelling_while_the_model_loads(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk.wait_ready(qtbot, tiny)
    asked, after = desk.job(STARTER), desk.job(tiny)
    desk.worker.submit(asked)
    desk.worker.submit(after)
    qtbot.waitUntil(lambda: bool(desk.heard.of("job_started", asked.id)), timeout=PATIENCE)
    desk.worker.cancel(asked.id)
    desk.wait(qtbot, asked, after)
    assert desk.heard.outcome(asked) == Outcome(ending=Ending.CANCELLED)
    assert desk.heard.outcome(after).ending == Ending.FINISHED


def test_stopping_keeps_whole_rows(desk: Desk, qtbot: QtBot) -> None:
    asked = desk.job(STARTER, 4)
    desk.heard.once(RowPreview, lambda _: desk.worker.stop_and_keep(asked.id))
    desk.draw(qtbot, asked)
    assert desk.heard.outcome(asked).ending == Ending.CANCELLED
    (end,) = desk.heard.events(asked, RunCancelled)
    kept = desk.heard.kept(asked)
    assert set(kept) == {0, 1, 2, 3}
    for image in end.result.images:
        picture = kept[image.index]
        assert not picture.finished
        _, recipe = read_picture(picture.path)
        assert 16 <= len(recipe.tokens) < 256
        assert len(recipe.tokens) % 16 == 0
        assert recipe.tokens.tolist() == image.tokens[: image.tokens_done].tolist()


def test_a_picture_starts_over_and_the_others_keep_their_tokens(
    desk: Desk, tiny: ModelChoice, tiny_pipeline: DalleMiniPipeline, qtbot: QtBot
) -> None:
    asked, others = desk.job(tiny, 3), desk.job(STARTER, 1)
    # While another model is loaded the control must reach the job that waits for its own.
    desk.worker.submit(others)
    desk.worker.submit(asked)
    desk.heard.acts.append(
        lambda name, given: (
            desk.worker.restart(asked.id, 1, 99) if (name, given) == ("job_started", (asked.id,)) else None
        )
    )
    desk.wait(qtbot, others, asked)
    assert [(event.index, event.seed) for event in desk.heard.events(asked, SlotRestarted)] == [(1, 99)]
    (end,) = desk.heard.events(asked, RunFinished)
    drawn = tiny_pipeline.generate(GenerationRequest(prompt=PROMPT, image_count=3, seeds=(5, 99, 7)))
    assert [image.tokens.tolist() for image in end.result.images] == [i.tokens.tolist() for i in drawn.images]


@pytest.mark.parametrize(("index", "seed"), [(3, 1), (-1, 1), (0, -1), (0, 2**53)])
def test_impossible_restarts_are_refused_at_once(
    desk: Desk, tiny: ModelChoice, qtbot: QtBot, index: int, seed: int
) -> None:
    asked = desk.job(tiny)
    desk.worker.submit(asked)
    with pytest.raises(InvalidRequest):
        desk.worker.restart(asked.id, index, seed)
    with pytest.raises(ValueError, match="there already"):
        desk.worker.submit(asked)
    desk.wait(qtbot, asked)
    assert desk.heard.outcome(asked).ending == Ending.FINISHED


def test_logits_are_told_between_two_tokens(desk: Desk, qtbot: QtBot) -> None:
    pipeline = DalleMiniPipeline.from_pretrained("starter", device="cpu")
    tokens = np.arange(256)
    asked = desk.job(STARTER, 9)
    tickets: list[int] = []
    desk.heard.once(Progress, lambda _: tickets.append(desk.worker.ask_logits(PROMPT, tokens, 200)))
    desk.draw(qtbot, asked)
    order = [(name, given[0]) for name, given in desk.heard.said if name in ("logits_arrived", "job_ended")]
    assert order == [("logits_arrived", tickets[0]), ("job_ended", asked.id)]
    (answer,) = desk.heard.of("logits_arrived")
    for told, expected in zip(answer[1], pipeline.logits_at(PROMPT, tokens, 200), strict=True):
        assert told.dtype == np.float32
        assert np.allclose(told, expected, atol=1e-4)
    # Answering does not disturb the drawing.
    (end,) = desk.heard.events(asked, RunFinished)
    drawn = pipeline.generate(asked.request)
    assert [image.tokens.tolist() for image in end.result.images] == [i.tokens.tolist() for i in drawn.images]


def test_questions_that_have_no_answer(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk.wait_ready(qtbot, tiny)
    ticket = desk.worker.ask_logits(PROMPT, np.arange(16), 16)
    short = desk.worker.ask_logits(PROMPT, np.arange(3), 5)
    qtbot.waitUntil(lambda: len(desk.heard.of("logits_arrived")) == 2, timeout=PATIENCE)
    answers = dict(desk.heard.of("logits_arrived"))
    assert (answers[ticket].code, answers[ticket].parameters["field"]) == ("out_of_range", "position")
    assert answers[short].code == "wrong_shape"


def test_what_a_request_will_cost(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    ticket = desk.worker.ask_estimate(desk.job(tiny).request)
    qtbot.waitUntil(lambda: bool(desk.heard.of("estimate_arrived")), timeout=PATIENCE)
    ((told, cost),) = desk.heard.of("estimate_arrived")
    assert told == ticket
    assert isinstance(cost, Cost)
    assert cost.seconds > 0
    assert cost.peak_bytes > 100_000


def test_a_failed_job_does_not_block_the_next(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    wrong, nowhere, right = desk.job(tiny, rank="clip"), desk.job(ModelChoice(model="nowhere")), desk.job(tiny)
    desk.draw(qtbot, wrong, nowhere, right)
    fault = desk.heard.outcome(wrong).fault
    assert fault is not None
    assert fault.code == "clip_needed"
    fault = desk.heard.outcome(nowhere).fault
    assert fault is not None
    assert (fault.code, fault.parameters["model"]) == ("model_not_installed", "nowhere")
    failed = [state for (state,) in desk.heard.of("state_changed") if state.stage == EngineStage.FAILED]
    assert [(state.choice, state.fault) for state in failed] == [(nowhere.model, fault)]
    assert desk.heard.outcome(right).ending == Ending.FINISHED
    assert desk.heard.state().stage == EngineStage.READY


def test_only_the_last_of_several_wanted_models_is_loaded(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    first = desk.job(tiny)
    desk.worker.submit(first)
    for choice in (ModelChoice(model="nowhere"), tiny, STARTER):
        desk.worker.load(choice)
    desk.wait(qtbot, first)
    qtbot.waitUntil(lambda: desk.is_ready(STARTER), timeout=PATIENCE)
    assert EngineStage.FAILED not in {state.stage for (state,) in desk.heard.of("state_changed")}
    facts = desk.heard.state().facts
    assert facts is not None
    assert (facts.model_id, facts.image_length, facts.resolution, facts.device) == ("starter", 256, 128, "cpu")


def test_a_picture_that_cannot_be_saved_is_lost_alone(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    desk.shelf.full_from = 1
    asked = desk.job(tiny)
    desk.draw(qtbot, asked)
    assert desk.heard.outcome(asked).ending == Ending.FINISHED
    assert set(desk.heard.kept(asked)) == {0}
    lost = {index: fault for _, index, fault in desk.heard.of("picture_lost", asked.id)}
    assert set(lost) == {1, 2}
    assert lost[1].code == "os_error"
    assert lost[1].parameters["file"] == str(desk.shelf.folder)


def test_an_interrupt_in_the_terminal_is_not_for_the_engine(desk: Desk, qtbot: QtBot) -> None:
    asked = desk.job(STARTER, 1)
    desk.heard.once(RowPreview, lambda _: os.kill(desk.engine_pid, signal.SIGINT))
    desk.draw(qtbot, asked)
    assert desk.heard.outcome(asked).ending == Ending.FINISHED


def test_a_window_that_is_busy_gets_only_the_newest_previews(desk: Desk, tiny: ModelChoice, qtbot: QtBot) -> None:
    asked = desk.job(tiny, 2)
    desk.worker.submit(asked)
    # The window does nothing until the last picture is drawn.
    desk.heard.once(Progress, lambda _: desk.shelf.saved[1].wait(PATIENCE / 1000))
    desk.wait(qtbot, asked)
    rows = [event for event in desk.heard.events(asked, RowPreview) if event.index == 0]
    assert rows[-1].rows_done == 4
    assert len(rows) < 4
    assert len(desk.heard.events(asked, ImageFinished)) == 2
    assert desk.heard.events(asked, Progress)[-1].done == 32
    assert len(desk.heard.events(asked, FullPreview)) <= 2


@pytest.mark.parametrize(("rate", "rows"), [("every_row", True), ("calm", False), ("off", False)])
def test_only_the_previews_that_are_wanted_come(
    desk: Desk, tiny: ModelChoice, tiny_pipeline: DalleMiniPipeline, qtbot: QtBot, rate: Any, rows: bool
) -> None:
    desk.worker.set_previews(rate)
    asked = desk.job(tiny)
    desk.draw(qtbot, asked)
    desk.worker.set_previews("every_row")
    assert bool(desk.heard.events(asked, RowPreview)) is rows
    assert rate != "off" or not desk.heard.events(asked, FullPreview)
    (end,) = desk.heard.events(asked, RunFinished)
    drawn = tiny_pipeline.generate(asked.request)  # looking changes nothing
    assert [image.tokens.tolist() for image in end.result.images] == [i.tokens.tolist() for i in drawn.images]
