"""From a picture's tokens to the picture: its scores, its pixels and what its file will say."""

from __future__ import annotations

import numpy as np
from PIL import Image

from model_runtime.drawing import Drawing
from model_runtime.errors import UnsupportedOperation
from model_runtime.loaded_model import LoadedModel
from model_runtime.pixels import hide_undrawn, repeat_last_row, whole_rows
from model_runtime.prompt_states import PromptStates
from model_runtime.recipe.record import RunFacts
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage
from model_runtime.scoring import sequence_log_probs


class Developing:
    """Develops the pictures of one run, one at a time."""

    def __init__(self, model: LoadedModel, request: GenerationRequest) -> None:
        self._model = model
        self._request = request

    def check(self, drawing: Drawing) -> None:
        """Raise UnsupportedOperation where activations left the range of float16: all after that is noise."""
        if np.isnan(drawing.log_probs[: drawing.tokens_done]).any():
            raise UnsupportedOperation(
                "precision_unavailable",
                precision=self._model.precision,
                device=self._model.device.type,
                allowed="float32",
            )

    def score_without_prompt(self, prompt: PromptStates, drawing: Drawing) -> None:
        """Fill in the log-probabilities that drawing did not need."""
        model, done = self._model, drawing.tokens_done
        drawing.log_probs_unconditional[:done] = sequence_log_probs(
            model.text_model, prompt.unconditional, drawing.tokens[:done], model.codebook_size
        )

    def finished_picture(self, drawing: Drawing) -> Image.Image:
        """The pixels of all tokens."""
        pixels = self._model.decode(drawing.tokens)
        self._model.learn_rows(drawing.tokens, pixels)
        return Image.fromarray(pixels)

    def unfinished_picture(self, drawing: Drawing) -> Image.Image:
        """The pixels of the whole rows there are, at least one, and flat grey below."""
        length = self._model.image_length
        rows = whole_rows(drawing.tokens_done, length)
        pixels = self._model.decode(repeat_last_row(drawing.tokens, rows))
        return Image.fromarray(hide_undrawn(pixels, rows, length))

    def image(
        self, drawing: Drawing, picture: Image.Image, facts: RunFacts, clip_score: float | None = None
    ) -> GeneratedImage:
        """The picture as results hold it."""
        return GeneratedImage(
            run=facts,
            index=drawing.index,
            seed=drawing.seed,
            image=picture,
            tokens=drawing.tokens,
            tokens_done=drawing.tokens_done,
            log_probs=drawing.log_probs,
            log_probs_unconditional=drawing.log_probs_unconditional,
            fixed_tokens=drawing.fixed if self._request.fixed_tokens is not None else None,
            clip_score=clip_score,
        )
