"""The journal: an act is a line; lines of two processes are both there; a torn one never was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.entry import Entry, is_valid, read_entry
from desktop_app.core.library.journal.journal import Journal, shortened
from desktop_app.core.library.journal.journal_file import JournalFile
from desktop_app.core.library.journal.mirror import load
from desktop_app.core.library.journal.state import Collection, Mark, State

TEXT = st.text(st.characters(codec=None), max_size=12)
IDS = st.sampled_from(["a", "b", "c", "d"])
COLLECTIONS = st.sampled_from(["x", "y"])
LISTS = st.lists(IDS, max_size=4)


def entries() -> st.SearchStrategy[Entry]:
    def of(ids: st.SearchStrategy[str], field: str, values: st.SearchStrategy[object]) -> st.SearchStrategy[Entry]:
        return st.builds(Entry, ids, st.just(field), values)

    names = st.none() | TEXT.filter(bool)
    return st.one_of(
        of(IDS, "favourite", st.booleans()),
        of(IDS, "rating", st.integers(0, 5)),
        of(IDS, "note", TEXT),
        of(IDS, "tags", st.lists(TEXT.filter(bool), max_size=3)),
        of(COLLECTIONS, "name", names),
        of(COLLECTIONS, "query", st.none() | TEXT),
        of(COLLECTIONS, "place", st.floats(-9, 9)),
        *(of(COLLECTIONS, field, LISTS) for field in ("added", "removed", "order")),
    )


def of(*done: Entry) -> State:
    state = State()
    state.apply(done)
    return state


def facts(state: State) -> tuple[object, ...]:
    """For comparing: the order of a collection's pictures counts too."""
    collections = {
        key: (each.name, each.query, each.place, list(each.pictures)) for key, each in state.collections.items()
    }
    return state.marks, collections, state.imports


@given(entries())
def test_an_entry_survives_its_line(entry: Entry) -> None:
    assert is_valid(entry)
    assert read_entry(entry.line()) == entry


@given(st.lists(entries(), max_size=30))
def test_fewer_entries_add_up_to_the_same(acts: list[Entry]) -> None:
    short = list(shortened(acts))
    assert facts(of(*short)) == facts(of(*acts))
    assert len(list(shortened(short))) == len(short)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"id": "a", "utc": "x", "field": "rating", "value": 6}',
        b'{"id": "a", "utc": "x", "field": "rating", "value": true}',
        b'{"id": "", "utc": "x", "field": "rating", "value": 1}',
        b'{"id": "a", "utc": 5, "field": "rating", "value": 1}',
        b'{"id": "a", "utc": "x", "field": "stars", "value": 1}',
        b'{"id": "a", "utc": "x", "field": "tags", "value": [1]}',
        b'{"id": "a", "utc": "x", "field": "place", "value": Infinity}',
        b'{"id": "a", "utc": "x", "field": ["rating"], "value": 1}',
    ],
)
def test_what_is_no_entry_is_none(line: bytes) -> None:
    assert read_entry(line) is None


def test_entries_come_back_from_any_place(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "j" / "journal.jsonl")
    assert file.read().generation == ""
    acts = [Entry("a", "rating", number) for number in range(4)]
    file.append(acts[:2])
    first = file.read()
    assert first.entries == tuple(acts[:2])
    file.append(acts[2:])
    assert file.read(first.generation, first.end).entries == tuple(acts[2:])
    assert file.read("another", first.end).entries == tuple(acts)
    assert file.read(first.generation, 10**9).entries == tuple(acts)


def test_a_torn_line_never_was_and_tears_no_other(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "journal.jsonl")
    acts = [Entry("a", "rating", number) for number in range(3)]
    file.append(acts[:2])
    whole = file.file.read_bytes()
    for cut in range(1, len(acts[1].line()) + 1):
        file.file.write_bytes(whole[:-cut])
        before = file.read()
        assert (before.entries, before.bad_lines) == ((acts[0],), 0)
        file.append([acts[2]])
        after = file.read(before.generation, before.end)
        # Only the line end was torn off: then the line is whole again by the next one's beginning.
        assert after.entries == ((acts[1], acts[2]) if cut == 1 else (acts[2],))
        assert after.bad_lines <= 1


