"""Which pictures are best: by what the prompt adds to their likelihood, or by CLIP."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor

from model_runtime.errors import CorruptCheckpoint
from model_runtime.request import Rank
from model_runtime.result import GeneratedImage


def ranked(images: Sequence[GeneratedImage], rank: Rank) -> tuple[int, ...]:
    """Places in `images`, best first; equal ones in request order, those without a score last."""
    scores = [image.clip_score if rank == "clip" else image.likelihood_gain for image in images]
    known = [-math.inf if score is None or math.isnan(score) else score for score in scores]
    return tuple(sorted(range(len(images)), key=lambda place: -known[place]))


def keep_best(
    images: Sequence[GeneratedImage], rank: Rank, keep: int | None
) -> tuple[tuple[GeneratedImage, ...], tuple[int, ...]]:
    """The `keep` best pictures (None = all) in their old order, and the places among them, best first."""
    best = ranked(images, rank)[:keep]
    places = sorted(best)
    return tuple(images[place] for place in places), tuple(places.index(place) for place in best)


class ClipJudge:
    """Cosine between a picture and its prompt, by a CLIP in transformers' folder layout.

    `preprocessor_config.json` says how pictures are scaled, `tokenizer.json` how text is cut.
    """

    def __init__(self, folder: Path, device: torch.device) -> None:
        """Raises CorruptCheckpoint where a file is missing or damaged."""
        # Only this ranking needs transformers, and importing it takes seconds.
        from transformers import CLIPModel  # noqa: PLC0415
        from transformers.utils import logging  # noqa: PLC0415

        settings = _read_json(folder / "preprocessor_config.json")
        bars: Any = logging
        bars_shown = bars.is_progress_bar_enabled()
        bars.disable_progress_bar()  # a library does not write to its caller's terminal
        try:
            self._size = _edge(settings["size"], "shortest_edge")
            self._crop = _edge(settings.get("crop_size", self._size), "height")
            self._mean = np.array(settings["image_mean"], np.float32)
            self._std = np.array(settings["image_std"], np.float32)
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            model: Any = CLIPModel.from_pretrained(
                str(folder), local_files_only=True, use_safetensors=True, dtype=torch.float32
            )
        except Exception as error:  # what a damaged file raises is nowhere said
            raise CorruptCheckpoint("corrupt_file", file=str(folder), reason=str(error)) from error
        finally:
            if bars_shown:
                bars.enable_progress_bar()
        self._device = device
        self._model = model.eval().requires_grad_(False).to(device)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._model.config.text_config.max_position_embeddings)

    @torch.inference_mode()
    def score(self, prompt: str, picture: Image.Image) -> float:
        """Between -1 and 1; about 0.2 to 0.35 for a picture that fits."""
        tokens = torch.tensor([self._tokenizer.encode(prompt).ids], device=self._device)
        output = self._model(input_ids=tokens, pixel_values=self._pixels(picture)[None])
        return float(torch.cosine_similarity(output.text_embeds, output.image_embeds)[0])

    def _pixels(self, picture: Image.Image) -> Tensor:
        """(3, height, width): the shorter edge scaled, the middle cut out, channels normalised."""
        scale = self._size / min(picture.size)
        width, height = (max(self._crop, round(edge * scale)) for edge in picture.size)
        scaled = picture.convert("RGB").resize((width, height), Image.Resampling.BICUBIC)
        left, top = (width - self._crop) // 2, (height - self._crop) // 2
        middle = scaled.crop((left, top, left + self._crop, top + self._crop))
        values = (np.asarray(middle, np.float32) / 255 - self._mean) / self._std
        return torch.from_numpy(values).permute(2, 0, 1).to(self._device)


def _edge(size: Any, key: str) -> int:
    """Sizes are numbers in old files and objects in newer ones."""
    return int(size[key] if isinstance(size, dict) else size)


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptCheckpoint("corrupt_file", file=str(file), reason=str(error)) from error
