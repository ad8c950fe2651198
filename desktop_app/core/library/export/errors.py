"""What can stop an export that a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.core.faults import Fault
from model_runtime.errors import ArmchairError

Progress = Callable[[int, int], object]
"""Called with how many are done, and of how many (0 = not known)."""
Cancelled = Callable[[], bool]


class ExportError(ArmchairError):
    """Nothing was written.

    nothing_to_export: no picture of the selection can be read.
    sheet_too_large (count): so many pictures fit on no sheet that programs open.
    no_video_encoder: no ffmpeg on this computer. video_encoder_failed (reason): there is one, and it gave up.
    """


class ExportCancelled(ExportError):
    """export_cancelled (done): stopped on demand; nothing was written."""

    def __init__(self, done: int) -> None:
        super().__init__("export_cancelled", done=done)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """Where it is: a file, or a folder; how many pictures are in it; and why some are not."""

    path: Path
    count: int
    faults: tuple[Fault, ...] = field(default=())
