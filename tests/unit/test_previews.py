from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from model_runtime import vqgan
from model_runtime.drawing import Drawing
from model_runtime.errors import CorruptCheckpoint
from model_runtime.pixels import UNDRAWN, hide_undrawn, repeat_last_row
from model_runtime.previews import FULL_PREVIEW_SHARE, PreviewBudget, Previews
from model_runtime.row_preview import (
    FILE_NAME,
    RowCanvas,
    RowPreviewFit,
    RowPreviewMap,
    fit_row_preview,
    random_grids,
)
from model_runtime.vqgan.model import VQGAN

FREE = np.full(16, -1, np.int32)


@pytest.fixture(scope="module")
def network(tiny_model: Path) -> VQGAN:
    return vqgan.load(tiny_model / "vqgan")


def test_the_fit_finds_a_linear_map(network: VQGAN) -> None:
    random = np.random.default_rng(1)
    weight = random.normal(0, 0.05, (8, 48))
    bias = random.uniform(0.4, 0.6, 48)
    codebook = network.codebook.weight.numpy()
    fit = RowPreviewFit(network)
    for grid in random.integers(64, size=(20, 16)):
        patches = (codebook[grid] @ weight + bias).reshape(4, 4, 4, 4, 3)
        fit.add(grid, patches.transpose(0, 2, 1, 3, 4).reshape(16, 16, 3))
    found = fit.solve()
    assert np.abs(found.weight - weight).max() < 2e-3
    assert np.abs(found.bias - bias).max() < 2e-3


def test_a_fit_beats_the_mean_patch(network: VQGAN) -> None:
    grids = np.random.default_rng(2).integers(64, size=(32, 16))
    table = fit_row_preview(network, grids).table(network.codebook.weight.numpy())
    real = network.detokenize(torch.from_numpy(grids)).clamp(0, 1).numpy() * 255
    shown = np.stack([RowCanvas(table, 16).show(grid, 4) for grid in grids])
    patches = real.reshape(32, 4, 4, 4, 4, 3)
    spread = np.square(patches - patches.mean((0, 1, 3), keepdims=True)).mean()
    assert np.square(shown - real).mean() < 0.98 * spread


def test_a_fit_stops_when_its_time_is_over(network: VQGAN) -> None:
    grids = random_grids(network, 64)
    assert len(grids) >= 32
    assert np.isfinite(fit_row_preview(network, grids, seconds=0.0).weight).all()


def test_a_map_is_stored_with_its_model(network: VQGAN, tmp_path: Path) -> None:
    assert RowPreviewMap.load(tmp_path, network) is None
    fitted = fit_row_preview(network, random_grids(network, 64))
    fitted.save(tmp_path)
    stored = RowPreviewMap.load(tmp_path, network)
    assert stored is not None
    assert np.array_equal(stored.weight, fitted.weight)
    RowPreviewMap(fitted.weight[:, :12], fitted.bias[:12]).save(tmp_path)
    with pytest.raises(CorruptCheckpoint, match="weight"):
        RowPreviewMap.load(tmp_path, network)
    (tmp_path / FILE_NAME).write_bytes(b"rubbish")
    with pytest.raises(CorruptCheckpoint, match=FILE_NAME):
        RowPreviewMap.load(tmp_path, network)


def test_a_canvas_paints_row_by_row() -> None:
    table = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.ones((4, 2, 2, 3), np.uint8)
    canvas = RowCanvas(table, 4)
    tokens = np.array([1, 2, 3, 0], np.uint16)
    assert canvas.show(tokens, 1)[:, :, 0].tolist() == [[1, 1, 2, 2]] * 2 + [[UNDRAWN] * 4] * 2
    assert canvas.show(tokens, 2)[:, :, 0].tolist() == [[1, 1, 2, 2]] * 2 + [[3, 3, 0, 0]] * 2
    assert canvas.show(tokens[::-1], 1)[:, :, 0].tolist() == [[0, 0, 3, 3]] * 2 + [[UNDRAWN] * 4] * 2


def test_what_stands_in_for_undrawn_rows() -> None:
    tokens = np.arange(9, dtype=np.uint16)
    assert repeat_last_row(tokens, 2).tolist() == [0, 1, 2, 3, 4, 5, 3, 4, 5]
    assert repeat_last_row(tokens, 3).tolist() == tokens.tolist()
    shown = hide_undrawn(np.zeros((6, 6, 3), np.uint8), 2, 9)
    assert shown[:, 0, 0].tolist() == [0] * 4 + [UNDRAWN] * 2


def test_the_budget_holds_to_its_share() -> None:
    now = [0.0]
    budget = PreviewBudget(1.0, clock=lambda: now[0])
    spent = 0.0
    while now[0] < 200:
        now[0] += 0.25
        if budget.affords_one():
            now[0] += 1.5
            spent += 1.5
            budget.spend(1.5)
        # The first took longer than was expected of it.
        assert spent <= FULL_PREVIEW_SHARE * now[0] + 0.5
    assert spent > 0.08 * now[0]


def test_full_previews_take_turns() -> None:
    now = [0.0]
    decoded: list[list[int]] = []

    def decode(tokens: np.ndarray) -> np.ndarray:
        decoded.append(tokens.tolist())
        return np.zeros((16, 16, 3), np.uint8)

    table = np.zeros((64, 4, 4, 3), np.uint8)
    previews = Previews(table, 16, decode=decode, seconds_to_decode=0.0, clock=lambda: now[0])
    drawings = [Drawing(index, index, FREE) for index in range(2)]
    assert previews.full(drawings) is None  # nothing to see yet
    for drawing in drawings:
        drawing.tokens[:4] = drawing.index + 1
        drawing.tokens_done = 5
    now[0] = 100.0
    shown = [previews.full(drawings) for _ in range(3)]
    assert [event and (event.index, event.rows_done) for event in shown] == [(0, 1), (1, 1), None]
    assert decoded == [[1] * 16, [2] * 16]
    drawings[0].tokens_done = drawings[1].tokens_done = 9
    event = previews.full(drawings)
    assert event is not None
    assert (event.index, event.rows_done) == (0, 2)


def test_a_row_preview_tells_its_final_tokens() -> None:
    previews = Previews(
        np.zeros((64, 4, 4, 3), np.uint8), 16, decode=lambda _: np.zeros((16, 16, 3), np.uint8), seconds_to_decode=1.0
    )
    drawing = Drawing(0, 0, FREE)
    drawing.tokens[:11] = range(11)
    drawing.tokens_done = 11
    event = previews.row(drawing)
    assert event is not None
    drawing.tokens[0] = 63  # the event keeps what was true when it was made
    assert (event.rows_done, event.tokens.tolist()) == (2, list(range(8)))
