"""Every act can be taken back and done again, and a catalogue made from nothing says the same."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.imports import Import
from desktop_app.core.library.journal.change import Change
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.library import Library, open_library
from desktop_app.core.library.rebuild import reconcile, reconcile_folder
from desktop_app.core.library.search.found import Sort
from desktop_app.core.library.search.picture_row import PictureRow
from desktop_app.core.library.walk import content_id
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.result import GeneratedImage

MakeImage = Callable[..., GeneratedImage]
TABLES = {
    "runs": "id",
    "images": "id",
    "marks": "picture_id",
    "tags": "folded, picture_id",
    "collections": "id",
    "collection_pictures": "collection_id, position",
    "imports": "picture_id",
}


def contents(catalogue: Catalogue) -> dict[str, list[dict[str, object]]]:
    """Every column of every table that can be made again, but the rows' own addresses."""
    with catalogue.connections.reading() as db:
        return {
            table: [{key: row[key] for key in row.keys() if key != "row"} for row in db.execute(query)]  # noqa: SIM118
            for table, order in TABLES.items()
            for query in [f"SELECT * FROM {table} ORDER BY {order}"]  # noqa: S608
        }


def rebuilt(library: Library) -> dict[str, list[dict[str, object]]]:
    """What a catalogue says that was made from files and journal alone."""
    old = library.catalogue.connections.file
    fresh = Catalogue.open(old.with_name("fresh.sqlite"), pictures=library.catalogue.pictures)
    reconcile(fresh, fresh.pictures)
    found = contents(fresh)
    with fresh.connections.reading() as db:
        db.execute("SELECT * FROM words WHERE words MATCH 'x'").fetchall()
    with fresh.connections.writing() as db:
        db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    fresh.close()
    for path in old.parent.glob("fresh.sqlite*"):
        path.unlink()
    return found


@pytest.fixture
def library(tmp_path: Path, make_image: MakeImage) -> Iterator[Library]:
    """Four pictures, named by their seeds."""
    opened = open_library(tmp_path / "data" / "catalogue.sqlite", tmp_path / "pictures")
    for seed in range(4):
        opened.shelf.keep(make_image(f"chair number {seed}", seed=seed))
    yield opened
    opened.close()


def ids(library: Library) -> list[str]:
    return library.finder.picture_ids(library.finder.search("", Sort.OLDEST).ids)


def one(library: Library, seed: int) -> PictureRow:
    (row,) = library.finder.rows(library.finder.search(f"seed:{seed}").ids)
    return row


