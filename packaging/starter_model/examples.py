"""Draws the example prompts with the exported model and lists them in its `words.json`, for people to start from.

Run: python packaging/starter_model/examples.py

Prompts and seeds were chosen by looking; the pictures are what the model draws for them at its own defaults. A new
training needs a new choice.
"""

import json
import shutil

from export import TARGET, write_json
from PIL import Image

from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest

FOLDER = "examples"
SIDE, QUALITY = 144, 82

EXAMPLES = (
    ("a fox wearing a top hat on the moon", 1),
    ("an avocado on a pink background", 2),
    ("a penguin wearing a top hat in the snow", 2),
    ("a robot at the beach", 1),
    ("a rocket at night", 2),
    ("a dog wearing a crown", 1),
    ("an octopus under water", 3),
    ("a panda wearing a top hat at night", 2),
    ("a house in the snow", 2),
    ("a dinosaur on the grass", 2),
    ("a guitar on the beach", 3),
    ("two robots in the rain", 2),
    ("a car on a yellow background", 3),
    ("a sailboat at sunset", 3),
    ("a banana on a purple background", 1),
    ("a fox wearing a crown", 3),
    ("an elephant wearing a top hat", 1),
    ("a panda on a blue background", 2),
    ("a chair on the moon", 4),
    ("a tree in the desert", 1),
    ("an apple on the beach", 1),
    ("a dog on the grass", 2),
    ("two penguins on a blue background", 2),
    ("a fox in the snow", 4),
)


def main() -> None:
    pipeline = DalleMiniPipeline.from_pretrained(TARGET, device="cpu", precision="float32")
    folder = TARGET / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    listed = []
    for number, (prompt, seed) in enumerate(EXAMPLES, 1):
        picture = pipeline.generate(GenerationRequest(prompt=prompt, seed=seed)).images[0].image
        small = picture.resize((min(SIDE, picture.width),) * 2, Image.Resampling.LANCZOS)
        name = f"{FOLDER}/{number:02}.webp"
        small.save(TARGET / name, quality=QUALITY, method=6)
        listed.append({"prompt": prompt, "seed": seed, "picture": name})
    words = json.loads((TARGET / "words.json").read_text(encoding="utf-8"))
    write_json(TARGET / "words.json", words | {"examples": listed})


if __name__ == "__main__":
    main()