def test_a_torn_first_line_is_no_loss(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "journal.jsonl")
    file.file.write_bytes(b'{"journal": "1')
    assert file.read().entries == ()
    act = Entry("a", "rating", 1)
    file.append([act])
    assert file.read().entries == (act,)
    assert file.compact(shortened) is None


APPEND = """
import sys
from pathlib import Path
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.journal.journal import Journal
journal = Journal(Path(sys.argv[1]), Path(sys.argv[1]), large=20_000)
for number in range(200):
    journal.append([Entry(f"{sys.argv[2]}-{number % 20}", "note", str(number))])
    journal.compact()
"""


def test_two_processes_that_append_and_compact_keep_both(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(tmp_path), name], stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    for process in both:
        assert process.communicate()[1] == ""
    reading = Journal(tmp_path, tmp_path).beside.read()
    expected = {f"{name}-{number % 20}": Mark(note=str(number)) for name in ("one", "two") for number in range(200)}
    assert (of(*reading.entries).marks, reading.bad_lines) == (expected, 0)
    assert len(reading.entries) < 400
    assert list((tmp_path / ".armchair").glob(".*.part")) == []


def state_of(catalogue: Catalogue) -> State:
    with catalogue.connections.reading() as db:
        return load(db)


def test_the_catalogue_follows_and_rereads_what_was_compacted(catalogue: Catalogue) -> None:
    catalogue.pictures.mkdir()
    catalogue.journal = Journal(catalogue.pictures, catalogue.connections.file.parent, large=2000)
    for number in range(60):
        catalogue.record([Entry("a", "note", "x" * number), Entry("c", "name", f"n{number}")])
    assert catalogue.journal.beside.file.stat().st_size < 4000
    assert state_of(catalogue) == State({"a": Mark(note="x" * 59)}, {"c": Collection("n59")})
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    fresh.follow_journal()
    assert state_of(fresh) == state_of(catalogue)
    fresh.close()


def test_a_journal_that_was_deleted_is_written_again(catalogue: Catalogue) -> None:
    catalogue.pictures.mkdir()
    catalogue.record([Entry("a", "rating", 3), Entry("c", "name", "foxes"), Entry("c", "added", ["a"])])
    catalogue.journal.beside.file.unlink()
    catalogue.follow_journal()
    catalogue.record([Entry("b", "rating", 1)])
    assert state_of(catalogue).marks == {"a": Mark(rating=3), "b": Mark(rating=1)}
    assert facts(of(*catalogue.journal.beside.read().entries)) == facts(state_of(catalogue))


def test_without_the_pictures_folder_it_is_written_apart_and_joined(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.pictures.mkdir()
    catalogue.record([Entry("a", "rating", 1), Entry("b", "rating", 1)])
    away = catalogue.pictures.rename(tmp_path / "away")
    catalogue.record([Entry("a", "rating", 2)])
    assert not catalogue.pictures.exists()
    assert state_of(catalogue).marks["a"] == Mark(rating=2)
    away.rename(catalogue.pictures)
    catalogue.record([Entry("b", "rating", 5)])
    expected = {"a": Mark(rating=2), "b": Mark(rating=5)}
    assert state_of(catalogue).marks == expected
    fresh = Catalogue.open(catalogue.connections.file.with_name("fresh.sqlite"), pictures=catalogue.pictures)
    fresh.follow_journal()
    assert state_of(fresh).marks == expected
    fresh.close()


def test_what_cannot_be_written_is_told_and_not_shown(catalogue: Catalogue) -> None:
    catalogue.pictures.mkdir()
    (catalogue.pictures / ".armchair").mkdir()
    catalogue.journal.beside.file.mkdir()
    with pytest.raises(LibraryError) as caught:
        catalogue.record([Entry("a", "rating", 1)])
    assert caught.value.code in ("journal_unwritable", "journal_unreadable")
    assert state_of(catalogue) == State()


def test_nonsense_in_a_journal_is_counted_and_left_out(catalogue: Catalogue) -> None:
    catalogue.pictures.mkdir()
    catalogue.record([Entry("a", "rating", 1)])
    with catalogue.journal.beside.file.open("ab") as file:
        file.write(json.dumps({"id": "a", "utc": "x", "field": "rating", "value": 9}).encode() + b"\n\xff\xfe\n\n")
    assert catalogue.follow_journal() == 2
    assert catalogue.follow_journal() == 0
    assert state_of(catalogue).marks == {"a": Mark(rating=1)}
