"""The library at 10,000 and 100,000 pictures: opening, every key of a search, jumps, and making the index anew.

The rows are synthetic: what is measured of them needs no files. Making anew reads real, small files. Run alone with
`library_side.py FOLDER ROWS`, it measures one catalogue in a fresh process and prints JSON.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from machine import load_average

SIZES = (10_000, 100_000)
REAL_FILES = 10_000
TYPED = ("a", "moon fox", '"in neon"', "café -rain", "rating:>=4 moon", "model:mega style12", "fav tag:neon", "zzz")
WINDOW = 120
JUMPS = 200

Measured = dict[str, Any]


def measure_library(folder: Path, sizes: tuple[int, ...] = SIZES, files: int = REAL_FILES) -> Measured:
    """All of it, in `folder`, which is emptied."""
    before = load_average()
    shutil.rmtree(folder, ignore_errors=True)
    measured: Measured = {"rows": {}}
    for count in sizes:
        place = folder / str(count)
        prepare(place, count)
        command = [sys.executable, __file__, str(place), str(count)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        measured["rows"][str(count)] = json.loads(answer)
    measured["rebuild"] = measure_rebuild(folder / "files", files)
    return measured | {"load_average": [before, load_average()]}


def prepare(folder: Path, count: int) -> None:
    """A catalogue of so many rows."""
    from library_rows import fill_rows  # noqa: PLC0415  # what is measured starts without it

    from desktop_app.core.library.catalogue import Catalogue  # noqa: PLC0415

    catalogue = Catalogue.open(folder / "data" / "catalogue.sqlite", pictures=folder / "pictures")
    fill_rows(catalogue, count)
    catalogue.close()


def measure_one(folder: Path) -> Measured:
    """Open a catalogue and search it, as the window does."""
    from desktop_app.core.library.library import open_library  # noqa: PLC0415
    from desktop_app.core.library.search.found import Sort  # noqa: PLC0415

    base = memory()
    begun = time.perf_counter()
    library = open_library(folder / "data" / "catalogue.sqlite", folder / "pictures")
    opened = time.perf_counter() - begun
    found = library.finder.search()
    library.finder.rows(found.ids[:WINDOW])
    shown = time.perf_counter() - begun
    finder = library.finder
    keys = [
        timed(lambda text=text, end=end: finder.search(text[:end])) for text in TYPED for end in range(1, len(text) + 1)
    ]
    rng = random.Random(3)
    starts = [rng.randrange(max(1, len(found) - WINDOW)) for _ in range(JUMPS)]
    jumps = [timed(lambda start=start: finder.rows(found.ids[start : start + WINDOW])) for start in starts]
    sorts = {str(sort): timed(lambda sort=sort: finder.search("", sort)) for sort in Sort}
    first = finder.picture_ids(found.ids[:1])
    stars = []
    after = []
    for rating in (1, 2, 3, 4, 5):
        stars.append(timed(lambda rating=rating: library.arranging.set_rating(first, rating)))
        after.append(timed(lambda: finder.search("moon")))
    counts = timed(finder.counts)
    library.close()
    return {
        "pictures": len(found),
        "open_ms": 1000 * opened,
        "first_window_ms": 1000 * shown,
        "key_ms": keys,
        "jump_ms": jumps,
        "sort_ms": sorts,
        "star_ms": stars,
        "key_after_star_ms": after,
        "counts_ms": counts,
        "memory_mb": memory() - base,
    }


def measure_rebuild(folder: Path, count: int) -> Measured:
    """Make the index of real files from nothing, then look over them again."""
    from library_rows import write_pictures  # noqa: PLC0415

    from desktop_app.core.library.catalogue import Catalogue  # noqa: PLC0415
    from desktop_app.core.library.rebuild import reconcile  # noqa: PLC0415

    write_pictures(folder / "pictures", count)
    catalogue = Catalogue.open(folder / "data" / "catalogue.sqlite", pictures=folder / "pictures")
    anew = timed(lambda: reconcile(catalogue, catalogue.pictures)) / 1000
    again = timed(lambda: reconcile(catalogue, catalogue.pictures)) / 1000
    images = catalogue.counts().images
    catalogue.close()
    return {"files": images, "seconds": anew, "again_seconds": again}


def timed(act: Callable[[], object]) -> float:
    """Milliseconds by the clock."""
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)


def memory() -> float:
    """The most this process has held since it began, in MB; nan where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return float("nan")
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.stdout.write(json.dumps(measure_one(Path(sys.argv[1]))))
    else:
        from report import summary

        sys.stdout.write(summary({"library": measure_library(Path(sys.argv[1]))}))
