"""One run: from a resolved request to pictures, as a stream of events."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence

from model_runtime.control import RunControl
from model_runtime.developing import Developing
from model_runtime.devices import is_out_of_memory, release_memory
from model_runtime.drawing import Drawing, drawings_of
from model_runtime.errors import OutOfMemory
from model_runtime.events import (
    BatchReduced,
    Event,
    ImageFinished,
    Progress,
    RunCancelled,
    RunFinished,
    SlotRestarted,
    Stage,
    StageChanged,
)
from model_runtime.loaded_model import LoadedModel
from model_runtime.pixels import whole_rows
from model_runtime.previews import Previews
from model_runtime.prompt_states import PromptStates, read_prompt
from model_runtime.ranking import keep_best
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.result import GeneratedImage, GenerationResult
from model_runtime.slots import Slots


class Run:
    """Draws one request. `events` is called once; nothing happens between the events that are asked for."""

    def __init__(
        self,
        model: LoadedModel,
        request: GenerationRequest,
        control: RunControl,
        *,
        batch: int,
        previews: bool,
        watch: Sequence[int] = (),
    ) -> None:
        """`request` is resolved for `model`; `control` is claimed."""
        self._model = model
        self._request = request
        self._control = control
        self._batch = min(batch, request.image_count)
        self._with_previews = previews
        self._watch = watch
        self._sampling = request.sampling or SamplingSettings()
        self._facts = model.facts(request.prompt, self._sampling, self._batch)
        self._developing = Developing(model, request)
        self._drawings = drawings_of(request, model.image_length)
        self._complete: deque[Drawing] = deque()
        self._images: dict[int, GeneratedImage] = {}
        self._stage: Stage | None = None

    def events(self) -> Iterator[Event]:
        """Ends with one RunFinished or RunCancelled. Raises OutOfMemory where no smaller batch helps."""
        try:
            yield from self._events()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise OutOfMemory("out_of_memory", device=self._model.device.type, batch=1) from error

    def _events(self) -> Iterator[Event]:
        yield from self._enter("encoding")
        prompt = read_prompt(self._model.text_model, self._model.tokenizer, self._request.prompt)
        yield from self._enter("drawing")
        previews = self._previews() if self._with_previews else None
        slots: Slots | None = None
        yield self._progress()
        while True:
            if self._control.cancelled:
                yield RunCancelled(self._result(self._finished_images()))
                return
            if self._control.stopping:
                yield from self._stop(prompt, slots)
                return
            try:
                slots = slots or self._slots(prompt)
                for index, seed in self._control.take_restarts():
                    slots.restart(index, seed)
                    yield from self._forget(index, seed, previews)
                if self._complete:
                    yield from self._develop(prompt)
                    continue
                if slots.finished:
                    break
                yield from self._enter("drawing")
                moved = slots.step()
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or self._batch == 1:
                    raise
            else:
                yield from slots.take_watched()
                yield from self._look(moved, previews)
                continue
            # Outside the handler: while an error is handled, it holds on to the memory it was raised for.
            slots = None
            yield self._reduce_batch()
        yield from self._finish()

    def _slots(self, prompt: PromptStates) -> Slots:
        return Slots(
            self._model.text_model,
            prompt,
            self._sampling,
            self._drawings,
            slots=self._batch,
            codebook_size=self._model.codebook_size,
            watch=self._watch,
        )

    def _enter(self, stage: Stage) -> Iterator[Event]:
        if stage != self._stage:
            self._stage = stage
            yield StageChanged(stage)

    def _progress(self) -> Progress:
        done = sum(drawing.tokens_done for drawing in self._drawings)
        return Progress(done, len(self._drawings) * self._model.image_length)

    def _previews(self) -> Previews:
        model = self._model
        return Previews(
            model.row_table(),
            model.image_length,
            decode=model.decode,
            seconds_to_decode=model.seconds_to_decode,
        )

    def _forget(self, index: int, seed: int, previews: Previews | None) -> Iterator[Event]:
        """A picture starts over, in whatever state it was."""
        self._images.pop(index, None)
        self._complete = deque(drawing for drawing in self._complete if drawing.index != index)
        if previews is not None:
            previews.forget(index)
        yield SlotRestarted(index, seed)
        yield self._progress()

    def _look(self, moved: Sequence[Drawing], previews: Previews | None) -> Iterator[Event]:
        """What a step brought: rows, progress, pictures complete, now and then a real decode."""
        self._complete.extend(drawing for drawing in moved if drawing.finished)
        rows = [] if previews is None else [previews.row(drawing) for drawing in moved]
        yield from (row for row in rows if row is not None)
        yield self._progress()
        # A decode cannot be broken off: somebody who stops now would wait for it.
        ending = self._control.cancelled or self._control.stopping
        full = None if previews is None or ending else previews.full(moved)
        if full is not None:
            yield full

    def _reduce_batch(self) -> BatchReduced:
        """Halve the batch; pictures on their way start over, complete ones are kept."""
        release_memory(self._model.device)
        self._batch = max(1, self._batch // 2)
        self._facts = dataclasses.replace(self._facts, batch=self._batch)
        for drawing in self._drawings:
            if not drawing.finished:
                drawing.start_over()
        return BatchReduced(self._batch)

    def _develop(self, prompt: PromptStates) -> Iterator[Event]:
        """Score, decode and announce the next complete picture, which waits on where memory runs short."""
        drawing = self._complete[0]
        yield from self._score(prompt, drawing)
        yield from self._enter("decoding")
        picture = self._developing.finished_picture(drawing)
        clip_score = None
        if self._request.rank == "clip":
            yield from self._enter("ranking")
            clip_score = self._model.clip().score(self._request.prompt, picture)
        image = self._developing.image(drawing, picture, self._facts, clip_score)
        self._images[drawing.index] = image
        self._complete.popleft()
        yield ImageFinished(drawing.index, image)

    def _score(self, prompt: PromptStates, drawing: Drawing) -> Iterator[Event]:
        self._developing.check(drawing)
        if self._sampling.condition_scale == 1.0:
            yield from self._enter("scoring")
            self._developing.score_without_prompt(prompt, drawing)

    def _stop(self, prompt: PromptStates, slots: Slots | None) -> Iterator[Event]:
        """Keep the finished pictures, and of the others their whole rows."""
        while self._complete:
            yield from self._develop(prompt)
        images = dict(self._images)
        for drawing in self._drawings:
            rows = whole_rows(drawing.tokens_done, self._model.image_length)
            if drawing.finished or rows == 0 or slots is None:
                continue
            slots.collect(drawing)
            drawing.tokens_done = rows * self._model.side
            yield from self._score(prompt, drawing)
            yield from self._enter("decoding")
            picture = self._developing.unfinished_picture(drawing)
            images[drawing.index] = self._developing.image(drawing, picture, self._facts)
        yield RunCancelled(self._result([images[index] for index in sorted(images)]))

    def _finish(self) -> Iterator[Event]:
        images = self._finished_images()
        if self._request.rank is None:
            yield RunFinished(self._result(images))
            return
        yield from self._enter("ranking")
        kept, ranking = keep_best(images, self._request.rank, self._request.keep)
        yield RunFinished(self._result(kept, ranking))

    def _finished_images(self) -> list[GeneratedImage]:
        return [self._images[index] for index in sorted(self._images)]

    def _result(self, images: Sequence[GeneratedImage], ranking: tuple[int, ...] = ()) -> GenerationResult:
        # With the seeds of restarts, so that drawing the request again gives these pictures.
        seeds = tuple(drawing.seed for drawing in self._drawings)
        request = dataclasses.replace(self._request, seed=seeds[0], seeds=seeds)
        return GenerationResult(request=request, images=tuple(images), ranking=ranking)
