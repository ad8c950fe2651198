"""Watched positions: what a choice looked at is told, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime import DalleMiniPipeline, GenerationRequest, RunControl, SamplingSettings
from model_runtime.errors import InvalidRequest
from model_runtime.events import Event, LogitsKept, Progress, RunFinished, watch_positions

PROMPT = "a small red boat"
ALL = tuple(range(16))


def request(**changes: object) -> GenerationRequest:
    return GenerationRequest(**{"prompt": PROMPT, "image_count": 3, "seed": 5, **changes})  # type: ignore[arg-type]


def drawn(events: list[Event]) -> list[list[int]]:
    end = events[-1]
    assert isinstance(end, RunFinished)
    return [image.tokens.tolist() for image in end.result.images]


def kept(events: list[Event]) -> list[LogitsKept]:
    return [event for event in events if isinstance(event, LogitsKept)]


def check_against_a_fresh_pass(pipeline: DalleMiniPipeline, looked: list[LogitsKept], tokens: list[int]) -> None:
    for event in looked:
        conditional, unconditional = pipeline.logits_at(PROMPT, tokens, event.position)
        assert event.token == tokens[event.position]
        assert event.conditional.dtype == np.float16
        assert event.conditional.shape == (pipeline.codebook_size,)
        assert np.allclose(event.conditional, conditional, atol=2e-2)
        if event.unconditional is not None:
            assert np.allclose(event.unconditional, unconditional, atol=2e-2)


def test_the_logits_are_those_of_the_choice(tiny_pipeline: DalleMiniPipeline) -> None:
    events = list(tiny_pipeline.stream(request(), watch=(11, 0, 4)))
    looked = kept(events)
    assert [(event.index, event.position) for event in looked] == [(0, 0), (0, 4), (0, 11)]
    assert all(event.unconditional is not None for event in looked)
    check_against_a_fresh_pass(tiny_pipeline, looked, drawn(events)[0])


def test_without_super_conditioning_there_is_no_unconditional_pass(tiny_pipeline: DalleMiniPipeline) -> None:
    events = list(tiny_pipeline.stream(request(sampling=SamplingSettings()), watch=(3,)))
    (looked,) = kept(events)
    assert looked.unconditional is None
    check_against_a_fresh_pass(tiny_pipeline, [looked], drawn(events)[0])


def test_fixed_tokens_are_watched_too(tiny_pipeline: DalleMiniPipeline) -> None:
    fixed = np.full(16, -1)
    fixed[:6] = [9, 8, 7, 6, 5, 4]  # read in one pass
    fixed[10] = 3  # taken on the way
    events = list(tiny_pipeline.stream(request(fixed_tokens=fixed), watch=ALL))
    looked = kept(events)
    assert [event.position for event in looked] == list(ALL)
    assert [looked[position].token for position in (0, 5, 10)] == [9, 4, 3]
    check_against_a_fresh_pass(tiny_pipeline, looked, drawn(events)[0])


def test_watching_changes_no_token_and_no_other_event(tiny_pipeline: DalleMiniPipeline) -> None:
    plain = list(tiny_pipeline.stream(request()))
    watched = list(tiny_pipeline.stream(request(), watch=ALL))
    assert not kept(plain)
    assert drawn(watched) == drawn(plain)
    for one, other in zip(plain[-1].result.images, watched[-1].result.images, strict=True):  # type: ignore[union-attr]
        assert one.log_probs.tobytes() == other.log_probs.tobytes()

    # How many full previews there are depends on the clock; everything else does not.
    def progress(events: list[Event]) -> list[Progress]:
        return [event for event in events if isinstance(event, Progress)]

    assert progress(watched) == progress(plain)


def test_a_restarted_picture_is_watched_again(tiny_pipeline: DalleMiniPipeline) -> None:
    control = RunControl()
    events: list[Event] = []
    for event in tiny_pipeline.stream(request(), control, watch=(2,)):
        if isinstance(event, LogitsKept) and not kept(events):
            control.restart(0, 77)
            control.restart(1, 78)
        events.append(event)
    first, second = kept(events)
    assert (first.position, second.position) == (2, 2)
    check_against_a_fresh_pass(tiny_pipeline, [second], drawn(events)[0])


def test_only_the_first_picture_is_watched_where_slots_are_shared(tiny_model: Path) -> None:
    pipeline = DalleMiniPipeline.from_pretrained(tiny_model, device="cpu")
    pipeline.batch_limit = 1
    events = list(pipeline.stream(request(), watch=(0, 15)))
    assert [event.position for event in kept(events)] == [0, 15]
    check_against_a_fresh_pass(pipeline, kept(events), drawn(events)[0])


@pytest.mark.parametrize("position", [-1, 16, 1.5, True])
def test_a_position_outside_the_picture_is_refused_before_the_run(
    tiny_pipeline: DalleMiniPipeline, position: object
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        tiny_pipeline.stream(request(), watch=(position,))  # type: ignore[arg-type]
    assert caught.value.parameters["field"] == "watch"


def test_positions_spread_over_rows_and_columns() -> None:
    positions = watch_positions(256)
    assert len(positions) == 16
    assert {position // 16 for position in positions} == set(range(16))  # one a row
    columns = [position % 16 for position in positions]
    assert max(columns.count(column) for column in columns) <= 2
    assert {column // 4 for column in columns} == {0, 1, 2, 3}


@given(st.integers(1, 40), st.integers(1, 40))
def test_positions_are_distinct_and_inside(side: int, count: int) -> None:
    positions = watch_positions(side * side, count)
    assert len(positions) == min(count, side * side)
    assert list(positions) == sorted(set(positions))
    assert positions[0] >= 0
    assert positions[-1] < side * side
