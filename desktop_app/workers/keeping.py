"""Which pictures of a run are saved, and when."""

from __future__ import annotations

from collections.abc import Callable

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.jobs.job import Job
from model_runtime.events import Event, ImageFinished, RunCancelled, RunFinished, SlotRestarted
from model_runtime.result import GeneratedImage

Keep = Callable[[Job, GeneratedImage], KeptPicture]
"""Makes a picture safe: its file, then its row. What it raises becomes a fault of that picture alone."""


class Keeping:
    """Saves one run's pictures as soon as they are certain to be wanted.

    A finished picture is saved at once. Where only the best are wanted they wait for the judgement; where that never
    comes, all are saved. A run that ended early leaves what its result holds, unfinished ones too.
    """

    def __init__(
        self, job: Job, keep: Keep, kept: Callable[[int, KeptPicture], None], lost: Callable[[int, Fault], None]
    ) -> None:
        """`kept` and `lost` are told of each picture, by its place in the request."""
        self._job = job
        self._keep = keep
        self._kept = kept
        self._lost = lost
        self._tried: set[str] = set()
        self._waiting: dict[int, GeneratedImage] = {}

    def take(self, event: Event) -> None:
        """Save what the event brings."""
        match event:
            case ImageFinished(index, image) if self._job.request.keep is not None:
                self._waiting[index] = image
            case ImageFinished(_, image):
                self._save(image)
            case SlotRestarted(index, _):
                self._waiting.pop(index, None)
            case RunFinished(result) | RunCancelled(result):
                self._waiting.clear()
                for image in result.images:
                    if image.tokens_done:
                        self._save(image)
            case _:
                pass

    def give_up_judging(self) -> None:
        """The run failed: save the finished pictures that waited."""
        waiting, self._waiting = self._waiting, {}
        for image in waiting.values():
            self._save(image)

    def _save(self, image: GeneratedImage) -> None:
        # By its id, not its place: a picture that was drawn anew is another one.
        if self._job.private or image.id in self._tried:
            return
        self._tried.add(image.id)
        try:
            picture = self._keep(self._job, image)
        except Exception as error:
            self._lost(image.index, Fault.of(error))
        else:
            self._kept(image.index, picture)
