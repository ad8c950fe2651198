"""A codebook straight from the pictures: k-means on patches instead of a learned bottleneck.

Tokens are then fixed before any network is trained, so the decoder and DalleBart can train side by side, and no
code can collapse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model_runtime.vqgan.model import nearest_codes


@dataclass(frozen=True)
class PatchCodebook:
    """`centroids` (codes, width) in units of pixels 0..1, and `basis` (width, embed_dim) from PCA."""

    centroids: Tensor
    basis: Tensor

    @property
    def embeddings(self) -> Tensor:
        """(codes, embed_dim): the centroids in the basis, with unit variance over all entries."""
        projected = (self.centroids - self.centroids.mean(0)) @ self.basis
        return projected / projected.std()

    @property
    def colours(self) -> Tensor:
        """(codes, 3): each code's mean colour in 0..1."""
        return self.centroids.view(len(self.centroids), -1, 3).mean(1)

    def nearest(self, patches: NDArray[np.float32]) -> NDArray[np.int64]:
        """(n, width) patches in 0..1 -> (n,) codes."""
        codes: NDArray[np.int64] = nearest_codes(torch.from_numpy(patches), self.centroids).numpy()
        return codes


def patches_of(image: NDArray[np.uint8], grid: int) -> NDArray[np.float32]:
    """(side, side, 3) uint8 -> (grid * grid, width) float32 in 0..1, row by row."""
    cell = image.shape[0] // grid
    cells = image.reshape(grid, cell, grid, cell, 3).transpose(0, 2, 1, 3, 4)
    patches: NDArray[np.float32] = cells.reshape(grid * grid, -1).astype(np.float32) / np.float32(255)
    return patches


def fit_codebook(patches: Tensor, codes: int, embed_dim: int, *, seed: int, rounds: int = 25) -> PatchCodebook:
    """Lloyd's algorithm on (n, width) patches; a code that loses all its patches restarts at a badly served one."""
    generator = torch.Generator().manual_seed(seed)
    centroids = torch.unique(patches, dim=0)
    order = torch.randperm(len(centroids), generator=generator)
    centroids = centroids[order[:codes]].clone()
    if len(centroids) < codes:
        raise ValueError(f"only {len(centroids)} different patches for {codes} codes")
    for _ in range(rounds):
        assigned, distances = _assign(patches, centroids)
        sums = torch.zeros_like(centroids).index_add_(0, assigned, patches)
        counts = torch.bincount(assigned, minlength=codes)
        used = counts > 0
        centroids[used] = sums[used] / counts[used, None]
        empty = int((~used).sum())
        if empty:
            worst = distances.topk(min(len(distances), 50 * empty)).indices
            chosen = worst[torch.randperm(len(worst), generator=generator)[:empty]]
            centroids[~used] = patches[chosen]
    centred = centroids - centroids.mean(0)
    basis = torch.linalg.svd(centred, full_matrices=False).Vh[:embed_dim].T.contiguous()
    return PatchCodebook(centroids, basis)


def _assign(patches: Tensor, centroids: Tensor, chunk: int = 8192) -> tuple[Tensor, Tensor]:
    """Nearest code and squared distance of every patch, in chunks of bounded memory."""
    squares = centroids.square().sum(1)
    assigned, distances = [], []
    for part in patches.split(chunk):
        best = torch.addmm(squares, part, centroids.T, alpha=-2).min(1)
        assigned.append(best.indices)
        distances.append((best.values + part.square().sum(1)).clamp_min(0))
    return torch.cat(assigned), torch.cat(distances)
