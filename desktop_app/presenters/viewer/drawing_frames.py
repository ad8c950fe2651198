"""A picture at any moment of its drawing, put together from the few pictures that the engine gave."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from desktop_app.core.library.export.time_lapse.write_time_lapse import Frame
from model_runtime.recipe.record import Recipe

Pixels = npt.NDArray[np.uint8]

LAST_SECONDS = 2.0


class DrawingFrames:
    """Tokens drawn row by row of a square, (height, width, 3) pixels.

    The coarse picture has every token's own patch, so that each moment can be cut out of it; decodes of whole rows
    are finer and take its place above the row being drawn. The finished picture is the file's own.
    """

    def __init__(self, recipe: Recipe, final: Pixels) -> None:
        """Raises ValueError where the tokens form no square or the pixels do not fit them."""
        self.side = math.isqrt(recipe.image_length)
        if not self.side or self.side**2 != recipe.image_length or final.shape[0] % self.side:
            raise ValueError(f"{recipe.image_length} tokens, pixels {final.shape}")
        self.tokens = recipe.tokens
        self.done = recipe.tokens_done
        self._finished = recipe.finished
        self._final = final
        self._coarse: Pixels | None = None
        self._decoded: dict[int, Pixels] = {}

    @property
    def is_ready(self) -> bool:
        """Whether every moment can be shown."""
        return self._coarse is not None

    @property
    def missing_row(self) -> int | None:
        """How many rows the next decode should have; None where all are there."""
        rows = range(1, self.done // self.side + (0 if self._finished else 1))
        return next((row for row in rows if row not in self._decoded), None)

    def take_coarse(self, pixels: Pixels) -> None:
        """All tokens by the row preview's map. Raises ValueError where the size is another: another model's."""
        self._check(pixels)
        self._coarse = pixels

    def take_decoded(self, rows: int, pixels: Pixels) -> None:
        """The first rows as the decoder makes them. Raises ValueError as `take_coarse` does."""
        self._check(pixels)
        self._decoded[rows] = pixels

    def at(self, tokens: int) -> Pixels:
        """The picture when so many tokens were drawn; what came later is whatever it is."""
        if tokens >= self.side**2 and self._finished:
            return self._final
        if self._coarse is None:
            raise RuntimeError("nothing is known of this moment yet")
        rows = tokens // self.side
        above = self._decoded.get(rows)
        if above is None:
            return self._coarse
        frame = self._coarse.copy()
        edge = rows * len(frame) // self.side
        frame[:edge] = above[:edge]
        return frame

    def moments(self, *, by_token: bool) -> list[int]:
        """How many tokens are drawn at each moment, from none to all there are."""
        step = 1 if by_token else self.side
        moments = list(range(0, self.done + 1, step))
        if moments[-1] != self.done:
            moments.append(self.done)
        return moments

    def _check(self, pixels: Pixels) -> None:
        if pixels.shape != self._final.shape:
            raise ValueError(f"pixels {pixels.shape}, picture {self._final.shape}")


class FrameSource:
    """The moments of a drawing to be written as a file: an iterable of `write_time_lapse`'s frames.

    To be gone through off the window's thread; what is not drawn has one colour.
    """

    def __init__(
        self, drawing: DrawingFrames, moments: list[int], *, seconds: float, undrawn: tuple[int, int, int]
    ) -> None:
        """seconds: from the first moment to the last; that one stays a while longer."""
        self._drawing = drawing
        self._moments = moments
        self._each = seconds / max(1, len(moments) - 1)
        self._undrawn = np.array(undrawn, np.uint8)

    def __len__(self) -> int:
        return len(self._moments)

    def __iter__(self) -> Iterator[Frame]:
        side, last = self._drawing.side, self._moments[-1]
        for tokens in self._moments:
            pixels = self._drawing.at(tokens).copy()
            row, column = divmod(tokens, side)
            factor = len(pixels) // side
            pixels[(row + 1) * factor :] = self._undrawn
            pixels[row * factor : (row + 1) * factor, column * factor :] = self._undrawn
            yield Frame(pixels, LAST_SECONDS if tokens == last else self._each)
