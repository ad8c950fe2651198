"""One program a data folder, with real processes and with guests that nobody invited."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from desktop_app.workers import single_instance
from desktop_app.workers.second_start import MOST_BYTES, SecondStart
from desktop_app.workers.single_instance import ANSWER, Claim, SingleInstance

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop_app.workers.second_start import SecondStart
from desktop_app.workers.single_instance import Claim, SingleInstance

def hear(start):
    print(*start.arguments, sep="|", flush=True)
    if "leave" in start.arguments:
        app.quit()

app = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
instance.started_again.connect(hear)
claim = instance.claim(SecondStart(arguments=tuple(sys.argv[2:])))
print(claim.value, flush=True)
if claim is Claim.OURS:
    app.exec()
    instance.release()
"""

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to kill and stop with")


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder), *arguments], stdout=subprocess.PIPE, text=True)


def line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().rstrip("\n")


def end(program: subprocess.Popen[str]) -> None:
    program.kill()
    program.wait()
    assert program.stdout is not None
    program.stdout.close()


@pytest.fixture
def instance(qapp: QObject, tmp_path: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path / "data")
    yield instance
    instance.release()


def test_a_second_start_hands_over_and_leaves(tmp_path: Path) -> None:
    first = start(tmp_path / "data")
    assert line(first) == "ours"
    for arguments in (("--prompt", "ein großer Fuß 🦶\n"), ("leave",)):
        second = start(tmp_path / "data", *arguments)
        assert second.communicate()[0] == "handed over\n"
        assert second.returncode == 0
    assert first.communicate()[0].splitlines() == ["--prompt|ein großer Fuß 🦶", "", "leave"]
    assert first.returncode == 0
    third = start(tmp_path / "data")  # the folder is free again
    assert line(third) == "ours"
    end(third)


def test_other_folders_are_other_programs(tmp_path: Path) -> None:
    programs = [start(tmp_path / name) for name in ("one", "two")]
    assert [line(program) for program in programs] == ["ours", "ours"]
    for program in programs:
        end(program)


@needs_signals
def test_what_a_crash_leaves_is_in_nobodys_way(instance: SingleInstance, tmp_path: Path) -> None:
    crashed = start(tmp_path / "data")
    assert line(crashed) == "ours"
    crashed.kill()
    end(crashed)
    assert Path(instance.address).exists()
    assert (tmp_path / "data" / single_instance.LOCK_NAME).exists()
    assert instance.claim(SecondStart()) is Claim.OURS
    assert instance.listening


@needs_signals
def test_a_program_that_hangs_does_not_answer(
    instance: SingleInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = start(tmp_path / "data")
    assert line(hanging) == "ours"
    os.kill(hanging.pid, signal.SIGSTOP)
    monkeypatch.setattr(single_instance, "PATIENCE", 200)
    assert instance.claim(SecondStart()) is Claim.NO_ANSWER
    end(hanging)


def test_a_folder_that_cannot_be_made_is_ours(qapp: QObject, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert SingleInstance(tmp_path / "file" / "data").claim(SecondStart()) is Claim.OURS


@pytest.mark.skipif(sys.platform == "win32", reason="talks to a Unix socket")
def test_guests_that_nobody_invited(instance: SingleInstance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "PATIENCE", 100)
    heard: list[SecondStart] = []
    instance.started_again.connect(heard.append)
    assert instance.claim(SecondStart()) is Claim.OURS
    assert os.stat(instance.address).st_mode & 0o077 == 0  # nobody else may come in  # noqa: PTH116
    good = SecondStart(arguments=("--prompt", "a boat"), activation_token="a-b-1")  # noqa: S106
    for said in (b"", b"hello\n", b"{}\n", b"[" * 5000 + b"\n", b"x" * (MOST_BYTES + 10), b"\xff\n", b"half a li"):
        with socket.socket(socket.AF_UNIX) as guest:
            guest.connect(instance.address)
            guest.setblocking(False)
            rest, answer = memoryview(said), None

            def talk(guest: socket.socket = guest) -> bool:
                nonlocal rest, answer
                try:
                    rest = rest[guest.send(rest) :] if rest else rest
                    answer = guest.recv(100)
                except BlockingIOError:
                    return False
                except (BrokenPipeError, ConnectionResetError):
                    answer = b""
                return True

            qtbot.waitUntil(talk)
            assert answer == b""  # shown the door
    assert not heard
    with socket.socket(socket.AF_UNIX) as guest:
        guest.connect(instance.address)
        guest.sendall(good.to_bytes())
        qtbot.waitUntil(lambda: bool(heard))
        assert guest.recv(100) == ANSWER
    assert heard == [good]


texts = st.text(st.characters(exclude_categories=()), max_size=30)


@given(st.lists(texts, max_size=5), st.text(st.characters(categories=["L", "N"]), max_size=20))
def test_what_is_handed_over_arrives(arguments: list[str], token: str) -> None:
    told = SecondStart(arguments=tuple(arguments), activation_token=token)
    assert SecondStart.from_bytes(told.to_bytes()) == told
    assert told.to_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 2},
        {"more": 1},
        {"arguments": "text"},
        {"arguments": [1]},
        {"arguments": ["x"] * 101},
        {"activation_token": None},
        {"activation_token": "x" * 501},
        {"activation_token": "two\nlines"},
    ],
)
def test_anything_else_is_refused(changes: dict[str, object]) -> None:
    values = {"version": 1, "arguments": ["x"], "activation_token": ""}
    assert SecondStart.from_bytes(json.dumps(values).encode()) is not None
    assert SecondStart.from_bytes(json.dumps(values | changes).encode()) is None
