"""What a request will cost, from three timed steps and from shapes."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, pairwise
from statistics import median

from model_runtime.drawing import drawings_of
from model_runtime.loaded_model import LoadedModel
from model_runtime.prompt_states import read_prompt
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.slots import Slots

TIMED_STEPS = 3

WIDE_LAYERS = 6
"""About so many arrays of the VQGAN decoder's widest layer live at once."""

CROWD = 4
"""From about so many rows on, a pass over many tokens costs as much a token as a step does a row."""


@dataclass(frozen=True)
class Estimate:
    """`seconds` from the request to the last picture; `peak_bytes` of memory, the model included."""

    seconds: float
    peak_bytes: int


class Estimator:
    """Times each batch size and setting of one model once."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._known: dict[tuple[int, SamplingSettings], tuple[float, float]] = {}

    def estimate(self, request: GenerationRequest, *, batch: int) -> Estimate:
        """For a resolved request, drawn `batch` at once at most; without previews, CLIP and restarts."""
        model = self._model
        sampling = request.sampling or SamplingSettings()
        batch = min(batch, request.image_count)
        paired = sampling.condition_scale != 1.0
        if (batch, sampling) not in self._known:
            self._known[batch, sampling] = self._time(request, sampling, batch)
        reading, step = self._known[batch, sampling]
        steps: dict[int, int] = defaultdict(int)
        for drawing in drawings_of(request, model.image_length):
            # One pass for the fixed beginning, then a step a token.
            steps[drawing.index % batch] += model.image_length - drawing.prefix + (drawing.prefix > 0)
        each = model.seconds_to_decode
        if not paired:
            each += step * model.image_length / max(CROWD, batch)
        seconds = reading + step * max(steps.values()) + each * request.image_count
        return Estimate(seconds, self._peak(batch * (2 if paired else 1)))

    def _time(self, request: GenerationRequest, sampling: SamplingSettings, batch: int) -> tuple[float, float]:
        """Seconds to read the prompt, seconds a step; the first step warms up and is not counted."""
        model = self._model
        begin = time.monotonic()
        prompt = read_prompt(model.text_model, model.tokenizer, request.prompt)
        slots = Slots(
            model.text_model,
            prompt,
            sampling,
            drawings_of(request, model.image_length),
            slots=batch,
            codebook_size=model.codebook_size,
        )
        slots.step()
        marks = [time.monotonic()]
        while len(marks) <= TIMED_STEPS and not slots.finished:
            slots.step()
            marks.append(time.monotonic())
        took = [after - before for before, after in pairwise(marks)]
        return marks[0] - begin, median(took or [marks[0] - begin])

    def _peak(self, rows: int) -> int:
        model, config = self._model, self._model.vqgan.config
        parameters = chain(model.text_model.parameters(), model.vqgan.parameters())
        weights = sum(parameter.nbytes for parameter in parameters)
        widest = config.resolution**2 * config.ch * config.ch_mult[0] * 4
        # Drawing and decoding overlap: a picture is decoded while the others' rows stay.
        return weights + rows * model.bytes_per_row() + WIDE_LAYERS * widest
