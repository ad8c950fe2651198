"""The row preview: a linear map from a code's embedding to the patch of pixels that the code stands for.

It is kept as a table of one small picture a code, so a row costs microseconds. It misses everything that
lies between patches. Fitted by least squares with a bias on decoded grids; grids of real pictures give
the best map.
"""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from model_runtime.errors import CorruptCheckpoint
from model_runtime.pixels import UNDRAWN, Bytes
from model_runtime.vqgan.model import VQGAN

FILE_NAME = "row_preview.safetensors"
"""Lies in the VQGAN's folder."""

RIDGE = 1e-3
"""Keeps the fit calm where samples are few; relative to the embeddings' own spread."""


class RowPreviewMap:
    """weight (embed_dim, patch), bias (patch,): embedding -> factor x factor x 3 pixels in [0, 1]."""

    def __init__(self, weight: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> None:
        self.weight, self.bias = weight, bias
        self.factor = math.isqrt(len(bias) // 3)

    def table(self, codebook: npt.NDArray[np.float32]) -> Bytes:
        """(n_embed, embed_dim) -> uint8 (n_embed, factor, factor, 3), each code's patch."""
        pixels = np.clip(codebook @ self.weight + self.bias, 0, 1) * 255
        table: Bytes = pixels.astype(np.uint8).reshape(-1, self.factor, self.factor, 3)
        return table

    def save(self, folder: Path) -> None:
        """Write `row_preview.safetensors` into the VQGAN's folder."""
        save_file({"weight": self.weight, "bias": self.bias}, folder / FILE_NAME)

    @classmethod
    def load(cls, folder: Path, vqgan: VQGAN) -> RowPreviewMap | None:
        """The map stored in the VQGAN's folder; None where there is none. Raises CorruptCheckpoint."""
        file = folder / FILE_NAME
        if not file.is_file():
            return None
        try:
            stored = load_file(file)
        except (OSError, SafetensorError) as error:
            raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
        patch = vqgan.config.factor**2 * 3
        expected = {"weight": (vqgan.config.embed_dim, patch), "bias": (patch,)}
        for name, shape in expected.items():
            if name not in stored:
                raise CorruptCheckpoint("missing_tensor", file=str(file), tensor=name)
            if stored[name].shape != shape:
                raise CorruptCheckpoint(
                    "misshapen_tensor", file=str(file), tensor=name, found=stored[name].shape, expected=shape
                )
        return cls(stored["weight"].astype(np.float32), stored["bias"].astype(np.float32))


class RowPreviewFit:
    """The sums that least squares needs, so that pictures can be added as they come."""

    def __init__(self, vqgan: VQGAN) -> None:
        self._codebook = vqgan.codebook.weight
        self._factor = vqgan.config.factor
        width, patch = vqgan.config.embed_dim + 1, self._factor**2 * 3
        self._inputs = np.zeros((width, width))
        self._outputs = np.zeros((width, patch))
        self.cells = 0

    def add(self, tokens: npt.NDArray[np.generic], pixels: npt.NDArray[np.floating]) -> None:
        """One grid: tokens (length,), row by row of a square, and what they decode to, (height, width, 3)."""
        side, factor = math.isqrt(len(tokens)), self._factor
        codes = torch.from_numpy(tokens.astype(np.int64)).to(self._codebook.device)
        x = np.ones((len(tokens), len(self._inputs)))
        x[:, :-1] = self._codebook[codes].double().cpu().numpy()
        cells = np.clip(pixels, 0, 1).reshape(side, factor, side, factor, 3).transpose(0, 2, 1, 3, 4)
        self._inputs += x.T @ x
        self._outputs += x.T @ cells.reshape(len(tokens), -1)
        self.cells += len(tokens)

    def solve(self) -> RowPreviewMap:
        """The map that fits all grids so far; at least one is needed."""
        mean = self._inputs[-1, :-1] / self.cells
        height = self._outputs[-1] / self.cells
        spread = self._inputs[:-1, :-1] / self.cells - np.outer(mean, mean)
        calm = RIDGE * np.trace(spread) / len(spread) + np.finfo(np.float64).tiny
        link = self._outputs[:-1] / self.cells - np.outer(mean, height)
        weight = np.linalg.solve(spread + calm * np.eye(len(spread)), link)
        return RowPreviewMap(weight.astype(np.float32), (height - mean @ weight).astype(np.float32))


@torch.inference_mode()
def fit_row_preview(vqgan: VQGAN, token_grids: npt.NDArray[np.generic], *, seconds: float = math.inf) -> RowPreviewMap:
    """Decode token grids (count, length) and fit on them; after `seconds`, on those decoded so far."""
    return decoded_fit(vqgan, token_grids, seconds=seconds).solve()


@torch.inference_mode()
def decoded_fit(vqgan: VQGAN, token_grids: npt.NDArray[np.generic], *, seconds: float) -> RowPreviewFit:
    """The same, open for further grids."""
    fit = RowPreviewFit(vqgan)
    begin = time.monotonic()
    for grid in token_grids:
        codes = torch.from_numpy(grid.astype(np.int64)).to(vqgan.codebook.weight.device)
        fit.add(grid, vqgan.detokenize(codes[None])[0].cpu().numpy())
        if time.monotonic() - begin > seconds:
            break
    return fit


def random_grids(vqgan: VQGAN, codebook_size: int) -> npt.NDArray[np.int64]:
    """Grids for a first fit where there are no pictures: small ones of random codes, always the same."""
    side = max(1, vqgan.config.grid // 4)
    count = max(1, 4 * vqgan.config.embed_dim // side**2)
    return np.random.default_rng(0).integers(codebook_size, size=(count, side**2))


class RowCanvas:
    """One picture as the row previews show it so far; rows not drawn yet are grey."""

    def __init__(self, table: Bytes, image_length: int) -> None:
        self._table = table
        self._side = math.isqrt(image_length)
        size = self._side * table.shape[1]
        self._pixels = np.full((size, size, 3), UNDRAWN, np.uint8)
        self.rows_done = 0

    def show(self, tokens: npt.NDArray[np.uint16], rows_done: int) -> Bytes:
        """Paint up to `rows_done` rows of `tokens` (image_length,) and return a copy: (height, width, 3)."""
        if rows_done < self.rows_done:  # the picture started over
            self._pixels[:] = UNDRAWN
            self.rows_done = 0
        new = tokens.reshape(self._side, self._side)[self.rows_done : rows_done]
        factor = self._table.shape[1]
        strips = self._table[new].transpose(0, 2, 1, 3, 4).reshape(-1, self._side * factor, 3)
        self._pixels[self.rows_done * factor : rows_done * factor] = strips
        self.rows_done = rows_done
        return self._pixels.copy()
