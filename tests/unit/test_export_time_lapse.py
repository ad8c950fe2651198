"""Frames become moving pictures, whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop_app.core.library.export.errors import ExportCancelled, ExportError
from desktop_app.core.library.export.time_lapse import video
from desktop_app.core.library.export.time_lapse.write_time_lapse import (
    Frame,
    Moving,
    available_kinds,
    write_time_lapse,
)

COLOURS = [(250, 10, 10), (10, 250, 10), (10, 10, 250), (250, 250, 10)]


def frames(seconds: float = 0.1) -> Iterator[Frame]:
    for number, colour in enumerate(COLOURS):
        last = number == len(COLOURS) - 1
        yield Frame(np.full((32, 48, 3), colour, np.uint8), 1.5 if last else seconds)


@pytest.mark.parametrize("kind", [Moving.GIF, Moving.WEBP])
def test_every_frame_is_shown_for_its_time(kind: Moving, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    done = write_time_lapse(frames(), tmp_path / f"a.{kind}", kind, total=4, progress=lambda *at: seen.append(at))
    assert done.count == 4
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    with Image.open(done.path) as moving:
        assert (moving.format, moving.size, moving.n_frames) == (kind.name, (48, 32), 4)
        assert moving.info["loop"] == 0
        for number, colour in enumerate(COLOURS):
            moving.seek(number)
            moving.load()
            assert moving.info["duration"] == (1500 if number == 3 else 100)
            assert np.abs(np.asarray(moving.convert("RGB"), int) - colour).max() < 12
    assert kind is Moving.GIF or b"trainedAlgorithmicMedia" in done.path.read_bytes()


@pytest.mark.parametrize("kind", [Moving.GIF, Moving.WEBP])
def test_a_failure_leaves_nothing(kind: Moving, tmp_path: Path) -> None:
    answers = iter([False, False, True])
    with pytest.raises(ExportCancelled) as stopped:
        write_time_lapse(frames(), tmp_path / "a", kind, cancelled=lambda: next(answers))
    assert stopped.value.parameters == {"done": 2}
    with pytest.raises(ExportError) as caught:
        write_time_lapse([], tmp_path / "a", kind)
    assert caught.value.code == "nothing_to_export"
    with pytest.raises(ValueError, match="frame 1"):
        write_time_lapse([next(frames()), Frame(np.zeros((8, 8, 3), np.uint8), 1)], tmp_path / "a", kind)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    names = [write_time_lapse(frames(), tmp_path / "a.gif", Moving.GIF).path.name for _ in range(2)]
    assert names == ["a.gif", "a-2.gif"]


def test_without_an_encoder_there_is_no_video(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert available_kinds() == (Moving.GIF, Moving.WEBP)
    with pytest.raises(ExportError) as caught:
        write_time_lapse(frames(), tmp_path / "a.mp4", Moving.MP4)
    assert caught.value.code == "no_video_encoder"
    assert list(tmp_path.iterdir()) == []


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program called ffmpeg that does what the script says; `sys.argv[-1]` is the file to write."""
    folder.mkdir()
    program = folder / "ffmpeg"
    program.write_text(f"#!{sys.executable}\nimport sys\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(os.name == "nt", reason="a script with a #! line")
def test_the_encoder_gets_each_frame_as_often_as_it_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(tmp_path / "bin", "open(sys.argv[-1], 'wb').write(sys.stdin.buffer.read())", monkeypatch)
    done = write_time_lapse(frames(), tmp_path / "a.mp4", Moving.MP4)
    sent = np.frombuffer(done.path.read_bytes(), np.uint8).reshape(-1, 32, 48, 3)
    assert len(sent) == 3 * 3 + round(1.5 * video.RATE)
    assert tuple(sent[3, 0, 0]) == COLOURS[1]


@pytest.mark.skipif(os.name == "nt", reason="a script with a #! line")
def test_an_encoder_that_gives_up_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(
        tmp_path / "bin",
        "sys.stdin.close(); print('x' * 200_000 + '\\nno codec', file=sys.stderr); sys.exit(3)",
        monkeypatch,
    )
    big = [Frame(np.zeros((512, 512, 3), np.uint8), 1.0)] * 3
    with pytest.raises(ExportError) as caught:
        write_time_lapse(big, tmp_path / "a.mp4", Moving.MP4)
    assert (caught.value.code, caught.value.parameters) == ("video_encoder_failed", {"reason": "no codec"})
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg")
def test_a_real_encoder_makes_a_video(tmp_path: Path) -> None:
    content = write_time_lapse(frames(), tmp_path / "a.mp4", Moving.MP4).path.read_bytes()
    assert content[4:8] == b"ftyp"
