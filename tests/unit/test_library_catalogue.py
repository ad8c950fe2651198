"""The catalogue: what goes in comes out, from any thread, whatever the prompt."""

import dataclasses
import gc
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.records import Counts
from model_runtime.recipe.picture_file import save_picture
from model_runtime.recipe.record import Parent, Recipe

MakeRecipe = Callable[..., Recipe]
START = datetime(2026, 11, 21, 14, 15, 2, 120, tzinfo=UTC)


def add(catalogue: Catalogue, recipe: Recipe) -> Path:
    path = save_picture(Image.new("RGB", (8, 8)), recipe, f"{catalogue.pictures}/2026-11-21/")
    catalogue.add_picture(recipe, path)
    return path


def add_run(catalogue: Catalogue, make_recipe: MakeRecipe, minutes: int, images: int = 1) -> str:
    first = make_recipe(f"run {minutes}", index=0, created=START + timedelta(minutes=minutes))
    for index in reversed(range(images)):
        created = first.created + timedelta(seconds=index)
        add(catalogue, dataclasses.replace(first, index=index, created=created, id=make_recipe().id))
    return first.run.run_id


def test_a_picture_comes_back_as_it_was_added(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe("a chair", done=9, parent=Parent(kind="finish", id="7" * 64), created=START)
    path = add(catalogue, recipe)
    run = catalogue.run(recipe.run.run_id)
    assert run is not None
    assert (run.id, run.created, run.prompt) == (recipe.run.run_id, START, "a chair")
    assert (run.model, run.sampling) == (recipe.run.model, recipe.run.sampling)
    assert (run.precision, run.device) == ("float32", "cpu")
    (image,) = run.images
    assert (image.id, image.run_id, image.position, image.seed) == (recipe.id, run.id, 3, 7)
    assert (image.created, image.path, image.file_size) == (START, path, path.stat().st_size)
    assert (image.image_length, image.tokens_done, image.finished) == (16, 9, False)
    assert (image.likelihood_gain, image.clip_score, image.parent) == (1.25, 0.31, recipe.parent)
    assert image.file_mtime_ns == path.stat().st_mtime_ns
    assert not image.missing
    assert catalogue.counts() == Counts(runs=1, images=1, missing=0, unfinished=1)


@pytest.mark.parametrize(
    "prompt", ["", "ein \ud800 halber", "nul \0 inside", "line\nbreak", "'; DROP TABLE runs; --", "🪑" * 999]
)
def test_every_prompt_survives(catalogue: Catalogue, make_recipe: MakeRecipe, prompt: str) -> None:
    recipe = make_recipe(prompt)
    add(catalogue, recipe)
    run = catalogue.run(recipe.run.run_id)
    assert run is not None
    assert run.prompt == prompt


def test_names_are_kept_below_the_pictures_folder(
    catalogue: Catalogue, make_recipe: MakeRecipe, tmp_path: Path
) -> None:
    add(catalogue, make_recipe(created=START))
    outside = make_recipe()
    catalogue.add_picture(outside, save_picture(Image.new("RGB", (8, 8)), outside, tmp_path / "elsewhere.png"))
    with catalogue.connections.reading() as db:
        files = [row["file"] for row in db.execute("SELECT file FROM images ORDER BY file")]
    assert files[0] == str(tmp_path / "elsewhere.png")
    assert files[1].startswith("2026-11-21/2026")
    assert [image.path for image in catalogue.images([outside.id])] == [tmp_path / "elsewhere.png"]


def test_recent_runs_are_paged_newest_first(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    ids = [add_run(catalogue, make_recipe, minutes, images=2) for minutes in (3, 1, 4, 0, 2)]
    newest_first = [ids[place] for place in (2, 0, 4, 1, 3)]
    first = catalogue.recent_runs(3)
    rest = catalogue.recent_runs(3, before=first[-1])
    assert [run.id for run in first + rest] == newest_first
    assert [image.position for image in first[0].images] == [0, 1]
    assert first[0].created == START + timedelta(minutes=4)
    assert catalogue.recent_runs(3, before=rest[-1]) == []


def test_runs_of_the_same_moment_are_paged_without_loss(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    ids = {add_run(catalogue, make_recipe, 0) for _ in range(5)}
    seen: list[str] = []
    page = catalogue.recent_runs(2)
    while page:
        seen += [run.id for run in page]
        page = catalogue.recent_runs(2, before=page[-1])
    assert sorted(seen) == sorted(ids)


def test_a_picture_added_again_has_one_row(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    recipe = make_recipe()
    path = add(catalogue, recipe)
    catalogue.mark_missing([recipe.id])
    assert catalogue.counts().missing == 1
    moved = path.rename(path.with_name("moved.png"))
    catalogue.add_picture(recipe, moved)
    (image,) = catalogue.images_of(recipe.run.run_id)
    assert (image.path, image.missing) == (moved, False)


def test_forgetting_leaves_files_and_other_pictures(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    run_id = add_run(catalogue, make_recipe, 0, images=3)
    first, *others = catalogue.images_of(run_id)
    catalogue.forget([first.id, "unknown"])
    assert catalogue.images_of(run_id) == tuple(others)
    assert first.path.exists()
    run = catalogue.run(run_id)
    assert run is not None
    assert run.created == others[0].created
    catalogue.forget([image.id for image in others])
    assert catalogue.run(run_id) is None
    assert catalogue.recent_runs(9) == []
    assert catalogue.images_of(run_id) == ()


def test_missing_pictures_are_marked_and_unmarked(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    run_id = add_run(catalogue, make_recipe, 0, images=2)
    first, second = catalogue.images_of(run_id)
    catalogue.mark_missing([first.id])
    assert [image.missing for image in catalogue.images([second.id, first.id])] == [False, True]
    catalogue.mark_missing([first.id], False)
    assert catalogue.counts().missing == 0


def test_adding_a_picture_that_is_not_there_changes_nothing(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    with pytest.raises(FileNotFoundError):
        catalogue.add_picture(make_recipe(), catalogue.pictures / "none.png")
    assert catalogue.counts().images == 0


def test_a_failed_write_leaves_nothing_behind(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    def write_and_fail() -> None:
        with catalogue.connections.writing() as db:
            db.execute("DELETE FROM images")
            raise RuntimeError

    add(catalogue, make_recipe())
    with pytest.raises(RuntimeError):
        write_and_fail()
    assert catalogue.counts().images == 1
    add(catalogue, make_recipe())
    assert catalogue.counts().images == 2


def test_a_reader_does_not_wait_for_a_writer(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    add(catalogue, make_recipe())
    with catalogue.connections.writing() as db:
        db.execute("DELETE FROM images")
        assert catalogue.counts().images == 1
    assert catalogue.counts().images == 0


def test_many_threads_write_and_read(catalogue: Catalogue, make_recipe: MakeRecipe) -> None:
    faults: list[BaseException] = []
    done = threading.Event()

    def write() -> None:
        try:
            for _ in range(10):
                add(catalogue, make_recipe())
        except BaseException as error:
            faults.append(error)

    def read() -> None:
        try:
            seen = 0
            while not done.is_set():
                runs = catalogue.recent_runs(100)
                assert all(run.images for run in runs)
                assert len(runs) >= seen
                seen = len(runs)
        except BaseException as error:
            faults.append(error)

    writers = [threading.Thread(target=write) for _ in range(4)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in writers + readers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert faults == []
    assert catalogue.counts().images == 40


def test_a_thread_that_ends_takes_its_connection_along(catalogue: Catalogue) -> None:
    thread = threading.Thread(target=catalogue.counts)
    thread.start()
    thread.join()
    gc.collect()
    assert len(catalogue.connections._readers) == 0


def test_a_locked_file_is_a_fault_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.core.library.connections.BUSY_SECONDS", 0.05)
    first = Catalogue.open(tmp_path / "c.sqlite", pictures=tmp_path)
    second = Catalogue.open(tmp_path / "c.sqlite", pictures=tmp_path)
    with first.connections.writing(), pytest.raises(LibraryError) as caught:
        second.forget(["x"])
    assert caught.value.code == "catalogue_unavailable"
    assert caught.value.parameters["file"] == str(tmp_path / "c.sqlite")
    second.forget(["x"])
    first.close()
    second.close()
