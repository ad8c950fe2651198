"""A screen without a monitor, with a window manager on it where one is installed; standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 20.0
"""Seconds for the window manager to come."""


@contextmanager
def open_screen(size: str) -> Iterator[tuple[dict[str, str], str]]:
    """Environment variables for a program on a screen of `size` ("1600x1000"), and what kind of screen it is.

    Xvfb with openbox; Qt's own offscreen platform where Xvfb is missing, which paints the same and shows nothing.
    """
    if shutil.which("Xvfb") is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}, "Qt's offscreen platform"
        return
    read, write = os.pipe()
    arguments = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-dpi", "96", "-nolisten", "tcp"]
    server = subprocess.Popen(arguments, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        display = f":{answer.readline().strip()}"
    variables = {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    try:
        with _window_manager(variables) as manager:
            yield variables, f"Xvfb with {manager}"
    finally:
        _end(server)


@contextmanager
def _window_manager(variables: dict[str, str]) -> Iterator[str]:
    if shutil.which("openbox") is None:
        yield "no window manager"
        return
    environment = os.environ | variables
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for_manager(environment)
        yield "openbox"
    finally:
        _end(manager)


def _wait_for_manager(environment: dict[str, str]) -> None:
    """Until it says on the root window that it is there; without xprop nobody can tell."""
    end = time.monotonic() + PATIENCE
    with suppress(FileNotFoundError):
        while time.monotonic() < end:
            said = subprocess.run(["xprop", "-root"], env=environment, text=True, capture_output=True, check=False)
            if "_NET_SUPPORTING_WM_CHECK(WINDOW)" in said.stdout:
                return
            time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
