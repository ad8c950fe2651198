"""Draws prompts of the grammar with the exported model, unpicked, one picture each: a page to look at.

Run: python packaging/starter_model/contact_sheet.py FILE [--plan NAME] [--count 64] [--seed 0] [--seen N]
The first N are combinations of the kind it trained on, the others held-out ones.
"""

import argparse
import textwrap
from pathlib import Path

import numpy as np
from export import TARGET
from PIL import Image, ImageDraw
from plan import PLANS

from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest

COLUMNS, LINE, LINES = 8, 12, 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--plan", default="first", choices=PLANS)
    parser.add_argument("--count", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seen", type=int, default=0)
    options = parser.parse_args()
    plan = PLANS[options.plan]
    grammar, rng = plan.grammar(), np.random.default_rng(options.seed)
    scenes = [grammar.sample(rng, held_out=index >= options.seen) for index in range(options.count)]
    pipeline = DalleMiniPipeline.from_pretrained(TARGET)
    pictures = [
        pipeline.generate(GenerationRequest(prompt=scene.caption, seed=options.seed)).images[0].image
        for scene in scenes
    ]
    page_of(pictures, [scene.caption for scene in scenes]).save(options.file)


def page_of(pictures: list[Image.Image], captions: list[str]) -> Image.Image:
    side = pictures[0].width
    width, height = side + 4, side + LINES * (LINE + 3) + 6
    page = Image.new("RGB", (COLUMNS * width, -(-len(pictures) // COLUMNS) * height), "white")
    draw = ImageDraw.Draw(page)
    for index, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        x, y = index % COLUMNS * width, index // COLUMNS * height
        page.paste(picture, (x, y))
        draw.text((x, y + side), "\n".join(textwrap.wrap(caption, side // 6)[:LINES]), fill="black")
    return page


if __name__ == "__main__":
    main()
