"""Works in a library until it is killed; test_library_killed.py runs it as a program.

Reads lines `mode folder seed`, forks a child for each that works at random, and says what the child does:
before an act what is about to be, after it what is. The fork saves loading everything for every life.
"""

from __future__ import annotations

import dataclasses
import os
import random
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from desktop_app.core.atomic_file import replace_file
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.jobs.job_store import JobStore
from desktop_app.core.library.arranging import Arranging
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.journal.journal import Journal
from desktop_app.core.library.moving.move_library import move_library, remove_moved
from desktop_app.core.library.opening import open_file
from desktop_app.core.library.rebuild import rebuild, reconcile
from desktop_app.core.library.shelf import Shelf
from desktop_app.core.library.trash import Trash
from desktop_app.core.library.trash_shelf import TrashShelf
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import ModelIdentity, RunFacts, new_id
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.result import GeneratedImage

RUN = RunFacts(
    prompt="a chair that is in danger",
    sampling=SamplingSettings(),
    model=ModelIdentity(id="tiny"),
    tokenizer="none",
    normalizer=1,
    noise=1,
    precision="float32",
    device="cpu",
    batch=1,
)


def say(*words: str) -> None:
    """One write of one line, which a pipe takes whole or not at all."""
    os.write(1, (" ".join(words) + "\n").encode())


def perish() -> None:
    """End in a way that no kill looks like, saying why."""
    traceback.print_exc()
    os._exit(1)


def picture(rng: random.Random) -> GeneratedImage:
    return GeneratedImage(
        run=dataclasses.replace(RUN, run_id=new_id()) if rng.random() < 0.3 else RUN,
        index=rng.randrange(64),
        seed=rng.randrange(99),
        image=Image.frombytes("RGB", (32, 32), rng.randbytes(32 * 32 * 3)),
        tokens=np.arange(16),
        tokens_done=rng.choice((16, 16, 5)),
        log_probs=np.full(16, -1.0),
        log_probs_unconditional=np.full(16, -2.0),
    )


def draw(shelf: Shelf, rng: random.Random) -> None:
    try:
        while True:
            say("kept", shelf.keep(picture(rng)).id)
    except BaseException:
        perish()


def delete(catalogue: Catalogue, trash: Trash, rng: random.Random) -> None:
    runs = catalogue.recent_runs(20)
    ids = [image.id for run in runs for image in run.images]
    chosen = rng.sample(ids, min(len(ids), 3))
    say("moving", *chosen)
    deletion = trash.delete(chosen)
    assert deletion.faults == ()
    say("deleted", *chosen)


class Marking:
    """Says things of pictures, telling each time what is about to be said and what has been."""

    def __init__(self, catalogue: Catalogue, trash: Trash) -> None:
        self.catalogue = catalogue
        self.acts = Arranging(catalogue, trash, TrashShelf(catalogue, trash))
        with catalogue.connections.reading() as db:
            self.collections = [row[0] for row in db.execute("SELECT id FROM collections ORDER BY id")]

    def act(self, rng: random.Random) -> None:
        ids = [image.id for run in self.catalogue.recent_runs(20) for image in run.images]
        if not ids:
            return
        if not self.collections:
            self.collections = [self.acts.create_collection("all").id]
        key, collection = rng.choice(ids), self.collections[0]
        field = rng.choice(("rating", "favourite", "note", "member"))
        value = rng.randrange(2 if field in ("favourite", "member") else 6)
        say("marking", key, field, str(value))
        if field == "rating":
            change = self.acts.set_rating([key], value)
        elif field == "favourite":
            change = self.acts.set_favourite([key], bool(value))
        elif field == "note":
            change = self.acts.set_note([key], str(value))
        elif value:
            change = self.acts.add_to_collection(collection, [key])
        else:
            change = self.acts.remove_from_collection(collection, [key])
        say("marked", key, field, str(value))
        if rng.random() < 0.2:
            say("marking", key, field, "?")
            change.undo().undo()
            say("marked", key, field, str(value))


def put_back(catalogue: Catalogue, trash: Trash, rng: random.Random) -> None:
    listing = trash.listing()
    if not listing:
        return
    deletion = rng.choice(listing)
    ids = [read_recipe(file).id for file in deletion.files]
    say("moving", *ids)
    rows, rest = trash.undo(deletion)
    assert ({row.id for row in rows}, rest.files, rest.faults) == (set(ids), (), ())
    say("restored", *ids)


class Queueing:
    """Changes the queue, saying each time how it will be and how it is."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.store = JobStore(catalogue)
        self.order = [job.id for job in self.store.restore().jobs]
        say("queue", *self.order)

    def act(self, rng: random.Random) -> None:
        job = Job(request=GenerationRequest(prompt="x"), model=ModelChoice(model="tiny"))
        choice = rng.choice(("add", "remove", "move")) if self.order else "add"
        one = rng.choice(self.order or [job.id])
        others = [key for key in self.order if key != one]
        if choice == "add":
            self._become([*self.order, job.id], lambda: self.store.add(job))
        elif choice == "remove":
            self._become(others, lambda: self.store.remove(one))
        else:
            self._become([*others, one], lambda: self.store.move(one, before=None))

    def _become(self, order: list[str], act: Callable[[], None]) -> None:
        say("queueing", *order)
        act()
        self.order = order
        say("queue", *order)


def work(folder: Path, rng: random.Random) -> None:
    catalogue = Catalogue.open(folder / "catalogue.sqlite", pictures=folder / "pictures")
    assert catalogue.moved_aside is None
    shelf, trash = Shelf(catalogue.pictures, catalogue), Trash(catalogue.pictures, catalogue)
    # Small enough that it is written anew every few dozen acts.
    catalogue.journal = Journal(catalogue.pictures, folder, large=3000)
    catalogue.follow_journal()
    queueing, marking = Queueing(catalogue), Marking(catalogue, trash)
    drawing = random.Random(rng.random())
    threading.Thread(target=draw, args=(shelf, drawing), daemon=True).start()
    while True:
        act = rng.randrange(16)
        if act < 2:
            delete(catalogue, trash, rng)
        elif act < 4:
            put_back(catalogue, trash, rng)
        elif act == 4:
            reconcile(catalogue, catalogue.pictures)
        elif act == 5:
            rebuild(catalogue)
        elif act < 9:
            queueing.act(rng)
        else:
            marking.act(rng)


def migrate(folder: Path, rng: random.Random) -> None:
    db, moved_aside = open_file(folder / "catalogue.sqlite")
    assert moved_aside is None
    say("migrated")
    db.close()


def move(folder: Path, rng: random.Random) -> None:
    """Move the library to and fro; the file `where` is what the preferences are in the program."""
    where = folder / "where"
    while True:
        old = Path(where.read_text())
        new = folder / ("there" if old.name == "pictures" else "pictures")
        remove_moved(new, old)  # what a move that was cut short after its switch left
        move_library(old, new, lambda new=new: replace_file(where, str(new)))
        say("moved")


MODES: dict[str, Callable[[Path, random.Random], None]] = {"work": work, "migrate": migrate, "move": move}


def main() -> None:
    for line in sys.stdin:
        mode, folder, seed = line.split()
        child = os.fork()
        if child == 0:
            try:
                MODES[mode](Path(folder), random.Random(int(seed)))
            except BaseException:
                perish()
            os._exit(0)
        say("born", str(child))
        _, status = os.waitpid(child, 0)
        say("died", str(os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main()
