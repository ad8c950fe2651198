"""A screen without a monitor, a window manager on it, and a hand that clicks and types."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageGrab

PATIENCE = 120.0
"""Seconds to wait for what must come: a loaded machine is slow, not wrong."""


class Desktop:
    """One X server with openbox; everything waits on what can be seen, never on time alone."""

    def __init__(self, size: str) -> None:
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=(write,),
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"
        self.environment = os.environ | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}
        self._manager = subprocess.Popen(
            ["openbox", "--sm-disable"], env=self.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self._programs: list[subprocess.Popen[str]] = []
        self.until(lambda: "_NET_SUPPORTING_WM_CHECK(WINDOW)" in self._ask("xprop", "-root"), "a window manager")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The window, as a program of its own."""
        program = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", *arguments],
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._programs.append(program)
        return program

    def window(self, title: str) -> str:
        """The id of the window whose title matches, once there is one."""
        found = self.until(
            lambda: self._ask("xdotool", "search", "--onlyvisible", "--name", title).split(), f"a window {title!r}"
        )
        return str(found[0])

    def windows(self, title: str) -> list[str]:
        """The ids of all windows whose title matches now."""
        return self._ask("xdotool", "search", "--onlyvisible", "--name", title).split()

    def screenshot(self, window: str) -> Image.Image:
        """A window's pixels as they are on the screen."""
        lines = self._ask("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        place = {name: int(value) for name, _, value in (line.partition("=") for line in lines)}
        left, top = place["X"], place["Y"]
        box = (left, top, left + place["WIDTH"], top + place["HEIGHT"])
        return ImageGrab.grab(xdisplay=self.display).crop(box).convert("RGB")

    def title(self, window: str) -> str:
        """A window's title; "" where it is gone."""
        return self._ask("xdotool", "getwindowname", window).strip()

    def until_title(self, window: str, pattern: str) -> None:
        """Wait for a title."""
        self.until(lambda: re.search(pattern, self.title(window)), f"a title like {pattern!r}")

    def do(self, *words: str) -> None:
        """One xdotool command."""
        subprocess.run(["xdotool", *words], env=self.environment, check=True, capture_output=True)

    def click(self, window: str, x: int, y: int) -> None:
        """Click into a window, at pixels from its corner."""
        self.do("mousemove", "--sync", "--window", window, str(x), str(y), "click", "1")

    def until(self, seen: Callable[[], object], what: str) -> object:
        """Wait until `seen` gives something; fails with what the programs said."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            result = seen()
            if result:
                return result
            time.sleep(0.05)
        pytest.fail(f"waited {PATIENCE:.0f} s for {what}")

    def close(self) -> None:
        """End everything, the programs first."""
        for program in [*self._programs, self._manager, self._server]:
            if program.poll() is None:
                program.terminate()
                try:
                    program.wait(20)
                except subprocess.TimeoutExpired:
                    program.kill()
                    program.wait()
            if program.stdout:
                program.stdout.close()

    def _ask(self, *command: str) -> str:
        done = subprocess.run(command, env=self.environment, text=True, capture_output=True, check=False)
        return done.stdout


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    """A screen of 1600 × 1000; the person's own folders are not touched."""
    for tool in ("Xvfb", "openbox", "xdotool", "xprop"):
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is not installed: packaging/debian/install_missing packaging/debian/*.txt")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    desk = Desktop("1600x1000")
    yield desk
    desk.close()
