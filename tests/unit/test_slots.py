"""The drawing loop on its own: the official greedy sequences, and pictures that mind their own business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from model_runtime import dalle_bart
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.devices import thread_policy
from model_runtime.drawing import Drawing
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.prompt_states import PromptStates, TextState, read_prompt
from model_runtime.request import SamplingSettings
from model_runtime.slots import Slots

MINI = Path(__file__).parents[1] / "parity" / "reference" / "dallebart-mini-tiny"
FREE = np.full(16, -1, np.int32)


def draw(slots: Slots) -> None:
    while not slots.finished:
        slots.step()


@pytest.fixture(scope="module")
def reference() -> DalleBart:
    return dalle_bart.load(MINI / "scan")


def reference_prompt(model: DalleBart, row: int) -> PromptStates:
    with np.load(MINI / "expected.npz") as arrays:
        rows = [
            (arrays["input_ids"][row : row + 1], arrays["attention_mask"][row : row + 1]),
            (arrays["uncond_input_ids"], arrays["uncond_attention_mask"]),
        ]
    texts = [TextState(model.encode(*map(torch.from_numpy, both)), torch.from_numpy(both[1])) for both in rows]
    return PromptStates(*texts)


@pytest.mark.parametrize("row", range(6))
@pytest.mark.parametrize(
    ("scale", "expected"), [(10.0, "greedy_tokens_supercond_codebook"), (1.0, "greedy_tokens_codebook")]
)
@pytest.mark.parametrize("count", [1, 3])
def test_greedy_sequences_are_the_official_ones(
    reference: DalleBart, row: int, scale: float, expected: str, count: int
) -> None:
    drawings = [Drawing(index, index, FREE) for index in range(count)]
    sampling = SamplingSettings(top_k=1, condition_scale=scale)
    draw(Slots(reference, reference_prompt(reference, row), sampling, drawings, slots=count, codebook_size=64))
    with np.load(MINI / "expected.npz") as arrays:
        for drawing in drawings:
            assert drawing.tokens.tolist() == arrays[expected][row].tolist()


Draw = Callable[..., list[Drawing]]


@pytest.fixture
def tiny(tiny_pipeline: DalleMiniPipeline) -> Callable[[Sequence[Drawing], int], Slots]:
    model = tiny_pipeline._model
    prompt = read_prompt(model.text_model, model.tokenizer, "an orange cat")

    def slots(drawings: Sequence[Drawing], count: int, scale: float = 3.0) -> Slots:
        sampling = SamplingSettings(condition_scale=scale)
        return Slots(model.text_model, prompt, sampling, drawings, slots=count, codebook_size=64)

    return slots


def state(drawing: Drawing) -> tuple[bytes, bytes, bytes]:
    """Everything drawn, bit by bit."""
    arrays = (drawing.tokens, drawing.log_probs, drawing.log_probs_unconditional)
    first, second, third = (array.tobytes() for array in arrays)
    return first, second, third


def fresh(*seeds: int, fixed: np.ndarray = FREE) -> list[Drawing]:
    return [Drawing(index, seed, fixed) for index, seed in enumerate(seeds)]


@pytest.mark.parametrize("scale", [1.0, 3.0])
@pytest.mark.parametrize("moment", [0, 1, 7, 15])
def test_a_restart_changes_no_bit_of_the_others(tiny: Callable[..., Slots], moment: int, scale: float) -> None:
    undisturbed = fresh(1, 2, 3)
    draw(tiny(undisturbed, 3, scale))
    drawings = fresh(1, 2, 3)
    slots = tiny(drawings, 3, scale)
    for _ in range(moment):
        slots.step()
    slots.restart(1, 77)
    assert drawings[1].tokens_done == 0
    draw(slots)
    assert state(drawings[0]) == state(undisturbed[0])
    assert state(drawings[2]) == state(undisturbed[2])
    # The one that started over is what it would have been from the first.
    alone = fresh(1, 77, 3)
    draw(tiny(alone, 3, scale))
    assert state(drawings[1]) == state(alone[1])
    assert state(drawings[1]) != state(undisturbed[1])


def test_what_a_slot_did_before_leaves_no_trace(tiny: Callable[..., Slots]) -> None:
    drawings = fresh(1, 2, 3, 4, 5)
    draw(tiny(drawings, 2))
    again = fresh(9, 9, 9, 9, 5)
    draw(tiny(again, 2))
    assert state(again[4]) == state(drawings[4])


def test_a_finished_picture_may_start_over(tiny: Callable[..., Slots]) -> None:
    drawings = fresh(1, 2, 3)
    slots = tiny(drawings, 2)
    for _ in range(20):  # the first two are done, the third is on its way in the first one's slot
        slots.step()
    assert [drawing.tokens_done for drawing in drawings] == [16, 16, 4]
    expected = fresh(1, 6, 3)
    draw(tiny(expected, 2))
    slots.restart(1, 6)
    slots.restart(0, 1)  # waits until its slot is free
    draw(slots)
    assert [state(drawing) for drawing in drawings] == [state(drawing) for drawing in expected]


def test_a_waiting_picture_only_gets_another_seed(tiny: Callable[..., Slots]) -> None:
    drawings = fresh(1, 2, 3)
    slots = tiny(drawings, 1)
    slots.step()
    slots.restart(2, 8)
    draw(slots)
    expected = fresh(1, 2, 8)
    draw(tiny(expected, 1))
    assert state(drawings[2]) == state(expected[2])


def test_steps_say_who_went_on(tiny: Callable[..., Slots]) -> None:
    fixed = FREE.copy()
    fixed[:5] = 7
    drawings = [Drawing(0, 1, FREE), Drawing(1, 2, fixed), Drawing(2, 3, np.full(16, 4, np.int32))]
    slots = tiny(drawings, 3)
    assert slots.step() == drawings
    assert [drawing.tokens_done for drawing in drawings] == [1, 6, 16]
    assert slots.step() == drawings[:2]
    assert slots.tokens_done == 2 + 7 + 16


def test_a_batch_of_rows_keeps_its_shape(tiny: Callable[..., Slots], monkeypatch: pytest.MonkeyPatch) -> None:
    slots = tiny(fresh(1, 2, 3), 3)
    shapes = set()
    extend = slots.cache.extend
    monkeypatch.setattr(slots.cache, "extend", lambda tokens, *rest: shapes.add(tokens.shape) or extend(tokens, *rest))
    slots.step()
    slots.restart(0, 5)
    draw(slots)
    assert shapes == {(8, 1)}  # three pairs, filled up to whole tiles


def test_a_small_network_draws_on_one_thread_and_leaves_the_others_theirs(tiny_model: Path) -> None:
    model = dalle_bart.load(tiny_model / "dalle_bart")
    before = torch.get_num_threads()
    with thread_policy(model.decoder)():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
