"""Files appear whole or not at all, and never in the place of another."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from model_runtime.recipe.exclusive import is_part, move_exclusive, write_exclusive

DATA = b"picture" * 1000


def write(path: Path) -> Path:
    return write_exclusive(path, lambda file: file.write(DATA))


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    taken = tmp_path / "a.png"
    taken.write_text("mine")
    (tmp_path / "a-2.png").mkdir()
    path = write(taken)
    assert path.name == "a-3.png"
    assert taken.read_text() == "mine"


def no_links(code: int) -> Callable[[object, object], None]:
    def link(source: object, target: object) -> None:
        raise OSError(code, os.strerror(code))

    return link


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV])
def test_without_hard_links_nothing_is_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", no_links(code))
    (tmp_path / "a.png").write_text("mine")
    path = write(tmp_path / "a.png")
    assert path.read_bytes() == DATA
    assert (tmp_path / "a.png").read_text() == "mine"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a-2.png", "a.png"]


@pytest.mark.parametrize(
    "fault", [OSError(errno.EIO, "disk"), OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), RuntimeError()]
)
@pytest.mark.parametrize("step", ["link", "fsync"])
def test_a_fault_before_the_name_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(fault)):
        write(tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_rename_gives_its_name_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk"):
        write(tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["os.fsync", "os.link"])
def test_a_program_killed_in_the_middle_leaves_only_a_hidden_part(tmp_path: Path, moment: str) -> None:
    code = f"""
import os, sys
from pathlib import Path
from model_runtime.recipe.exclusive import write_exclusive
{moment} = lambda *_: os._exit(9)
write_exclusive(Path(sys.argv[1]), lambda file: file.write(b"half"))
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.png")], check=False)
    assert done.returncode == 9
    (left,) = tmp_path.iterdir()
    assert is_part(left)
    assert not is_part(tmp_path / "a.part")


def test_many_writers_of_one_name_all_get_a_file(tmp_path: Path) -> None:
    paths: list[Path] = []

    def write_number(number: int) -> None:
        data = bytes([number]) * 1000
        paths.append(write_exclusive(tmp_path / "a.png", lambda file: file.write(data)))

    threads = [threading.Thread(target=write_number, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 8
    assert sorted(path.read_bytes()[0] for path in paths) == list(range(8))
    assert {len(path.read_bytes()) for path in paths} == {1000}


@pytest.mark.parametrize("links", [True, False])
def test_moving_overwrites_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    source, taken = tmp_path / "source.png", tmp_path / "new" / "a.png"
    source.write_bytes(DATA)
    assert move_exclusive(source, taken) == taken
    source.write_text("another")
    second = move_exclusive(source, taken)
    assert second.name == "a-2.png"
    assert (taken.read_bytes(), second.read_text()) == (DATA, "another")
    assert not source.exists()


def test_a_move_that_fails_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(os, "link", fail)
    source = tmp_path / "source.png"
    source.write_bytes(DATA)
    with pytest.raises(OSError, match="disk"):
        move_exclusive(source, tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["source.png"]
