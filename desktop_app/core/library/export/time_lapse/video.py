"""MP4 by the ffmpeg that is installed: raw frames go in through a pipe, nothing else is asked of it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from desktop_app.core.library.export.errors import ExportError

if TYPE_CHECKING:
    from desktop_app.core.library.export.time_lapse.write_time_lapse import Frame

RATE = 30
"""Frames a second; one that is shown longer is sent as often as it takes."""
_PATIENCE = 60.0
"""Seconds for the encoder to end once it has every frame."""


def find_encoder() -> str | None:
    """Where ffmpeg is, None where it is not installed."""
    return shutil.which("ffmpeg")


def encode_video(frames: Iterator[Frame], file: BinaryIO) -> None:
    """Encode the frames as H.264 that every player shows, and write the video to `file`.

    Raises ExportError (no_video_encoder, video_encoder_failed), OSError, and what the frames raise; the encoder has
    ended then.
    """
    encoder = find_encoder()
    if encoder is None:
        raise ExportError("no_video_encoder")
    first = next(frames)
    height, width, _ = first.pixels.shape
    with tempfile.TemporaryDirectory(prefix="armchair-video-") as folder:
        video = Path(folder) / "video.mp4"  # MP4 is finished at its beginning, which a pipe does not allow
        command = [encoder, "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        command += ["-s", f"{width}x{height}", "-r", str(RATE), "-i", "pipe:0", "-an"]
        command += [
            "-vf",
            "pad=ceil(iw/2)*2:ceil(ih/2)*2",
            "-pix_fmt",
            "yuv420p",
            "-movflags",
            "+faststart",
            str(video),
        ]
        _run(command, chain((first,), frames))
        with video.open("rb") as made:
            shutil.copyfileobj(made, file)


def _run(command: list[str], frames: Iterator[Frame]) -> None:
    process = subprocess.Popen(  # noqa: S603  # found on PATH, arguments of our own
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    complaints: list[bytes] = []
    assert process.stdin is not None and process.stderr is not None  # noqa: S101  # asked for above
    # Read beside the writing: an encoder whose complaints nobody reads waits, and so would we.
    listener = threading.Thread(target=lambda held=process.stderr: complaints.append(held.read()), daemon=True)
    listener.start()
    try:
        try:
            for frame in frames:
                content = frame.pixels.tobytes()
                for _ in range(max(1, round(frame.seconds * RATE))):
                    process.stdin.write(content)
            process.stdin.close()
        except BrokenPipeError:  # it gave up; why, it has told
            pass
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        raise ExportError("video_encoder_failed", reason=f"no answer within {_PATIENCE:g} s") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        listener.join()
        for pipe in (process.stdin, process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    if process.returncode != 0:
        told = b"".join(complaints).decode("utf-8", "replace").strip().splitlines()
        raise ExportError("video_encoder_failed", reason=told[-1][:300] if told else str(process.returncode))
