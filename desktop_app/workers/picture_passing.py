"""Events on their way through the pipe: each finished picture crosses once.

A run's last event names the pictures that were announced before, instead of holding their pixels again; on the
other side it gets the very objects back. Pixels cross as raw bytes, which is how Pillow pickles its images.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from model_runtime.events import Event, ImageFinished, RunCancelled, RunFinished
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage, GenerationResult


@dataclass(frozen=True, kw_only=True, eq=False)
class PackedEnd:
    """RunFinished or RunCancelled; a picture that has crossed already is named by its id."""

    cancelled: bool
    request: GenerationRequest
    images: tuple[GeneratedImage | str, ...]
    ranking: tuple[int, ...]


PackedEvent = Event | PackedEnd


class Sender:
    """Packs the events of one run, in their order."""

    def __init__(self) -> None:
        self._sent: dict[str, GeneratedImage] = {}

    def pack(self, event: Event) -> PackedEvent:
        """What to send in place of `event`."""
        if isinstance(event, ImageFinished):
            self._sent[event.image.id] = event.image
        if isinstance(event, RunFinished | RunCancelled):
            result = event.result
            return PackedEnd(
                cancelled=isinstance(event, RunCancelled),
                request=result.request,
                images=tuple(self._name(image) for image in result.images),
                ranking=result.ranking,
            )
        return event

    def _name(self, image: GeneratedImage) -> GeneratedImage | str:
        # A picture that got a score meanwhile keeps its id but is another object: it crosses again.
        return image.id if self._sent.get(image.id) is image else image


class Receiver:
    """Unpacks the events of one run, in their order."""

    def __init__(self) -> None:
        self._received: dict[str, GeneratedImage] = {}

    def unpack(self, packed: PackedEvent) -> Event:
        """The event as the engine gave it."""
        if isinstance(packed, ImageFinished):
            self._received[packed.image.id] = _frozen(packed.image)
        if not isinstance(packed, PackedEnd):
            return packed
        images = tuple(self._received[image] if isinstance(image, str) else _frozen(image) for image in packed.images)
        result = GenerationResult(request=packed.request, images=images, ranking=packed.ranking)
        return RunCancelled(result) if packed.cancelled else RunFinished(result)


def _frozen(image: GeneratedImage) -> GeneratedImage:
    """The picture with its arrays read-only again: pickling forgets that."""
    for field in dataclasses.fields(image):
        value = getattr(image, field.name)
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return image
