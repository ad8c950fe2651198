"""The engine's public face: a loaded model that draws, scores, decodes and encodes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from model_runtime.bounds import whole_number
from model_runtime.control import RunControl
from model_runtime.devices import choose_device, choose_precision
from model_runtime.errors import GenerationCancelled, InvalidRequest, UnsupportedOperation
from model_runtime.estimate import Estimate, Estimator
from model_runtime.events import Event, RunCancelled, RunFinished
from model_runtime.loaded_model import LoadedModel
from model_runtime.looking import look_at
from model_runtime.model_store.lookup import find_model
from model_runtime.pixels import encode_picture
from model_runtime.prompt_states import read_prompt
from model_runtime.request import GenerationRequest, SamplingSettings, resolve
from model_runtime.result import GenerationResult
from model_runtime.run import Run
from model_runtime.scoring import Score, sequence_log_probs, teacher_forced_logits

ImageTokens = npt.NDArray[np.integer] | Sequence[int] | Sequence[Sequence[int]]


class DalleMiniPipeline:
    """One model, ready to draw. Build it with `from_pretrained`; use it from one thread at a time.

    device, precision: what was picked. defaults: the sampling that a request without its own gets.
    image_length: tokens a picture. codebook_size: tokens are 0..codebook_size-1. model_id: as recipes
    name it. batch_limit: pictures drawn at once at most; may be set, and then holds from the next run on.
    """

    def __init__(self, model: LoadedModel) -> None:
        description = model.folder.description
        self._model = model
        self._estimator = Estimator(model)
        self.device = str(model.device)
        self.precision = model.precision
        self.defaults: SamplingSettings = description.defaults
        self.image_length = model.image_length
        self.codebook_size = model.codebook_size
        self.model_id = description.id
        self.batch_limit = model.batch_limit

    @classmethod
    def from_pretrained(
        cls,
        model: str | os.PathLike[str],
        *,
        device: str = "auto",
        precision: str = "auto",
        models_dir: str | os.PathLike[str] | None = None,
        vqgan: str | os.PathLike[str] | None = None,
        clip: str | os.PathLike[str] | None = None,
        download: bool = False,
    ) -> DalleMiniPipeline:
        """Load a model: an existing folder, else an installed id such as "starter", else a hub name.

        `models_dir`: where installed models lie beside those that ship. `vqgan`, `clip`: folders that
        take the place of the model's own; a bare official DalleBart folder needs `vqgan`. device: "auto",
        "cpu", "cuda", "cuda:1", "mps". precision: "auto", "float32", "bfloat16", "float16", "int8".

        Raises ModelNotInstalled (downloads only with `download`), CorruptCheckpoint, UnsupportedConfig,
        UnsupportedOperation for a device, a precision or a part that is not there, InvalidRequest for an
        unknown precision.
        """
        chosen = choose_device(device)
        picked = choose_precision(precision, chosen)
        folder = find_model(model, models_dir=models_dir, vqgan=vqgan, clip=clip, download=download)
        return cls(LoadedModel(folder, device=chosen, precision=picked))

    def generate(self, request: GenerationRequest, control: RunControl | None = None) -> GenerationResult:
        """Draw all pictures of `request` and wait for them.

        With a control, stop_and_keep returns what is there and cancel raises GenerationCancelled. Raises
        InvalidRequest where the request does not fit the model, OutOfMemory, UnsupportedOperation.
        """
        for event in self.stream(request, control, previews=False):
            if isinstance(event, RunFinished):
                return event.result
            if isinstance(event, RunCancelled):
                if control is not None and control.cancelled:
                    done = len(event.result.images)
                    raise GenerationCancelled("cancelled", done=done, total=request.image_count)
                return event.result
        raise RuntimeError("a stream ends with RunFinished or RunCancelled")

    def stream(
        self,
        request: GenerationRequest,
        control: RunControl | None = None,
        *,
        previews: bool = True,
        watch: Sequence[int] = (),
    ) -> Iterator[Event]:
        """Draw `request`, telling of everything on the way; the last event is RunFinished or RunCancelled.

        `control` steers this run and no other. `watch`: token positions of the first picture at which LogitsKept
        tells what the choice looked at; it changes no token. The request, the positions and the control are
        checked before the first event; raises as `generate` does.
        """
        resolved = self.resolve(request)
        watched = [whole_number("watch", position, 0, self.image_length - 1) for position in watch]
        if resolved.rank == "clip":
            self._model.clip()
        control = control or RunControl()
        control.claim(resolved.image_count)
        run = Run(self._model, resolved, control, batch=self.batch_limit, previews=previews, watch=watched)
        return run.events()

    def resolve(self, request: GenerationRequest) -> GenerationRequest:
        """The request with nothing left open, as results and recipes hold it. Raises InvalidRequest."""
        return resolve(
            request,
            defaults=self.defaults,
            image_length=self.image_length,
            codebook_size=self.codebook_size,
        )

    def score(self, prompt: str, tokens: ImageTokens) -> Score:
        """Log-probabilities of given tokens (image_length,) or (count, image_length), in their shape."""
        pictures = self._tokens(tokens)
        states = read_prompt(self._model.text_model, self._model.tokenizer, prompt)
        both = [
            np.stack(
                [sequence_log_probs(self._model.text_model, text, picture, self.codebook_size) for picture in pictures]
            )
            for text in (states.conditional, states.unconditional)
        ]
        shape = np.shape(tokens)
        return Score(both[0].reshape(shape), both[1].reshape(shape))

    def decode(self, tokens: ImageTokens) -> list[Image.Image]:
        """Whole pictures' tokens, (image_length,) or (count, image_length), to RGB pictures."""
        return [Image.fromarray(self._model.decode(picture)) for picture in self._tokens(tokens)]

    def look(self, tokens: ImageTokens, *, coarse: bool = False) -> npt.NDArray[np.uint8]:
        """The first tokens (count,) of a picture as pixels (height, width, 3); what is not drawn is grey.

        Whole rows are decoded, as a full preview does. `coarse`: every token's own patch instead, at once.
        """
        given = np.asarray(tokens)
        if given.ndim != 1 or len(given) > self.image_length:
            raise InvalidRequest(
                "wrong_shape", field="tokens", value=given.shape, allowed=f"at most {self.image_length} tokens"
            )
        return look_at(self._model, self._valid(given), coarse=coarse)

    def encode(self, picture: Image.Image) -> npt.NDArray[np.uint16]:
        """The tokens (image_length,) of the picture's middle square, scaled to the model's resolution.

        Turned upright by its EXIF data first; what is transparent becomes white. Raises
        UnsupportedOperation where the model's VQGAN can only decode.
        """
        codes = encode_picture(self._model.vqgan, picture)
        if len(codes) != self.image_length or int(codes.max()) >= self.codebook_size:
            raise UnsupportedOperation("codes_do_not_fit", model=self.model_id)
        return codes

    def logits_at(
        self, prompt: str, tokens: ImageTokens, position: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """What the choice of token `position` looks at: raw logits with and without the prompt.

        `tokens` (n,) holds at least the `position` tokens before it; the others are not looked at.
        Each result is float32 (codebook_size,).
        """
        position = whole_number("position", position, 0, self.image_length - 1)
        given = np.asarray(tokens)
        if given.ndim != 1 or len(given) < position:
            allowed = f"at least {position} tokens"
            raise InvalidRequest("wrong_shape", field="tokens", value=given.shape, allowed=allowed)
        # The token at the position itself is never fed: any will do.
        before = np.zeros(position + 1, np.int64)
        before[:position] = self._valid(given[:position])
        states = read_prompt(self._model.text_model, self._model.tokenizer, prompt)
        conditional, unconditional = (
            teacher_forced_logits(self._model.text_model, text, before, self.codebook_size)[-1].cpu().numpy()
            for text in (states.conditional, states.unconditional)
        )
        return conditional, unconditional

    def estimate(self, request: GenerationRequest) -> Estimate:
        """Seconds and bytes that `generate` will take; the first call for a batch size draws a few tokens."""
        return self._estimator.estimate(self.resolve(request), batch=self.batch_limit)

    def _tokens(self, tokens: ImageTokens) -> npt.NDArray[np.int64]:
        """Checked, (count, image_length)."""
        array = np.asarray(tokens)
        if array.ndim not in (1, 2) or array.shape[-1] != self.image_length:
            allowed = f"({self.image_length},) or (count, {self.image_length})"
            raise InvalidRequest("wrong_shape", field="tokens", value=array.shape, allowed=allowed)
        return self._valid(array).reshape(-1, self.image_length)

    def _valid(self, tokens: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
        if tokens.size and tokens.dtype.kind not in "iu":
            raise InvalidRequest("not_an_integer", field="tokens", value=str(tokens.dtype))
        plain = tokens.astype(np.int64)
        wrong = plain[(plain < 0) | (plain >= self.codebook_size)]
        if wrong.size:
            allowed = f"from 0 to {self.codebook_size - 1}"
            raise InvalidRequest("out_of_range", field="tokens", value=int(wrong[0]), allowed=allowed)
        return plain
