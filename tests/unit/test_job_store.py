"""The queue outlives the program, and every field of a job with it."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.jobs.job_store import JobStore
from desktop_app.core.jobs.request_json import job_from_json, job_to_json
from desktop_app.core.library.catalogue import Catalogue
from model_runtime.recipe.record import Parent
from model_runtime.request import MAX_SEED, GenerationRequest, SamplingSettings

FULL = Job(
    request=GenerationRequest(
        prompt="an armchair in the shape of an avocado \ud800",
        image_count=3,
        seed=1,
        seeds=(5, 0, MAX_SEED),
        sampling=SamplingSettings(temperature=0.7, top_k=64, top_p=0.9, condition_scale=10),
        fixed_tokens=np.array([[1, -1, 65535, 0], [-1, -1, -1, -1], [7, 7, 7, 7]]),
        rank="clip",
        keep=2,
    ),
    model=ModelChoice(model="/models/mega \udcff", device="cuda", precision="float16"),
    private=True,
    parents=(Parent(kind="finish", id="ab" * 32), None, Parent(kind="photo")),
    created=datetime(2026, 11, 21, 14, 15, 2, 17, tzinfo=UTC),
)


def job(prompt: str = "chair", **changes: Any) -> Job:
    return Job(request=GenerationRequest(prompt=prompt, seed=7), model=ModelChoice(model="starter"), **changes)


def fields(one: Job | Fault) -> dict[str, object]:
    assert isinstance(one, Job), one
    return {field.name: getattr(one, field.name) for field in dataclasses.fields(one)}


def ids(jobs: tuple[Job, ...]) -> list[str]:
    return [one.id for one in jobs]


@pytest.mark.parametrize("one", [FULL, job(), job("")])
def test_every_field_comes_back(one: Job) -> None:
    assert fields(job_from_json(job_to_json(one))) == fields(one)


def test_one_row_of_fixed_tokens_stays_one_row() -> None:
    request = GenerationRequest(prompt="x", image_count=2, fixed_tokens=np.array([3, -1]))
    back = job_from_json(job_to_json(dataclasses.replace(FULL, request=request, parents=())))
    assert isinstance(back, Job)
    assert back.request == request


@given(
    prompt=st.text(st.characters(), max_size=50),
    count=st.integers(1, 64),
    seed=st.none() | st.integers(0, 2**53 - 64),
    temperature=st.floats(1e-300, 1e300),
    top_p=st.none() | st.floats(0, 1, exclude_min=True),
)
def test_any_request_comes_back(
    prompt: str, count: int, seed: int | None, temperature: float, top_p: float | None
) -> None:
    sampling = SamplingSettings(temperature=temperature, top_p=top_p)
    request = GenerationRequest(prompt=prompt, image_count=count, seed=seed, sampling=sampling)
    back = job_from_json(job_to_json(dataclasses.replace(FULL, request=request, parents=())))
    assert isinstance(back, Job)
    assert back.request == request


def changed(path: str, value: object) -> str:
    tree = json.loads(job_to_json(FULL))
    *outer, key = path.split(".")
    inner = tree
    for name in outer:
        inner = inner[name]
    inner[key] = value
    return json.dumps(tree)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", 0),
        ("schema", "1"),
        ("id", "../../etc"),
        ("created", "yesterday"),
        ("created", "2026-11-21"),
        ("private", 1),
        ("model", None),
        ("model.model", 7),
        ("model.device", ""),
        ("parents", {}),
        ("parents", [None]),
        ("parents", [1, 2, 3]),
        ("parents", [{"kind": ""}, None, None]),
        ("request", []),
        ("request.prompt", None),
        ("request.prompt", "x" * 100_001),
        ("request.image_count", 65),
        ("request.image_count", True),
        ("request.seed", -1),
        ("request.seed", 0.5),
        ("request.seeds", [1]),
        ("request.seeds", "123"),
        ("request.seeds", {}),
        ("request.sampling", 3),
        ("request.sampling", {}),
        ("request.sampling.temperature", 0),
        ("request.sampling.top_p", 2),
        ("request.sampling.top_k", float("nan")),
        ("request.rank", ["clip"]),
        ("request.keep", 4),
        ("request.fixed_tokens", "AAAA"),
        ("request.fixed_tokens.rows", 2),
        ("request.fixed_tokens.length", 10**9),
        ("request.fixed_tokens.tokens", "*"),
    ],
)
def test_a_bad_field_is_a_fault_that_names_its_part(path: str, value: object) -> None:
    fault = job_from_json(changed(path, value))
    assert isinstance(fault, Fault)
    assert fault.code == "bad_job"
    assert str(fault.parameters["field"]).split(".")[:2] == ["job", path.split(".", maxsplit=1)[0]]


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "{" * 5000, "\x00", "[" * 200_000, '{"schema":' + "9" * 5000 + "}"]
)
def test_what_is_no_job_is_a_fault(text: str) -> None:
    fault = job_from_json(text)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.details, fault.is_bug) == ("bad_job", text, False)


def test_a_newer_job_is_told_as_such() -> None:
    fault = job_from_json(changed("schema", 2))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.parameters) == ("newer_job", {"found": 2, "known": 1})


def reopened(catalogue: Catalogue) -> Catalogue:
    catalogue.close()
    return Catalogue.open(catalogue.connections.file, pictures=catalogue.pictures)


def test_the_queue_survives_a_restart_in_order(catalogue: Catalogue) -> None:
    jobs = [job("a"), dataclasses.replace(FULL, private=False), job("c")]
    store = JobStore(catalogue)
    for one in jobs:
        store.add(one)
    store.add(jobs[0])
    catalogue = reopened(catalogue)
    restored = JobStore(catalogue).restore()
    assert [fields(one) for one in restored.jobs] == [fields(one) for one in jobs]
    assert restored.faults == ()
    catalogue.close()


def test_a_private_job_is_never_written(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    store.add(job("secret words", private=True))
    assert store.waiting() == []
    for path in catalogue.connections.file.parent.iterdir():
        assert b"secret words" not in path.read_bytes()


def test_jobs_are_moved_and_arranged(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    a, b, c, d = (job(letter) for letter in "abcd")
    for one in (a, b, c, d):
        store.add(one)
    store.move(d.id, before=b.id)
    assert store.waiting() == ids((a, d, b, c))
    store.move(a.id, before=None)
    assert store.waiting() == ids((d, b, c, a))
    store.move(b.id, before=b.id)
    store.move("unknown", before=b.id)
    assert store.waiting() == ids((d, b, c, a))
    store.arrange([c.id, "a private one", a.id, c.id])
    assert store.waiting() == ids((c, a, d, b))
    store.add(e := job("e"))
    assert store.waiting() == ids((c, a, d, b, e))


def test_a_job_that_ended_is_gone(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    a, b = job("a"), job("b")
    store.add(a)
    store.add(b)
    store.mark_running(a.id)
    assert store.waiting() == [b.id]
    store.remove(a.id)
    store.remove(a.id)
    assert ids(store.restore().jobs) == [b.id]


def test_what_ran_when_the_program_died_waits_at_the_front(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    a, b, c = job("a"), job("b"), job("c")
    for one in (a, b, c):
        store.add(one)
    store.mark_running(b.id)
    catalogue = reopened(catalogue)
    store = JobStore(catalogue)
    assert ids(store.restore().jobs) == ids((b, a, c))
    assert store.waiting() == ids((b, a, c))
    catalogue.close()


def test_a_job_that_cannot_be_read_does_not_hold_up_the_others(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    a, b, c = job("a"), job("b"), job("c")
    for one in (a, b, c):
        store.add(one)
    newer = job_to_json(c).replace('"schema":1', '"schema":2')
    with catalogue.connections.writing() as db:
        db.execute("UPDATE jobs SET payload = 'garbage' WHERE id = ?", (a.id,))
        db.execute("UPDATE jobs SET payload = ? WHERE id = ?", (newer, c.id))
    restored = store.restore()
    assert ids(restored.jobs) == [b.id]
    assert [(fault.code, fault.details) for fault in restored.faults] == [("bad_job", "garbage"), ("newer_job", newer)]
    assert store.waiting() == ids((b, c))
    assert [fault.code for fault in store.restore().faults] == ["newer_job"]


def damage_images(file: Path, page: int) -> None:
    data = bytearray(file.read_bytes())
    size = int.from_bytes(data[16:18], "big")
    data[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(data)


def test_jobs_are_saved_from_a_damaged_catalogue(catalogue: Catalogue) -> None:
    store = JobStore(catalogue)
    a, b = job("a"), job("b")
    for one in (a, b):
        store.add(one)
    store.mark_running(b.id)
    with catalogue.connections.reading() as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'images'").fetchone()
    catalogue.close()
    damage_images(catalogue.connections.file, page)
    fresh = Catalogue.open(catalogue.connections.file, pictures=catalogue.pictures)
    assert fresh.moved_aside is not None
    store = JobStore(fresh)
    assert ids(store.restore().jobs) == ids((b, a))
    assert ids(store.restore().jobs) == ids((b, a))
    fresh.close()


def test_nothing_is_saved_from_what_is_no_catalogue(catalogue: Catalogue) -> None:
    catalogue.close()
    catalogue.connections.file.write_text("no database at all")
    fresh = Catalogue.open(catalogue.connections.file, pictures=catalogue.pictures)
    assert JobStore(fresh).restore().jobs == ()
    fresh.close()
