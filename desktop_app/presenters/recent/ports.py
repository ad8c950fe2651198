"""What the recent runs need of the library. Everything here is called from a background thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the window is painted before SQLite and Pillow are needed
    from desktop_app.core.library.records import GenerationRecord, ImageRecord
    from desktop_app.core.library.trash import Deletion


class RunSource(Protocol):
    """The catalogue's reading side."""

    def recent_runs(self, limit: int, before: GenerationRecord | None = None) -> Sequence[GenerationRecord]:
        """The newest runs, newest first; `before`: only those that come after it in that order."""

    def run(self, run_id: str) -> GenerationRecord | None:
        """One run, or None where it is not known (any more)."""


class Trash(Protocol):
    """Where deleted pictures go, and come back from."""

    def delete(self, image_ids: Sequence[str]) -> Deletion:
        """Put pictures away; those that could not be are among the deletion's faults."""

    def undo(self, deletion: Deletion) -> tuple[list[ImageRecord], Deletion]:
        """Put them back: the rows, and what is left of the deletion."""
