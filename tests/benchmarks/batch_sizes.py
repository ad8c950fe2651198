"""How often a picture keeps all its tokens when it is drawn in a batch of another size.

Run: python tests/benchmarks/batch_sizes.py [--model starter] [--pictures 504]
Draws the same prompts and seeds in batches of 1, 4 and 9 at condition scales 1, 3 and 10, on the CPU in float32,
tokens only, and prints the share of pictures whose tokens are identical in all three.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from model_runtime.devices import choose_device
from model_runtime.drawing import drawings_of
from model_runtime.loaded_model import LoadedModel
from model_runtime.model_store.lookup import find_model
from model_runtime.prompt_states import read_prompt
from model_runtime.request import GenerationRequest, SamplingSettings, resolve
from model_runtime.slots import Slots

BATCHES = (1, 4, 9)
CONDITIONS = (1.0, 3.0, 10.0)
PER_PROMPT = 9
PROMPTS = (
    "a fox",
    "a purple cat on the moon",
    "three apples on a blue background",
    "a penguin wearing a crown in the snow",
    "a car next to a tree",
    "a green rocket at night",
    "a big banana at the beach",
    "two robots in the rain",
)


def draw_tokens(
    model: LoadedModel, prompt: str, seed: int, sampling: SamplingSettings, batch: int
) -> npt.NDArray[np.uint16]:
    """(PER_PROMPT, image_length) tokens, drawn `batch` at once."""
    request = resolve(
        GenerationRequest(prompt=prompt, image_count=PER_PROMPT, seed=seed, sampling=sampling),
        defaults=sampling,
        image_length=model.image_length,
        codebook_size=model.codebook_size,
    )
    drawings = drawings_of(request, model.image_length)
    slots = Slots(
        model.text_model,
        read_prompt(model.text_model, model.tokenizer, prompt),
        sampling,
        drawings,
        slots=batch,
        codebook_size=model.codebook_size,
    )
    while not slots.finished:
        slots.step()
    return np.stack([drawing.tokens for drawing in drawings])


def compare(model: LoadedModel, pictures: int) -> Iterator[dict[str, float]]:
    """One line a condition scale: pictures, identical ones, and tokens that agree where a picture differs."""
    prompts = -(-pictures // (len(CONDITIONS) * PER_PROMPT))
    defaults = model.folder.description.defaults
    for scale in CONDITIONS:
        sampling = SamplingSettings(temperature=defaults.temperature, top_k=defaults.top_k, condition_scale=scale)
        same = 0
        for number in range(prompts):
            prompt = PROMPTS[number % len(PROMPTS)]
            drawn = [draw_tokens(model, prompt, 1000 * number, sampling, batch) for batch in BATCHES]
            agree = [(drawn[0] == other).all(axis=1) for other in drawn[1:]]
            same += int(np.logical_and.reduce(agree).sum())
        total = prompts * PER_PROMPT
        yield {"condition_scale": scale, "pictures": total, "identical": same, "share": same / total}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--pictures", type=int, default=504)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = LoadedModel(find_model(options.model), device=choose_device("cpu"), precision="float32")
    lines = []
    for line in compare(model, options.pictures):
        lines.append(line)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(lines, indent=1) + "\n")


if __name__ == "__main__":
    main()
