"""The program as a person meets it: a window on a screen, clicked, typed into, closed and opened again."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

Desktop = Any
"""What conftest's `desktop` gives."""

PROMPT = "a red boat on the sea"


def pictures(data: Path) -> list[Path]:
    return [path for path in (data / "pictures").rglob("*.png") if not path.parent.name.startswith(".")]


def prompts(data: Path) -> list[str]:
    """What the catalogue says was drawn."""
    with closing(sqlite3.connect(f"file:{data / 'catalogue.sqlite3'}?mode=ro", uri=True)) as db:
        return [prompt for (prompt,) in db.execute("SELECT prompt FROM runs ORDER BY created")]


def ended(program: subprocess.Popen[str]) -> str:
    """What a program said that ended well."""
    said, _ = program.communicate(timeout=60)
    assert program.returncode == 0, said
    return said


def test_draw_quit_and_find_the_picture_again(desktop: Desktop, tmp_path: Path) -> None:
    data = tmp_path / "data"
    program = desktop.start("--data-dir", str(data))
    window = desktop.window("^Armchair$")
    desktop.do("windowactivate", "--sync", window)
    desktop.do("key", "--window", window, "ctrl+l")
    desktop.do("type", "--delay", "20", PROMPT)
    desktop.do("key", "ctrl+Return")
    desktop.until_title(window, rf"^\d+ % · {PROMPT} – Armchair$")
    desktop.until_title(window, "^Armchair$")
    desktop.until(lambda: len(pictures(data)) == 9, "nine pictures")
    assert prompts(data) == [PROMPT]
    # A click into the first picture asks the model; then the theme, the window is closed by its key.
    desktop.click(window, 800, 400)
    desktop.do("key", "ctrl+q")
    assert ended(program) == ""  # no warning of Qt's, no traceback

    # What was drawn is in the list: opened from there, drawn again with its own seeds.
    program = desktop.start("--data-dir", str(data))
    window = desktop.window("^Armchair$")
    desktop.do("windowactivate", "--sync", window)
    before = set(pictures(data))
    row = desktop.until(lambda: find_recent(desktop, window), "the run in the list of recent ones")
    desktop.click(window, *row)
    desktop.until(lambda: shows_pictures(desktop, window), "the pictures in the middle")
    assert set(pictures(data)) == before
    desktop.do("key", "ctrl+q")
    assert ended(program) == ""


def test_a_second_start_hands_its_prompt_over_and_ends(desktop: Desktop, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = desktop.start("--data-dir", str(data))
    window = desktop.window("^Armchair$")
    second = desktop.start("--data-dir", str(data), "--prompt", PROMPT)
    assert ended(second) == ""
    desktop.do("windowactivate", "--sync", window)
    desktop.do("key", "--window", window, "ctrl+l")
    desktop.do("key", "ctrl+Return")
    desktop.until_title(window, rf"^[1-9]\d % · {PROMPT} – Armchair$")  # a row or more is there
    # Closed while it draws: the question comes, and keys answer it.
    desktop.do("key", "ctrl+q")
    question = desktop.window("^Close Armchair$")
    desktop.do("key", "--window", question, "Tab", "Tab", "space")
    desktop.until(lambda: first.poll() is not None, "the end of the program")
    assert ended(first) == ""
    assert prompts(data) == [PROMPT]


def test_two_folders_are_two_programs(desktop: Desktop, tmp_path: Path) -> None:
    programs = [desktop.start("--data-dir", str(tmp_path / name)) for name in ("one", "two")]
    desktop.until(lambda: len(desktop.windows("^Armchair$")) == 2, "two windows")
    for window in desktop.windows("^Armchair$"):
        desktop.do("windowactivate", "--sync", window)
        desktop.do("key", "ctrl+q")
    assert [ended(program) for program in programs] == ["", ""]


def test_no_process_is_left(desktop: Desktop, tmp_path: Path) -> None:
    program = desktop.start("--data-dir", str(tmp_path / "data"))
    window = desktop.window("^Armchair$")
    desktop.until(lambda: children(program.pid), "the engine's process")
    started = children(program.pid)
    desktop.do("windowactivate", "--sync", window)
    desktop.do("key", "ctrl+q")
    assert ended(program) == ""
    desktop.until(lambda: not any(map(runs, started)), "the end of its processes")


def children(pid: int) -> list[str]:
    """Processes that any of the program's threads started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for file in lists for child in file.read_text(encoding="ascii").split()]


def runs(pid: str) -> bool:
    """Whether a process is still there; one that only waits to be counted by the system's first is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def colours(picture: Image.Image) -> int:
    return len(picture.getcolors(maxcolors=1 << 24) or ())


def find_recent(desktop: Desktop, window: str) -> tuple[int, int] | None:
    """Where the right column shows pictures: the only place there with many colours."""
    shot = desktop.screenshot(window)
    width, height = shot.size
    for top in range(80, height - 20, 12):
        if colours(shot.crop((width - 260, top, width - 20, top + 12))) > 400:
            return width - 200, top + 6
    return None


def shows_pictures(desktop: Desktop, window: str) -> bool:
    """Whether the middle is full of colours in every row of the grid."""
    shot = desktop.screenshot(window)
    width, height = shot.size
    tops = (height * part // 100 for part in (30, 50, 75))
    return all(colours(shot.crop((420, top, width - 340, top + 4))) > 200 for top in tops)
