"""What the first tokens of a picture look like, long after it was drawn."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from model_runtime.loaded_model import LoadedModel
from model_runtime.pixels import UNDRAWN, Bytes, hide_undrawn, repeat_last_row, whole_rows


def look_at(model: LoadedModel, tokens: npt.NDArray[np.int64], *, coarse: bool) -> Bytes:
    """tokens (count,) -> uint8 (height, width, 3), what is not drawn in flat grey.

    Whole rows are decoded by the VQGAN. `coarse`: every token's patch by the row preview's map, which costs
    microseconds, so that any moment of the drawing can be cut out of one picture.
    """
    return _patches(model, tokens) if coarse else _decoded(model, tokens)


def _decoded(model: LoadedModel, tokens: npt.NDArray[np.int64]) -> Bytes:
    rows = whole_rows(len(tokens), model.image_length)
    if not rows:
        side = model.vqgan.config.resolution
        return np.full((side, side, 3), UNDRAWN, np.uint8)
    padded = np.zeros(model.image_length, np.uint16)
    padded[: len(tokens)] = tokens
    pixels = model.decode(repeat_last_row(padded, rows))
    return hide_undrawn(pixels, rows, model.image_length)


def _patches(model: LoadedModel, tokens: npt.NDArray[np.int64]) -> Bytes:
    table = model.row_table()
    side, factor = math.isqrt(model.image_length), table.shape[1]
    cells = np.full((model.image_length, factor, factor, 3), UNDRAWN, np.uint8)
    cells[: len(tokens)] = table[tokens]
    grid = cells.reshape(side, side, factor, factor, 3).transpose(0, 2, 1, 3, 4)
    return grid.reshape(side * factor, side * factor, 3)
