"""Window tests run on Qt's offscreen platform; each test must leave nothing behind and make Qt complain of nothing."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from pathlib import Path

# Read when the application object is made, so before any test asks for one. A person's own choice would open windows.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget

HERE = Path(__file__).parent

HARMLESS = (
    # What the offscreen platform says of itself, whatever a program does.
    "This plugin does not support",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt's fails the test in which it came."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*HARMLESS, extend=True))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a thread, a process or a window it started.

    pytest-qt has closed the widgets it was given before this looks.
    """
    threads, processes = set(threading.enumerate()), set(multiprocessing.active_children())
    windows = _windows()
    yield
    left = [thread.name for thread in threading.enumerate() if thread not in threads and not _is_foreign(thread)]
    assert not left, f"threads still running: {left}"
    running = [child.name for child in multiprocessing.active_children() if child not in processes]
    assert not running, f"processes still running: {running}"
    shown = [repr(window) for key, window in _windows().items() if key not in windows and window.isVisible()]
    assert not shown, f"windows still open: {shown}"


def _windows() -> dict[int, QWidget]:
    """Top-level widgets by identity, after what was to be deleted later is gone."""
    if QApplication.instance() is None:
        return {}
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {id(window): window for window in QApplication.topLevelWidgets()}


def _is_foreign(thread: threading.Thread) -> bool:
    """Whether Python only met the thread (one of Qt's); it goes on listing those long after their end."""
    return isinstance(thread, threading._DummyThread)
