"""What the queue needs of storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from desktop_app.core.jobs.job import Job

if TYPE_CHECKING:  # the window is painted before SQLite is needed
    from desktop_app.core.jobs.job_store import RestoredQueue


class JobStore(Protocol):
    """Keeps the jobs that are not done yet past the program's end; all may raise. Unknown ids are ignored."""

    def restore(self) -> RestoredQueue:
        """What waited when the program ended; called once, at the start."""

    def add(self, job: Job) -> None:
        """Put a job at the end; a private one is not written at all."""

    def remove(self, job_id: str) -> None:
        """Take a job out."""

    def mark_running(self, job_id: str) -> None:
        """Note that the engine has the job."""

    def arrange(self, job_ids: Sequence[str]) -> None:
        """Put jobs in this order."""
