"""What goes wrong around the program: each time a message with advice, the program goes on, nothing is lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.advice import Action, Advice
from desktop_app.core.jobs.engine_state import Ending
from desktop_app.core.paths import AppPaths
from desktop_app.presenters.run.cells import CellStage

Session = Any
Desk = Any
"""What conftest's fixtures give."""


def told(session: Session, code: str) -> Any:
    """The message's row above the page, once it is there; it says what happened and what can be done."""
    session.until(lambda: code in [row.notice.code for row in session.program.around.banner.rows])
    (row,) = [row for row in session.program.around.banner.rows if row.notice.code == code]
    assert row.isVisible()
    assert row.sentence.text().strip().endswith(".")
    assert "{" not in row.sentence.text()
    assert "…" not in row.sentence.text(), "a parameter is missing"
    assert row.advice.text() or row.notice.actions
    return row


def engine() -> int:
    """The engine process's number."""
    (child,) = [child for child in multiprocessing.active_children() if child.name == "armchair-engine"]
    assert child.pid is not None
    return child.pid


def draws(session: Session, pictures: int = 1, **fields: Any) -> None:
    """The program still draws and keeps."""
    before = session.pictures
    job = session.draw(image_count=pictures, model="tiny", **fields)
    assert session.outcome(job).ending is Ending.FINISHED
    assert session.pictures == before + pictures


def test_a_killed_engine(session: Session) -> None:
    job = session.begin(image_count=16)
    session.ask("waits", image_count=1, model="tiny")
    os.kill(engine(), signal.SIGKILL)
    row = told(session, "engine_died")
    assert row.notice.advice is not Advice.NONE
    session.until_idle()
    assert session.outcome(job).fault.code == "engine_died"
    session.until_recent(1, 1)  # the one that waited was drawn
    draws(session)


