"""Carries the decoder that ships over to a plan's new codebook, so that it need not learn to draw again.

Run: python packaging/starter_model/adopt.py [--plan NAME]
Writes `adopted.pt` into the plan's folder, from which the stage `decoder` then begins.

Both codebooks stand for patches of pixels. The row preview that ships says which patch an old embedding stands for;
least squares backwards gives an old embedding for each new patch, and so a linear map from new to old embeddings. It
goes into the 1 x 1 convolution before the decoder.
"""

import argparse

import torch
from export import TARGET
from parts import build_vqgan, load_codebook, small_plan
from plan import PLANS, Plan
from torch import Tensor

from model_runtime.row_preview import RowPreviewMap
from model_runtime.vqgan.loading import load as load_vqgan

RIDGE = 1e-2


@torch.no_grad()
def adopt(plan: Plan) -> None:
    shipped = load_vqgan(TARGET / "vqgan")
    row_map = RowPreviewMap.load(TARGET / "vqgan", shipped)
    if row_map is None or shipped.config.ch_mult != small_plan(plan).ch_mult:
        raise ValueError("the model that ships has no row preview or another decoder")
    old = shipped.codebook.weight
    patches = old @ torch.from_numpy(row_map.weight) + torch.from_numpy(row_map.bias)
    codebook = load_codebook(plan)
    old_of_new = with_ones(codebook.centroids) @ solved(with_ones(patches), old)
    link = solved(with_ones(codebook.embeddings), old_of_new)  # (embed_dim + 1, old embed_dim)

    vqgan = build_vqgan(small_plan(plan))
    vqgan.decoder.load_state_dict(shipped.decoder.state_dict())
    weight, bias = shipped.post_quant_conv.weight[:, :, 0, 0], shipped.post_quant_conv.bias
    assert bias is not None  # noqa: S101  taming's have one
    linked = {"weight": (weight @ link[:-1].T)[:, :, None, None], "bias": weight @ link[-1] + bias}
    vqgan.post_quant_conv.load_state_dict(linked)
    parts = {"decoder": vqgan.decoder.state_dict(), "post_quant_conv": vqgan.post_quant_conv.state_dict()}
    torch.save(parts, plan.folder / "adopted.pt")


def with_ones(rows: Tensor) -> Tensor:
    return torch.cat([rows, torch.ones(len(rows), 1)], dim=1)


def solved(inputs: Tensor, outputs: Tensor) -> Tensor:
    """Least squares with a little calm, in double precision."""
    x, y = inputs.double(), outputs.double()
    solution: Tensor = torch.linalg.solve(x.T @ x + RIDGE * torch.eye(x.shape[1], dtype=x.dtype), x.T @ y)
    return solution.float()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", default="second", choices=PLANS)
    adopt(PLANS[parser.parse_args().plan])


if __name__ == "__main__":
    main()
