"""Which pictures of a run are saved, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.workers.keeping import Keeping
from desktop_app.workers.picture_passing import Receiver, Sender
from model_runtime import DalleMiniPipeline, GenerationRequest
from model_runtime.events import Event, ImageFinished, RunCancelled, RunFinished, SlotRestarted
from model_runtime.result import GeneratedImage, GenerationResult


class Shelf:
    """Notes what it is given, and breaks on one place."""

    def __init__(self, **changes: Any) -> None:
        values = {"prompt": "a boat", "image_count": 3, "seed": 1, **changes}
        self.job = Job(request=GenerationRequest(**values), model=ModelChoice(model="tiny"))
        self.broken: int | None = None
        self.kept: list[tuple[int, str]] = []
        self.lost: list[tuple[int, str]] = []
        self.keeping = Keeping(
            self.job,
            self.keep,
            lambda index, picture: self.kept.append((index, picture.id)),
            lambda index, fault: self.lost.append((index, fault.code)),
        )

    def keep(self, job: Job, image: GeneratedImage) -> KeptPicture:
        assert job is self.job
        if image.index == self.broken:
            raise RuntimeError("a mistake")
        return KeptPicture(id=image.id, run_id=image.run.run_id, path=Path("/x"), finished=image.finished)


@pytest.fixture(scope="module")
def images(tiny_pipeline: DalleMiniPipeline) -> tuple[GeneratedImage, ...]:
    return tiny_pipeline.generate(GenerationRequest(prompt="a boat", image_count=3, seed=1)).images


def named(images: tuple[GeneratedImage, ...], *places: int) -> list[tuple[int, str]]:
    return [(images[place].index, images[place].id) for place in places]


def end(kind: type, *images: GeneratedImage) -> Event:
    ended: Event = kind(GenerationResult(request=GenerationRequest(prompt="a boat"), images=images))
    return ended


def test_a_finished_picture_is_saved_once_and_at_once(images: tuple[GeneratedImage, ...]) -> None:
    shelf = Shelf()
    shelf.keeping.take(ImageFinished(0, images[0]))
    assert shelf.kept == named(images, 0)
    shelf.keeping.take(end(RunFinished, *images))
    shelf.keeping.give_up_judging()
    assert shelf.kept == named(images, 0, 1, 2)


def test_pictures_wait_for_a_judgement(images: tuple[GeneratedImage, ...]) -> None:
    shelf = Shelf(keep=1)
    for image in images:
        shelf.keeping.take(ImageFinished(image.index, image))
    assert shelf.kept == []
    shelf.keeping.take(end(RunFinished, images[1]))
    shelf.keeping.give_up_judging()
    assert shelf.kept == named(images, 1)


def test_where_no_judgement_comes_all_are_saved(images: tuple[GeneratedImage, ...]) -> None:
    shelf = Shelf(keep=1)
    for image in images:
        shelf.keeping.take(ImageFinished(image.index, image))
    shelf.keeping.take(SlotRestarted(1, 7))  # this one is not wanted any more
    shelf.keeping.give_up_judging()
    assert shelf.kept == named(images, 0, 2)


def test_a_picture_drawn_anew_is_another_picture(
    images: tuple[GeneratedImage, ...], tiny_pipeline: DalleMiniPipeline
) -> None:
    shelf = Shelf()
    again = tiny_pipeline.generate(GenerationRequest(prompt="a boat", seed=7)).images[0]
    shelf.keeping.take(ImageFinished(0, images[0]))
    shelf.keeping.take(SlotRestarted(0, 7))
    shelf.keeping.take(ImageFinished(0, again))
    shelf.keeping.take(end(RunFinished, again, images[1]))
    assert shelf.kept == [*named(images, 0), (0, again.id), *named(images, 1)]


def test_one_that_cannot_be_saved_is_tried_once(images: tuple[GeneratedImage, ...]) -> None:
    shelf = Shelf()
    shelf.broken = 1
    for image in images:
        shelf.keeping.take(ImageFinished(image.index, image))
    shelf.keeping.take(end(RunCancelled, *images))
    assert shelf.kept == named(images, 0, 2)
    assert shelf.lost == [(1, Fault.of(RuntimeError()).code)]


def test_each_picture_crosses_once(tiny_pipeline: DalleMiniPipeline, images: tuple[GeneratedImage, ...]) -> None:
    sender, receiver = Sender(), Receiver()
    asked = GenerationRequest(prompt="a boat", image_count=3, seed=1, keep=2)
    sent = list(tiny_pipeline.stream(asked))
    packed = [sender.pack(event) for event in sent]
    assert all(isinstance(image, str) for image in packed[-1].images)  # type: ignore[union-attr]
    received = [receiver.unpack(event) for event in packed]
    assert received[:-1] == sent[:-1]
    last, original = received[-1], sent[-1]
    assert isinstance(last, RunFinished)
    assert isinstance(original, RunFinished)
    assert last.result.images == original.result.images  # the very objects
    assert (last.result.request, last.result.ranking) == (original.result.request, original.result.ranking)
    # One that was not announced, or is another object by now, crosses with the end.
    assert Sender().pack(end(RunCancelled, *images)).images == images  # type: ignore[union-attr]