@pytest.mark.skipif(sys.platform != "linux", reason="only here the limit of another process can be set")
def test_out_of_memory(session: Session) -> None:
    draws(session)
    pid = engine()
    used = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (used + 2**22, resource.RLIM_INFINITY))
    job = session.draw(image_count=16, model="slow")
    assert session.outcome(job).ending is Ending.FAILED
    assert session.outcome(job).fault.code in ("out_of_memory", "engine_died")
    told(session, session.outcome(job).fault.code)
    if multiprocessing.active_children():
        resource.prlimit(engine(), resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    draws(session)


def broken_model(models: Path, folder: Path) -> Path:
    """A models folder of one's own with a model to break."""
    shutil.copytree(models, folder)
    shutil.copytree(folder / "tiny", folder / "broken")
    description = folder / "broken" / "model.json"
    values = json.loads(description.read_text(encoding="utf-8")) | {"id": "broken", "name": "Broken"}
    description.write_text(json.dumps(values), encoding="utf-8")
    return folder


@pytest.mark.parametrize("damage", ["cut", "gone", "config"])
def test_missing_and_corrupt_model_files(desk: Desk, models: Path, tmp_path: Path, damage: str) -> None:
    folder = broken_model(models, tmp_path / "models")
    weights = folder / "broken" / "dalle_bart" / "model.safetensors"
    if damage == "cut":
        with weights.open("r+b") as file:
            file.truncate(weights.stat().st_size // 2)
    elif damage == "gone":
        weights.unlink()
    else:
        (folder / "broken" / "vqgan" / "config.json").write_text("{", encoding="utf-8")
    desk.paths = AppPaths.choose(data_dir=desk.paths.data, models_dir=folder)
    desk.save(model="broken")
    session = desk.open()
    session.until(lambda: session.heard.states and session.heard.states[-1].fault)
    row = told(session, session.heard.states[-1].fault.code)
    assert "broken" in row.sentence.text()
    job = session.draw(image_count=1)
    assert session.outcome(job).ending is Ending.FAILED
    draws(session)  # with another model


def test_broken_settings(desk: Desk) -> None:
    desk.paths.settings_file.write_text("{ not json", encoding="utf-8")
    session = desk.open()
    told(session, "broken_settings")
    (kept,) = [path for path in desk.paths.config.iterdir() if path != desk.paths.settings_file]
    assert kept.read_text(encoding="utf-8") == "{ not json"
    session.program.services.preferences.change("image_count", 16)  # and they can be changed again
    session.close()
    assert desk.open().panel.count.value == 16


def test_one_bad_setting(desk: Desk) -> None:
    values = json.loads(desk.paths.settings_file.read_text(encoding="utf-8")) | {"theme": "plaid"}
    desk.paths.settings_file.write_text(json.dumps(values), encoding="utf-8")
    session = desk.open()
    told(session, "bad_setting")
    draws(session)


def test_an_exception_while_keeping(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(*_given: object) -> None:
        raise ZeroDivisionError("not expected")

    monkeypatch.setattr(session.program.library.shelf, "keep", keep)
    job = session.draw(image_count=4)
    told(session, "picture_not_saved")
    assert session.outcome(job).ending is Ending.FINISHED
    cells = session.program.drawing.run.cells
    assert all(cell.stage is CellStage.UNSAVED for cell in cells)
    assert not session.program.drawing.run.image(0).isNull()  # still on the screen
    monkeypatch.undo()
    monkeypatch.setattr(
        "desktop_app.workers.engine_child.get_context", lambda _method: multiprocessing.get_context("forkserver")
    )
    draws(session)


def test_a_newer_catalogue_is_left_alone(desk: Desk, session: Session) -> None:
    draws(session)
    session.close()
    with closing(sqlite3.connect(desk.paths.catalogue_file)) as db:
        db.execute("PRAGMA user_version = 999")
        db.commit()
    before = desk.paths.catalogue_file.read_bytes()
    session = desk.open()
    told(session, "newer_catalogue")
    draws(session)
    session.until_recent(2, 2)  # found again among the files
    session.close()
    assert desk.paths.catalogue_file.read_bytes() == before


def test_a_corrupt_catalogue_is_made_again(desk: Desk, session: Session) -> None:
    draws(session, 4)
    session.close()
    for path in desk.paths.data.glob("catalogue.sqlite3-*"):
        path.unlink()
    desk.paths.catalogue_file.write_bytes(b"not a database" * 1000)
    session = desk.open()
    told(session, "corrupt_catalogue")
    session.until_recent(1, 4)
    draws(session)


def test_a_pictures_folder_that_vanishes_is_made_again(session: Session) -> None:
    draws(session)
    shutil.rmtree(session.paths.pictures)
    draws(session)


def test_a_pictures_folder_that_is_gone_at_the_start(desk: Desk, session: Session) -> None:
    draws(session)
    session.close()
    shutil.rmtree(desk.paths.pictures)
    session = desk.open()
    row = told(session, "pictures_folder_gone")
    assert Action.OPEN_PREFERENCES in row.notice.actions or row.notice.advice is not Advice.NONE
    draws(session)


def test_a_pictures_folder_that_cannot_be_written(desk: Desk) -> None:
    desk.paths.pictures.parent.mkdir(parents=True, exist_ok=True)
    desk.paths.pictures.write_text("a file where the folder should be", encoding="utf-8")
    session = desk.open()
    told(session, "pictures_unwritable")
    job = session.draw(image_count=1)
    told(session, "picture_not_saved")
    assert session.outcome(job).ending is Ending.FINISHED
    assert not session.program.drawing.run.image(0).isNull()
    desk.paths.pictures.unlink()
    draws(session)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with hardly any room."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(desk: Desk, small_disk: Path) -> None:
    desk.paths = desk.paths.with_overrides(pictures=str(small_disk))
    session = desk.open()
    told(session, "pictures_disk_low")
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    job = session.draw(image_count=4)
    told(session, "picture_not_saved")
    assert session.outcome(job).ending is Ending.FINISHED
    assert [path for path in small_disk.rglob("*") if path.is_file() and path != filler] == []  # no half file
    filler.unlink()
    draws(session)
