"""Makes libraries to measure: rows without files by the hundred thousand, and small real pictures."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.journal.entry import Entry
from model_runtime.recipe.picture_file import save_picture
from model_runtime.recipe.record import ModelIdentity, Recipe, RunFacts, new_id
from model_runtime.request import SamplingSettings

SUBJECTS = ("fox", "moon", "chair", "avocado", "robot", "rain", "cat", "tower", "ship", "forest", "whale", "piano")
MORE = ("café", "tree", "dragon", "lamp", "bicycle", "owl")
STYLES = ("watercolour", "pencil", "photo", "oil", "neon", "paper", "clay", "vintage", "minimal", "baroque", "comic")
NUMBERS = ("a", "two", "three", "many")
PICTURES_A_RUN = 4
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
_IMAGE = """
    INSERT INTO images (
        id, source, run_id, position, seed, created, second, file, file_size, file_mtime_ns, image_length, tokens_done,
        likelihood_gain, prompt, model_id, temperature, top_k, top_p, condition_scale
    ) VALUES (?, 'armchair', ?, ?, ?, ?, ?, ?, 70000, 0, 256, ?, ?, ?, ?, ?, ?, NULL, ?)
"""


def prompt(rng: random.Random) -> str:
    """Six to nine words, some of them rare; most begin with "a", as people's do."""
    words = [
        rng.choice(NUMBERS),
        *rng.sample(SUBJECTS + MORE, 3),
        "in",
        rng.choice(STYLES),
        f"style{rng.randrange(3000)}",
    ]
    return " ".join(words)


def fill_rows(catalogue: Catalogue, count: int, seed: int = 1) -> None:
    """Rows of so many pictures that have no files, with stars, tags and collections in a real journal."""
    rng = random.Random(seed)
    runs: list[tuple[Any, ...]] = []
    images: list[tuple[Any, ...]] = []
    ids: list[str] = []
    for number in range(0, count, PICTURES_A_RUN):
        created = FIRST + timedelta(minutes=number * 13)
        words, model = prompt(rng), rng.choice(("mini", "mini", "mega", "starter"))
        sampling = (rng.choice((0.8, 1.0, 1.2)), rng.choice((None, 50, 256)), rng.choice((3.0, 10.0)))
        run = f"run-{number}"
        stamp = created.isoformat(timespec="microseconds")
        temperature, top_k, scale = sampling
        runs.append((run, stamp, words, model, "", "", temperature, top_k, None, scale, "float32", "cpu", 4))
        for position in range(PICTURES_A_RUN):
            ids.append(new_id())
            done = 256 if rng.random() < 0.97 else 128
            file = f"{created:%Y-%m-%d}/{ids[-1]}.png"
            facts = (stamp, int(created.timestamp()), file, done, rng.random() * 3)
            images.append((ids[-1], run, position, rng.randrange(2**32), *facts, words, model, *sampling))
    with catalogue.connections.writing() as db:
        db.executemany(f"INSERT INTO runs VALUES ({', '.join('?' * 13)})", runs)  # noqa: S608
        db.executemany(_IMAGE, images)
    catalogue.pictures.mkdir(parents=True, exist_ok=True)
    catalogue.record(list(_acts(rng, ids)))


def _acts(rng: random.Random, ids: list[str]) -> Any:
    for key in rng.sample(ids, len(ids) // 10):
        yield Entry(key, "rating", rng.randrange(1, 6))
    for key in rng.sample(ids, len(ids) // 20):
        yield Entry(key, "favourite", True)
        yield Entry(key, "tags", rng.sample(STYLES, 2))
    for number in range(20):
        yield Entry(f"collection-{number}", "name", f"Collection {number}")
        yield Entry(f"collection-{number}", "added", rng.sample(ids, min(500, len(ids))))
    for number, query in enumerate(("rating:>=4", "fav moon", "model:mega", "unfinished", "after:2024 tag:neon")):
        yield Entry(f"smart-{number}", "name", f"Smart {number}")
        yield Entry(f"smart-{number}", "query", query)


def write_pictures(pictures: Path, count: int, seed: int = 2) -> None:
    """So many real files of 32 × 32 pixels with whole recipes of 256 tokens and log-probabilities."""
    rng = random.Random(seed)
    noise = np.random.default_rng(seed)
    for number in range(count):
        run = RunFacts(
            prompt=prompt(rng),
            sampling=SamplingSettings(top_k=256),
            model=ModelIdentity(id="mini", sha256="ab" * 32),
            tokenizer="bart-50264",
            normalizer=1,
            noise=1,
            precision="float32",
            device="cpu",
            batch=4,
        )
        recipe = Recipe(
            run=run,
            index=0,
            seed=number,
            image_length=256,
            tokens=noise.integers(0, 16384, 256),
            log_probs=-noise.random(256),
            log_probs_unconditional=-noise.random(256),
            created=FIRST + timedelta(minutes=number),
        )
        image = Image.fromarray(noise.integers(0, 255, (32, 32, 3), dtype=np.uint8))
        save_picture(image, recipe, f"{pictures}/{number // 500:03}/")