def add_foreign(library: Library, path: Path, prompt: str = "a painted ship") -> str:
    """Take in a picture of another program; its id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((32, 32), 50).save(path)
    status = path.stat()
    pictures = library.catalogue.pictures
    file = path.relative_to(pictures).as_posix() if path.is_relative_to(pictures) else str(path)
    found = Import(
        file=file,
        size=status.st_size,
        mtime_ns=status.st_mtime_ns,
        source="a1111",
        created=datetime(2024, 2, 3, tzinfo=UTC),
        prompt=prompt,
        model="sd15",
        seed=2**62,
        scale=7.5,
        details="Steps: 20",
    )
    key = content_id(path)
    library.catalogue.record([Entry(key, "imported", found.value())])
    return key


def test_marks_are_set_taken_back_and_set_again(library: Library) -> None:
    first, second, *_ = ids(library)
    acts = library.arranging
    acts.set_rating([first], 2)
    change = acts.set_rating([first, second, "unknown"], 5)
    assert (change.count, one(library, 0).rating, one(library, 1).rating) == (2, 5, 5)
    again = change.undo()
    assert (one(library, 0).rating, one(library, 1).rating) == (2, 0)
    again.undo()
    assert (one(library, 0).rating, one(library, 1).rating) == (5, 5)
    acts.set_tags([first], ["  night   sky ", "fox", "fox", " "])
    change = acts.add_tags([first, second], ["moon", "fox"])
    assert one(library, 0).tags == ("night sky", "fox", "moon")
    assert one(library, 1).tags == ("moon", "fox")
    acts.remove_tags([first], ["fox"])
    assert one(library, 0).tags == ("night sky", "moon")
    change.undo()
    assert (one(library, 0).tags, one(library, 1).tags) == (("night sky", "fox"), ())
    acts.set_note([first], "two\nlines")
    acts.set_favourite([first], True).undo().undo()
    row = one(library, 0)
    assert (row.note, row.favourite) == ("two\nlines", True)
    assert rebuilt(library) == contents(library.catalogue)


def test_an_act_that_changes_nothing_writes_nothing(library: Library) -> None:
    change = library.arranging.set_rating(ids(library), 0)
    assert change.count == 4
    assert not library.catalogue.journal.beside.file.exists()
    change.undo()


@pytest.mark.parametrize("rating", [6, -1])
def test_what_cannot_be_is_refused(library: Library, rating: int) -> None:
    with pytest.raises(LibraryError) as caught:
        library.arranging.set_rating(ids(library), rating)
    assert caught.value.code == "not_arrangeable"
    assert one(library, 0).rating == 0


def members(library: Library, collection: str) -> list[int]:
    found = library.finder.search("", Sort.COLLECTION, collection=collection)
    return [row.seed or 0 for row in library.finder.rows(found.ids)]


def test_collections_and_the_way_back(library: Library) -> None:
    acts, keys = library.arranging, ids(library)
    made = acts.create_collection("  Moon   foxes ")
    acts.add_to_collection(made.id, [keys[2], keys[0]])
    added = acts.add_to_collection(made.id, [keys[0], keys[3], keys[1]])
    assert (added.count, members(library, made.id)) == (2, [2, 0, 3, 1])
    gone = acts.remove_from_collection(made.id, [keys[0], keys[3]])
    assert members(library, made.id) == [2, 1]
    gone.undo()
    assert members(library, made.id) == [2, 0, 3, 1]
    moved = acts.move_in_collection(made.id, [keys[1], keys[3]], before=keys[0])
    assert members(library, made.id) == [2, 3, 1, 0]
    moved.undo()
    acts.reorder_collection(made.id, sorted(keys, key=keys.index)).undo()
    assert members(library, made.id) == [2, 0, 3, 1]
    renamed = acts.rename_collection(made.id, "Wolves")
    deleted = acts.delete_collection(made.id)
    assert library.finder.counts().collections == ()
    deleted.undo()
    renamed.undo()
    (count,) = library.finder.counts().collections
    assert (count.name, count.count, members(library, made.id)) == ("Moon foxes", 4, [2, 0, 3, 1])
    made.undo()
    assert library.finder.counts().collections == ()
    assert rebuilt(library) == contents(library.catalogue)


def test_collections_have_places_among_their_kind(library: Library) -> None:
    acts = library.arranging
    one_, two, three = (acts.create_collection(name).id for name in "abc")
    smart = acts.create_collection("s", "fav").id
    change = acts.move_collection(three, 0)
    order = [each.id for each in library.finder.counts().collections if each.query is None]
    assert order == [three, one_, two]
    change.undo()
    acts.move_collection(one_, 99)
    order = [each.id for each in library.finder.counts().collections if each.query is None]
    assert order == [two, three, one_]
    acts.set_query(smart, "seed:1")
    assert [each.count for each in library.finder.counts().collections if each.query] == [1]


def test_collections_refuse_what_makes_no_sense(library: Library) -> None:
    acts = library.arranging
    smart = acts.create_collection("smart", "seed:1").id
    refused: list[tuple[Callable[[], Change], str]] = [
        (lambda: acts.create_collection("  "), "collection_needs_name"),
        (lambda: acts.create_collection("x" * 300), "not_arrangeable"),
        (lambda: acts.rename_collection("unknown", "x"), "collection_unknown"),
        (lambda: acts.add_to_collection(smart, ids(library)), "collection_is_smart"),
    ]
    for act, code in refused:
        with pytest.raises(LibraryError) as caught:
            act()
        assert caught.value.code == code


def test_deleting_and_the_way_back_keep_what_was_said(library: Library) -> None:
    acts, keys = library.arranging, ids(library)
    acts.set_rating(keys, 4)
    made = acts.create_collection("all")
    acts.add_to_collection(made.id, keys)
    change = acts.delete(keys[:2])
    assert (change.count, acts.trash_count(), members(library, made.id)) == (2, 2, [2, 3])
    assert rebuilt(library) == contents(library.catalogue)
    again = change.undo()
    assert (again.count, acts.trash_count(), members(library, made.id)) == (2, 0, [0, 1, 2, 3])
    assert one(library, 0).rating == 4
    third = again.undo()
    assert (third.count, acts.trash_count()) == (2, 2)
    third.undo()
    assert rebuilt(library) == contents(library.catalogue)


def test_the_trash_is_searched_restored_singly_and_emptied(library: Library) -> None:
    acts, keys = library.arranging, ids(library)
    acts.delete(keys[:2])
    acts.delete(keys[2:3])
    shelf = library.trash_shelf
    assert [row.seed for row in shelf.rows(shelf.search("", Sort.OLDEST).ids)] == [0, 1, 2]
    assert [row.seed for row in shelf.rows(shelf.search('"number 1"').ids)] == [1]
    assert shelf.picture_ids(shelf.search("seed:1").ids) == [keys[1]]
    assert all(row.path.exists() and not row.missing for row in shelf.rows(shelf.search().ids))
    change = acts.restore([keys[1]])
    assert (change.count, acts.trash_count(), len(shelf.search())) == (1, 2, 2)
    assert one(library, 1).picture_id == keys[1]
    change.undo()
    assert (acts.trash_count(), library.catalogue.counts().images) == (3, 1)
    assert acts.empty_trash([keys[1]]) == 1
    assert acts.empty_trash() == 2
    assert (acts.trash_count(), len(shelf.search()), acts.empty_trash()) == (0, 0, 0)
    assert not any((library.catalogue.pictures / ".armchair" / "trash").iterdir())


def test_the_trash_is_emptied_into_what_the_caller_has(library: Library, tmp_path: Path) -> None:
    keys = ids(library)
    library.arranging.delete(keys)
    gone, faults = library.trash.empty(library.trash.listing(), lambda file: shutil.move(file, tmp_path / file.name))
    assert (gone, faults, len(list(tmp_path.glob("*.png")))) == (4, (), 4)

    def refuse(file: Path) -> None:
        raise PermissionError(13, "no", str(file))

    library.arranging._throw_away = refuse
    shutil.copy(next(tmp_path.glob("*.png")), library.catalogue.pictures / "again.png")
    reconcile(library.catalogue, library.catalogue.pictures)
    library.arranging.delete(ids(library))
    with pytest.raises(LibraryError) as caught:
        library.arranging.empty_trash()
    assert caught.value.code == "os_error"
    assert library.arranging.trash_count() == 1


def test_what_is_old_is_told(library: Library) -> None:
    library.arranging.delete(ids(library)[:1])
    now = datetime.now(UTC)
    assert library.trash.expired(now + timedelta(days=29)) == []
    old = library.trash.expired(now + timedelta(days=31))
    assert library.arranging.empty_old(old) == 1
    assert library.arranging.trash_count() == 0


def test_what_cannot_be_deleted_is_told(library: Library, tmp_path: Path, make_image: MakeImage) -> None:
    image = make_image("outside")
    library.catalogue.add_picture(image.recipe, image.save(tmp_path / "outside.png"))
    with pytest.raises(LibraryError) as caught:
        library.arranging.delete([image.id])
    assert caught.value.code == "outside_pictures"
    change = library.arranging.delete([image.id, ids(library)[0]])
    assert (change.count, [fault.code for fault in change.faults]) == (1, ["outside_pictures"])


def test_foreign_pictures_are_found_arranged_and_deleted(library: Library) -> None:
    path = library.catalogue.pictures / "2024-02-03" / "ship.png"
    key = add_foreign(library, path)
    acts = library.arranging
    acts.set_rating([key], 3)
    (row,) = library.finder.rows(library.finder.search("ship source:a1111 scale:7.5 seed:4611686018427387904").ids)
    assert (row.picture_id, row.source, row.rating, row.model, row.done) == (key, "a1111", 3, "sd15", 1.0)
    assert [run.prompt for run in library.catalogue.recent_runs(9)] == [f"chair number {n}" for n in (3, 2, 1, 0)]
    reconcile(library.catalogue, library.catalogue.pictures)
    assert rebuilt(library) == contents(library.catalogue)
    change = acts.delete([key])
    assert not path.exists()
    reconcile(library.catalogue, library.catalogue.pictures)
    assert len(library.finder.search("ship")) == 0
    assert library.trash_shelf.picture_ids(library.trash_shelf.search("ship").ids) == [key]
    change.undo()
    assert path.exists()
    assert library.finder.picture_ids(library.finder.search("ship rating:3").ids) == [key]
    assert rebuilt(library) == contents(library.catalogue)


def test_a_foreign_picture_is_followed_when_it_moves_changes_and_goes(library: Library) -> None:
    pictures = library.catalogue.pictures
    path = pictures / "ship.png"
    key = add_foreign(library, path)
    target = pictures / "harbour" / "ship one.jpg"
    target.parent.mkdir()
    path.rename(target)
    report = reconcile(library.catalogue, pictures)
    assert (report.moved, report.missing) == (1, 0)
    (row,) = library.finder.rows(library.finder.search("ship").ids)
    assert (row.path, row.missing) == (target, False)
    assert rebuilt(library) == contents(library.catalogue)
    kept = target.read_bytes()
    target.write_bytes(b"something else")
    assert reconcile(library.catalogue, pictures).missing == 1
    target.write_bytes(kept)
    assert reconcile(library.catalogue, pictures).found_again == 1
    target.unlink()
    assert reconcile(library.catalogue, pictures).missing == 1
    assert reconcile(library.catalogue, pictures).missing == 0
    assert library.finder.picture_ids(library.finder.search("ship missing").ids) == [key]


def test_a_referenced_picture_leaves_and_its_file_stays(
    library: Library, tmp_path: Path, make_image: MakeImage
) -> None:
    path = tmp_path / "elsewhere" / "ship.png"
    key = add_foreign(library, path)
    own = make_image("ours elsewhere")
    place = own.save(tmp_path / "elsewhere" / "own.png")
    status = place.stat()
    known = Import(
        file=str(place), size=status.st_size, mtime_ns=status.st_mtime_ns, source="armchair", created=own.created
    )
    library.catalogue.record([Entry(own.id, "imported", known.value())])
    reconcile(library.catalogue, library.catalogue.pictures)
    assert len(library.finder.search("ship")) == len(library.finder.search("elsewhere")) == 1
    assert rebuilt(library) == contents(library.catalogue)
    change = library.arranging.delete([key, own.id])
    assert (change.count, path.exists(), place.exists()) == (2, True, True)
    assert len(library.finder.search("ship")) == len(library.finder.search("elsewhere")) == 0
    assert rebuilt(library) == contents(library.catalogue)
    assert change.undo().count == 2
    assert len(library.finder.search("ship")) == len(library.finder.search("elsewhere")) == 1


def test_strangers_are_read_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = library.catalogue.pictures
    stranger = pictures / "stranger.png"
    Image.new("RGB", (8, 8)).save(stranger)
    assert reconcile(library.catalogue, pictures).foreign == 1
    read: list[str] = []
    monkeypatch.setattr(
        "desktop_app.core.library.rebuild.read_recipe", lambda path: (read.append(str(path)), read_recipe(path))[1]
    )
    assert reconcile(library.catalogue, pictures).foreign == 1
    assert read == []
    Image.new("RGB", (9, 9)).save(stranger)
    assert reconcile(library.catalogue, pictures).foreign == 1
    assert read == [str(stranger)]


def test_one_folder_is_looked_over_alone(library: Library, make_image: MakeImage) -> None:
    pictures = library.catalogue.pictures
    (pictures / "a").mkdir()
    (pictures / "b").mkdir()
    make_image("in a").save(pictures / "a" / "one.png")
    make_image("in b").save(pictures / "b" / "two.png")
    report = reconcile_folder(library.catalogue, pictures, pictures / "a")
    assert (report.added, report.missing) == (1, 0)
    assert library.catalogue.counts().images == 5
    (pictures / "a" / "one.png").rename(pictures / "b" / "one.png")
    assert reconcile_folder(library.catalogue, pictures, pictures / "a").missing == 1
    report = reconcile_folder(library.catalogue, pictures, pictures / "b")
    assert (report.added, report.moved) == (1, 1)
    assert library.catalogue.counts().missing == 0
    assert reconcile_folder(library.catalogue, pictures, pictures).unchanged == 6


ACTS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), st.integers(0, 5)), max_size=14)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_is_done_a_rebuild_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, make_image: MakeImage, acts: list[tuple[int, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("library")
    library = open_library(folder / "data" / "catalogue.sqlite", folder / "pictures")
    run = make_image("shared").run
    pictures = [library.shelf.keep(make_image(f"p {n}", run=run if n % 2 else make_image().run)).id for n in range(3)]
    pictures.append(add_foreign(library, folder / "pictures" / "ship.png"))
    arranging = library.arranging
    collections = [arranging.create_collection(name).id for name in ("one", "two")]
    changes: list[Change] = []
    for act, which, value in acts:
        key, collection = pictures[which], collections[which % 2]
        doing: list[Callable[[], Change]] = [
            lambda key=key, value=value: arranging.set_rating([key], value),
            lambda key=key, value=value: arranging.set_favourite([key], value > 2),
            lambda key=key, value=value: arranging.set_note([key], "n" * value),
            lambda key=key, value=value: arranging.add_tags([key], [f"Tag {value}", "täg"]),
            lambda key=key, value=value: arranging.remove_tags([key], [f"Tag {value}"]),
            lambda key=key: arranging.delete([key]),
            lambda key=key: arranging.restore([key]),
            lambda key=key, collection=collection: arranging.add_to_collection(collection, [key]),
            lambda key=key, collection=collection: arranging.remove_from_collection(collection, [key]),
            lambda collection=collection: arranging.reorder_collection(collection, pictures[::-1]),
            lambda collection=collection, value=value: arranging.rename_collection(collection, f"name {value}"),
            lambda: changes[-1].undo() if changes else arranging.set_rating([], 0),
        ]
        changes.append(doing[act]())
    reconcile(library.catalogue, library.catalogue.pictures)
    assert rebuilt(library) == contents(library.catalogue)
    assert dataclasses.asdict(library.catalogue.counts())["missing"] == 0
    library.close()
