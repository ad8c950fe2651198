"""Looks at unfinished pictures: every new row by the linear map, now and then a real decode."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from model_runtime.drawing import Drawing
from model_runtime.events import FullPreview, RowPreview
from model_runtime.pixels import Bytes, repeat_last_row, whole_rows
from model_runtime.row_preview import RowCanvas
from model_runtime.vqgan.model import VQGAN

FULL_PREVIEW_SHARE = 0.1
"""Full previews take at most this part of a run's time."""


class PreviewBudget:
    """Says when a full preview is affordable: all together, the next too, within their share."""

    def __init__(self, seconds_each: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = seconds_each
        self._spent = 0.0
        self._clock = clock
        self._begin = clock()

    def affords_one(self) -> bool:
        """Whether one more stays within the share."""
        return self._spent + self._each <= FULL_PREVIEW_SHARE * (self._clock() - self._begin)

    def spend(self, seconds: float) -> None:
        """Note what one took; the next is expected to take as long."""
        self._spent += seconds
        self._each = seconds


class Previews:
    """Makes the preview events of one run."""

    def __init__(
        self,
        table: Bytes,
        image_length: int,
        *,
        decode: Callable[[npt.NDArray[np.uint16]], Bytes],
        seconds_to_decode: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`table` as RowPreviewMap gives it; `decode` turns whole tokens into pixels."""
        self._table = table
        self._length = image_length
        self._decode = decode
        self._clock = clock
        self._budget = PreviewBudget(seconds_to_decode, clock)
        self._canvases: dict[int, RowCanvas] = {}
        self._seen: dict[int, tuple[int, int]] = {}
        self._turn = 0

    def row(self, drawing: Drawing) -> RowPreview | None:
        """The picture with its new rows, where it has any."""
        canvas = self._canvases.get(drawing.index)
        if canvas is None:
            canvas = self._canvases[drawing.index] = RowCanvas(self._table, self._length)
        rows = whole_rows(drawing.tokens_done, self._length)
        if rows == canvas.rows_done:
            return None
        pixels = canvas.show(drawing.tokens, rows)
        final = drawing.tokens[: rows * math.isqrt(self._length)].copy()
        return RowPreview(drawing.index, rows, Image.fromarray(pixels), final)

    def forget(self, index: int) -> None:
        """The picture starts over."""
        self._canvases.pop(index, None)
        self._seen.pop(index, None)

    def full(self, drawings: Sequence[Drawing]) -> FullPreview | None:
        """A decode of one unfinished picture with rows that no decode has shown, where the time allows it."""
        news = [drawing for drawing in drawings if self._has_news(drawing)]
        if not news or not self._budget.affords_one():
            return None
        # The one whose turn is longest ago.
        drawing = min(news, key=lambda drawing: self._seen.get(drawing.index, (0, 0))[1])
        rows = whole_rows(drawing.tokens_done, self._length)
        begin = self._clock()
        pixels = self._decode(repeat_last_row(drawing.tokens, rows))
        self._budget.spend(self._clock() - begin)
        self._turn += 1
        self._seen[drawing.index] = (rows, self._turn)
        return FullPreview(drawing.index, rows, Image.fromarray(pixels))

    def _has_news(self, drawing: Drawing) -> bool:
        rows = whole_rows(drawing.tokens_done, self._length)
        return not drawing.finished and rows > self._seen.get(drawing.index, (0, 0))[0]


def seconds_to_decode(vqgan: VQGAN) -> float:
    """About what one picture will take, from decoding a quarter of each side: a sixteenth of the work."""
    side = max(1, vqgan.config.grid // 4)
    begin = time.monotonic()
    with torch.inference_mode():
        vqgan.detokenize(torch.zeros((1, side**2), dtype=torch.int64, device=vqgan.codebook.weight.device)).cpu()
    return (time.monotonic() - begin) * (vqgan.config.grid / side) ** 2
