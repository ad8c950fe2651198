"""Events, steering, short memory: what happens while a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from model_runtime import DalleMiniPipeline, GenerationRequest, RunControl, SamplingSettings, previews
from model_runtime.dalle_bart.model import DecoderCache
from model_runtime.errors import GenerationCancelled, InvalidRequest, OutOfMemory, UnsupportedOperation
from model_runtime.events import (
    BatchReduced,
    Event,
    FullPreview,
    ImageFinished,
    Progress,
    RowPreview,
    RunCancelled,
    RunFinished,
    SlotRestarted,
    StageChanged,
)
from model_runtime.pixels import UNDRAWN

PROMPT = "a small red boat"
GREY = (UNDRAWN,) * 3

Steer = Callable[[Event, RunControl], None]


def request(**changes: object) -> GenerationRequest:
    return GenerationRequest(**{"prompt": PROMPT, "image_count": 3, "seed": 5, **changes})  # type: ignore[arg-type]


def run(pipeline: DalleMiniPipeline, asked: GenerationRequest, steer: Steer | None = None) -> list[Event]:
    """All events; the last one, and no other, ends the run."""
    control = RunControl()
    events: list[Event] = []
    for event in pipeline.stream(asked, control):
        events.append(event)
        if steer is not None:
            steer(event, control)
    ends = [place for place, event in enumerate(events) if isinstance(event, RunFinished | RunCancelled)]
    assert ends == [len(events) - 1]
    return events


def at(done: int, act: Callable[[RunControl], None]) -> Steer:
    """Act once, when so many tokens are done for the first time."""
    waiting = [act]

    def steer(event: Event, control: RunControl) -> None:
        if isinstance(event, Progress) and event.done >= done and waiting:
            waiting.pop()(control)

    return steer


def only(events: list[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def tokens(event: Event) -> dict[int, list[int]]:
    assert isinstance(event, RunFinished | RunCancelled)
    return {image.index: image.tokens[: image.tokens_done].tolist() for image in event.result.images}


def test_the_order_of_events(tiny_pipeline: DalleMiniPipeline) -> None:
    events = run(tiny_pipeline, request())
    stages = [event.stage for event in events if isinstance(event, StageChanged)]
    assert stages == ["encoding", "drawing", "decoding"]
    progress = [(event.done, event.total) for event in events if isinstance(event, Progress)]
    assert progress == [(done, 48) for done in range(0, 49, 3)]
    finished = [event for event in events if isinstance(event, ImageFinished)]
    assert [event.index for event in finished] == [0, 1, 2]
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.result.images == tuple(event.image for event in finished)


def test_every_row_is_shown_once(tiny_pipeline: DalleMiniPipeline) -> None:
    rows: dict[int, list[int]] = {0: [], 1: [], 2: []}
    for event in run(tiny_pipeline, request()):
        if isinstance(event, RowPreview):
            rows[event.index].append(event.rows_done)
            assert (event.image.mode, event.image.size) == ("RGB", (16, 16))
            if event.rows_done < 4:
                undrawn = event.image.crop((0, 4 * event.rows_done, 16, 16))
                assert undrawn.getcolors() == [(undrawn.width * undrawn.height, GREY)]
    assert rows == {index: [1, 2, 3, 4] for index in range(3)}


def test_without_previews(tiny_pipeline: DalleMiniPipeline) -> None:
    events = list(tiny_pipeline.stream(request(), previews=False))
    assert not [event for event in events if isinstance(event, RowPreview | FullPreview)]


def test_unconditional_scores_come_at_the_end(tiny_pipeline: DalleMiniPipeline) -> None:
    events = run(tiny_pipeline, request(image_count=1, sampling=SamplingSettings()))
    stages = [event.stage for event in events if isinstance(event, StageChanged)]
    assert stages == ["encoding", "drawing", "scoring", "decoding"]


@pytest.mark.parametrize("done", [0, 3, 20, 45])
def test_a_restart_leaves_the_others_alone(tiny_pipeline: DalleMiniPipeline, done: int) -> None:
    expected = tokens(run(tiny_pipeline, request(seeds=(5, 99, 7)))[-1])
    events = run(tiny_pipeline, request(), at(done, lambda control: control.restart(1, 99)))
    assert only(events, SlotRestarted) == [SlotRestarted(1, 99)]
    assert tokens(events[-1]) == expected
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert end.result.request.seeds == (5, 99, 7)
    assert [image.seed for image in end.result.images] == [5, 99, 7]
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert (last.done, last.total) == (48, 48)


def test_a_finished_picture_may_start_over(tiny_pipeline: DalleMiniPipeline) -> None:
    def steer(event: Event, control: RunControl) -> None:
        if isinstance(event, ImageFinished) and event.image.seed == 7:
            control.restart(2, 70)
            control.restart(0, 5)

    events = run(tiny_pipeline, request(), steer)
    assert [event.index for event in events if isinstance(event, ImageFinished)] == [0, 1, 2, 0, 2]
    assert tokens(events[-1]) == tokens(run(tiny_pipeline, request(seeds=(5, 6, 70)))[-1])
    rows = [event.rows_done for event in events if isinstance(event, RowPreview) and event.index == 2]
    assert rows == [1, 2, 3, 4] * 2


def test_cancelling_keeps_finished_pictures_only(tiny_model: Path) -> None:
    pipeline = DalleMiniPipeline.from_pretrained(tiny_model, device="cpu")
    pipeline.batch_limit = 2
    events = run(pipeline, request(), at(40, RunControl.cancel))
    end = events[-1]
    assert isinstance(end, RunCancelled)
    assert list(tokens(end)) == [0, 1]
    assert all(image.finished for image in end.result.images)


@pytest.mark.parametrize("act", [RunControl.cancel, RunControl.stop_and_keep])
def test_nobody_who_stops_waits_for_a_preview(
    tiny_pipeline: DalleMiniPipeline, monkeypatch: pytest.MonkeyPatch, act: Callable[[RunControl], None]
) -> None:
    monkeypatch.setattr(previews, "FULL_PREVIEW_SHARE", 1e9)  # one is due at every row
    assert any(isinstance(event, FullPreview) for event in run(tiny_pipeline, request()))
    events = run(tiny_pipeline, request(), at(3 * 4, act))  # with the first row, when one would be made
    stopped = next(place for place, event in enumerate(events) if isinstance(event, Progress) and event.done >= 12)
    assert not any(isinstance(event, FullPreview) for event in events[stopped:])


def test_cancelling_before_the_start(tiny_pipeline: DalleMiniPipeline) -> None:
    control = RunControl()
    control.cancel()
    *_, end = tiny_pipeline.stream(request(), control)
    assert isinstance(end, RunCancelled)
    assert end.result.images == ()
    control = RunControl()
    control.cancel()
    with pytest.raises(GenerationCancelled):
        tiny_pipeline.generate(request(), control)


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_stopping_keeps_whole_rows(tiny_pipeline: DalleMiniPipeline, scale: float) -> None:
    sampling = SamplingSettings(condition_scale=scale)
    fixed = np.full((3, 16), -1)
    fixed[1] = 9  # finished at once
    whole = tokens(run(tiny_pipeline, request(sampling=sampling, fixed_tokens=fixed))[-1])
    asked = request(sampling=sampling, fixed_tokens=fixed)
    events = run(tiny_pipeline, asked, at(16 + 2 * 10, RunControl.stop_and_keep))
    end = events[-1]
    assert isinstance(end, RunCancelled)
    assert tokens(end) == {0: whole[0][:8], 1: whole[1], 2: whole[2][:8]}
    for image in end.result.images:
        assert image.finished == (image.index == 1)
        score = tiny_pipeline.score(PROMPT, image.tokens)
        done = slice(image.tokens_done)
        assert np.allclose(image.log_probs[done], score.log_probs[done], atol=1e-4)
        unconditional = score.log_probs_unconditional[done]
        assert np.allclose(image.log_probs_unconditional[done], unconditional, atol=1e-4)
    unfinished = end.result.images[0].image
    assert unfinished.crop((0, 8, 16, 16)).getcolors() == [(128, GREY)]
    assert unfinished.crop((0, 0, 16, 8)).getcolors() != [(128, GREY)]


def test_stopping_within_the_first_row_keeps_nothing(tiny_pipeline: DalleMiniPipeline) -> None:
    events = run(tiny_pipeline, request(), at(3, RunControl.stop_and_keep))
    assert tokens(events[-1]) == {}


def test_a_kept_picture_can_be_finished(tiny_pipeline: DalleMiniPipeline) -> None:
    whole = tokens(run(tiny_pipeline, request())[-1])
    end = run(tiny_pipeline, request(), at(30, RunControl.stop_and_keep))[-1]
    assert isinstance(end, RunCancelled)
    kept = np.array(
        [np.where(np.arange(16) < image.tokens_done, image.tokens.astype(int), -1) for image in end.result.images]
    )
    assert tokens(run(tiny_pipeline, request(fixed_tokens=kept))[-1]) == whole


def test_a_control_is_for_one_run(tiny_pipeline: DalleMiniPipeline) -> None:
    control = RunControl()
    tiny_pipeline.generate(request(image_count=1), control)
    with pytest.raises(InvalidRequest):
        tiny_pipeline.stream(request(image_count=1), control)


def test_ranking_and_keeping(tiny_pipeline: DalleMiniPipeline) -> None:
    everything = tiny_pipeline.generate(request(image_count=5, rank="likelihood"))
    gains = [image.likelihood_gain for image in everything.images]
    assert [gains[place] for place in everything.ranking] == sorted(gains, reverse=True)
    kept = tiny_pipeline.generate(request(image_count=5, keep=2))
    best = sorted(everything.ranking[:2])
    assert [image.index for image in kept.images] == best
    assert [kept.images[place].index for place in kept.ranking] == list(everything.ranking[:2])


def test_clip_is_asked_for_before_anything_is_drawn(tiny_pipeline: DalleMiniPipeline) -> None:
    with pytest.raises(UnsupportedOperation) as caught:
        tiny_pipeline.stream(request(rank="clip"))
    assert caught.value.code == "clip_needed"


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Steps with more rows than `limit[0]` fail as torch does, from the tenth step on."""
    limit = [4]
    extend = DecoderCache.extend
    steps = 0

    def failing(cache: DecoderCache, inputs: object, *rest: object) -> object:
        nonlocal steps
        steps += 1
        if len(cache._all_rows) > limit[0] and steps > 10:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate")
        return extend(cache, inputs, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(DecoderCache, "extend", failing)
    return limit


def test_short_memory_makes_the_batch_smaller(tiny_pipeline: DalleMiniPipeline, short_memory: list[int]) -> None:
    fixed = np.full((5, 16), -1)
    fixed[0] = 3
    events = run(tiny_pipeline, request(image_count=5, fixed_tokens=fixed))
    assert only(events, BatchReduced) == [BatchReduced(2)]
    assert sorted(event.index for event in events if isinstance(event, ImageFinished)) == [0, 1, 2, 3, 4]
    end = events[-1]
    assert isinstance(end, RunFinished)
    assert [image.recipe.run.batch for image in end.result.images] == [5, 2, 2, 2, 2]
    short_memory[0] = 100
    pair = run(tiny_pipeline, request(image_count=2, seed=9))[-1]
    assert tokens(pair)[0] == tokens(end)[4]


def test_no_memory_at_all(tiny_pipeline: DalleMiniPipeline, short_memory: list[int]) -> None:
    short_memory[0] = 0
    events: list[Event] = []
    with pytest.raises(OutOfMemory) as caught:
        events.extend(tiny_pipeline.stream(request(image_count=4)))
    assert caught.value.parameters == {"device": "cpu", "batch": 1}


def test_other_failures_stay_what_they_are(tiny_pipeline: DalleMiniPipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(DecoderCache, "extend", broken)
    with pytest.raises(RuntimeError, match="a mistake"):
        run(tiny_pipeline, request())
