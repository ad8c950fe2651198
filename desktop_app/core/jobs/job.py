"""One ask for pictures, from the click to its place in the queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from model_runtime.recipe.record import Parent, new_id, utc_now
from model_runtime.request import GenerationRequest


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """Which model to load and how: an installed id or a folder, and what `from_pretrained` takes beside it."""

    model: str
    device: str = "auto"
    precision: str = "auto"


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """A request waiting for, or in, the engine.

    request: with its first seed chosen, so that what waits is exactly what will be drawn.
    private: drawn and shown, but neither saved nor remembered ("do not keep this run").
    parents: what each picture is made from (a finished one from its unfinished file), or () for none.
    """

    request: GenerationRequest
    model: ModelChoice
    private: bool = False
    parents: tuple[Parent | None, ...] = ()
    id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=utc_now)

    def parent_of(self, index: int) -> Parent | None:
        """What the picture at a place in the request is made from."""
        return self.parents[index] if self.parents else None
