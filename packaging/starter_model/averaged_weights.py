"""Writes the averaged weights of a training that goes on, in float16, small enough to keep with the source.

Run: python packaging/starter_model/averaged_weights.py FOLDER [--plan NAME]
From them `build.py dalle_bart --from FOLDER` goes on where the checkpoint is gone.
"""

import argparse
from pathlib import Path

import torch
from parts import Begun, load_tokenizer
from plan import PLANS, Plan

from model_runtime.checkpoints.save import save_dalle_bart
from model_runtime.dalle_bart.model import DalleBart


def averaged(plan: Plan) -> tuple[DalleBart, Begun]:
    """Return the averaged weights in the last checkpoint, and how far it had come."""
    saved = torch.load(plan.folder / "dalle_bart.checkpoint.pt", weights_only=True)
    model = DalleBart(plan.dalle_bart(load_tokenizer(plan).vocab_size)).eval()
    model.load_state_dict(saved["parts"]["average"])
    return model, Begun(saved["spent"], saved["step"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plan", default="second", choices=PLANS)
    options = parser.parse_args()
    model, begun = averaged(PLANS[options.plan])
    save_dalle_bart(model, options.folder / "dalle_bart", dtype=torch.float16)
    begun.write(options.folder)
    print(begun)


if __name__ == "__main__":
    main()
