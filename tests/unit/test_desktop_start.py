"""Starting the window: what is understood before anything heavy is loaded, and what is said without a screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app.start import NO_DISPLAY, Options, has_display, main, parse


def test_arguments() -> None:
    assert parse([]) == Options()
    given = parse(["--prompt", "a fox", "--data-dir", "here", "--models-dir", "there"])
    assert given == Options(prompt="a fox", data_dir=Path("here"), models_dir=Path("there"))
    with pytest.raises(SystemExit) as ended:
        parse(["--nonsense"])
    assert ended.value.code == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
@pytest.mark.parametrize(
    ("environment", "there"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
    ],
)
def test_a_display(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], there: bool) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_display() is there


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program without any screen."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "desktop_app", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")
def test_without_a_display_one_sentence_says_what_to_do(tmp_path: Path) -> None:
    done = run("--data-dir", str(tmp_path / "data"))
    assert done.returncode == NO_DISPLAY == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no display" in done.stderr
    assert "armchair-cli draw" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_needs_no_window_opens_none(option: str) -> None:
    done = run(option)
    assert (done.returncode, done.stderr) == (0, "")
    assert "rmchair" in done.stdout


def test_arguments_are_understood_before_qt_and_torch_are_loaded() -> None:
    code = "import sys, desktop_app.start as s; s.parse([]); print(*sorted({'PySide6', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_main_gives_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.start.has_display", lambda: False)
    assert main([]) == NO_DISPLAY
