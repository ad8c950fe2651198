"""Writing frames as an animated GIF or WebP, or as MP4 where ffmpeg is installed; whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from desktop_app.core.library.export.errors import Cancelled, ExportCancelled, Exported, ExportError, Progress
from desktop_app.core.library.export.marks import photo_marks
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.export.time_lapse.video import encode_video, find_encoder
from model_runtime.recipe.exclusive import write_exclusive

MAX_FRAMES = 2000
MAX_SECONDS = 60.0
"""Of one frame."""


class Frame(NamedTuple):
    """pixels: uint8 (height, width, 3), every frame of one size. seconds: how long it is shown."""

    pixels: npt.NDArray[np.uint8]
    seconds: float


class Moving(StrEnum):
    """What a time-lapse can be; the value is the ending."""

    GIF = "gif"
    WEBP = "webp"
    MP4 = "mp4"


def available_kinds() -> tuple[Moving, ...]:
    """What can be written on this computer."""
    return tuple(kind for kind in Moving if kind is not Moving.MP4 or find_encoder() is not None)


def write_time_lapse(
    frames: Iterable[Frame],
    target: Path,
    kind: Moving,
    *,
    total: int = 0,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Exported:
    """Write the frames and return where: `target`, or `-2`, `-3`, … where that is taken.

    total: how many frames will come, for `progress`; 0 = not known. GIF and WebP repeat for ever. Raises ExportError
    (nothing_to_export; no_video_encoder, video_encoder_failed), ExportCancelled, OSError where the disk refuses, and
    what the iterator raises; then there is no file. ValueError: frames that differ in shape, or too many.
    """
    if kind is Moving.MP4 and find_encoder() is None:
        raise ExportError("no_video_encoder")
    checked = _Checked(frames, total, progress, cancelled)
    if kind is Moving.MP4:
        path = write_exclusive(target, lambda file: encode_video(iter(checked), file))
    else:
        path = write_exclusive(target, lambda file: _animate(checked, kind, file))
    progress(checked.count, checked.count)
    return Exported(path=path, count=checked.count)


class _Checked:
    """The frames, looked at as they pass."""

    def __init__(self, frames: Iterable[Frame], total: int, progress: Progress, cancelled: Cancelled) -> None:
        self._frames, self._total, self._progress, self._cancelled = frames, total, progress, cancelled
        self.count = 0

    def __iter__(self) -> Iterator[Frame]:
        shape: tuple[int, ...] | None = None
        for frame in self._frames:
            if self._cancelled():
                raise ExportCancelled(self.count)
            self._progress(self.count, self._total)
            pixels = frame.pixels
            shape = shape or pixels.shape
            if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape != shape or pixels.shape[2] != 3:
                raise ValueError(f"frame {self.count}: {pixels.dtype} {pixels.shape}")
            if not 0 < frame.seconds <= MAX_SECONDS or self.count >= MAX_FRAMES:
                raise ValueError(f"frame {self.count}: {frame.seconds} s")
            self.count += 1
            yield frame
        if not self.count:
            raise ExportError("nothing_to_export")


def _animate(frames: _Checked, kind: Moving, file: BinaryIO) -> None:
    held: list[Image.Image] = []
    milliseconds: list[int] = []
    for frame in frames:
        # GIF counts in hundredths, and browsers take less than two of them for ten.
        shown = max(20, round(frame.seconds * 100) * 10) if kind is Moving.GIF else max(1, round(frame.seconds * 1000))
        image = Image.fromarray(frame.pixels)
        if kind is Moving.GIF:  # 256 colours of its own for each frame
            image = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
        held.append(image)
        milliseconds.append(shown)
    mark = photo_marks(PictureForExport(path=Path()), held[0].size, bare=True)
    extras = {"optimize": False, "disposal": 1} if kind is Moving.GIF else {"quality": 90, "method": 4, **mark}
    held[0].save(
        file,
        format=kind.name,
        save_all=True,
        append_images=held[1:],
        duration=milliseconds,
        loop=0,
        **extras,
    )
