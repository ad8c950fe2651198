"""What decides a picture: the request, as asked and as resolved.

The same object is asked for, queued, run and stored. `resolve` turns one that leaves things open into
one that leaves nothing to chance: drawing a resolved request again gives the same tokens.
"""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from model_runtime.bounds import (
    TokenArray,
    choice,
    finite_number,
    frozen_tokens,
    text,
    token_array,
    whole_number,
)
from model_runtime.errors import InvalidRequest

Rank = Literal["likelihood", "clip"]

MAX_PROMPT = 100_000
"""Characters; the models read 64 tokens, and every picture's file carries the whole prompt."""
MAX_IMAGES = 64
MAX_SEED = 2**53 - 1
"""The largest seed that every JSON reader keeps exactly."""
DRAWN_SEEDS = 2**32
"""Seeds drawn by the program stay below this, short enough to read aloud."""
MAX_CONDITION_SCALE = 100.0


def _set(target: object, **values: object) -> None:
    """Store normalised values in a frozen dataclass, from its own __post_init__ only."""
    for name, value in values.items():
        object.__setattr__(target, name, value)


@dataclass(frozen=True, kw_only=True)
class SamplingSettings:
    """How a token is chosen from the logits; raises InvalidRequest on values that cannot be used.

    The order is: super conditioning, temperature, top_k, top_p. `temperature` > 0; `top_k` >= 1 and
    0 < `top_p` <= 1, None = off (a top_k beyond the codebook is the same as off); `condition_scale`
    0..100, where 1 = off, 0 = without the prompt.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    condition_scale: float = 1.0

    def __post_init__(self) -> None:
        temperature = finite_number("temperature", self.temperature)
        if temperature <= 0:
            raise InvalidRequest("out_of_range", field="temperature", value=temperature, allowed="above 0")
        top_k = None if self.top_k is None else whole_number("top_k", self.top_k, 1)
        top_p = None if self.top_p is None else finite_number("top_p", self.top_p)
        if top_p is not None and not 0 < top_p <= 1:
            raise InvalidRequest("out_of_range", field="top_p", value=top_p, allowed="above 0, at most 1")
        scale = finite_number("condition_scale", self.condition_scale)
        if not 0 <= scale <= MAX_CONDITION_SCALE:
            allowed = f"from 0 to {MAX_CONDITION_SCALE:g}"
            raise InvalidRequest("out_of_range", field="condition_scale", value=scale, allowed=allowed)
        _set(self, temperature=temperature, top_k=top_k, top_p=top_p, condition_scale=scale)


@dataclass(frozen=True, kw_only=True, eq=False)
class GenerationRequest:
    """Pictures to draw from one prompt; raises InvalidRequest on anything that cannot be drawn.

    prompt: any text up to MAX_PROMPT characters, taken as it is. image_count: 1..64.
    seed: 0..2**53-1, picture i draws with seed + i; None = drawn when the request is resolved.
    seeds: one seed a picture; overrides `seed`.
    sampling: None = the model's defaults.
    fixed_tokens: integers (image_length,) for all or (image_count, image_length), -1 = free, the others
        are kept; stored as read-only int32. The model's length and codebook are checked by `resolve`.
    rank: order the pictures by likelihood gain or by CLIP; None = not ranked.
    keep: the number of best pictures to keep, 1..image_count, None = all; without `rank` the likelihood
        gain decides, since it needs nothing but the model.
    """

    prompt: str
    image_count: int = 1
    seed: int | None = None
    seeds: tuple[int, ...] | None = None
    sampling: SamplingSettings | None = None
    fixed_tokens: TokenArray | None = None
    rank: Rank | None = None
    keep: int | None = None

    def __post_init__(self) -> None:
        prompt = text("prompt", self.prompt, MAX_PROMPT)
        count = whole_number("image_count", self.image_count, 1, MAX_IMAGES)
        seeds = None if self.seeds is None else _seeds(self.seeds, count)
        # The last picture's seed must be a seed too; `seeds` leaves nothing to count up from.
        last = MAX_SEED if seeds is not None else MAX_SEED - (count - 1)
        seed = None if self.seed is None else whole_number("seed", self.seed, 0, last)
        sampling: object = self.sampling
        if sampling is not None and not isinstance(sampling, SamplingSettings):
            raise InvalidRequest("unknown_choice", field="sampling", value=sampling, allowed="SamplingSettings")
        fixed = self.fixed_tokens
        if fixed is not None:
            fixed = token_array("fixed_tokens", fixed, count)
        if self.rank is not None:
            choice("rank", self.rank, get_args(Rank))
        keep = None if self.keep is None else whole_number("keep", self.keep, 1, count)
        _set(self, prompt=prompt, image_count=count, seed=seed, seeds=seeds, fixed_tokens=fixed, keep=keep)

    def _key(self) -> tuple[object, ...]:
        fixed = self.fixed_tokens
        array = None if fixed is None else (fixed.shape, fixed.tobytes())
        values = (getattr(self, field.name) for field in dataclasses.fields(self))
        return tuple(array if value is fixed else value for value in values)

    # The generated methods would compare arrays with ==, which has no single answer.
    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, GenerationRequest) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())


def _seeds(values: Iterable[object], image_count: int) -> tuple[int, ...]:
    if isinstance(values, (str, bytes)):
        raise InvalidRequest("not_an_integer", field="seeds", value=values)
    try:
        seeds = tuple(values)
    except TypeError:
        raise InvalidRequest("not_an_integer", field="seeds", value=values) from None
    if len(seeds) != image_count:
        raise InvalidRequest("wrong_length", field="seeds", value=len(seeds), allowed=image_count)
    return tuple(whole_number("seeds", seed, 0, MAX_SEED) for seed in seeds)


def draw_seed() -> int:
    """A fresh seed, 0..2**32-1, from the system's randomness."""
    return secrets.randbelow(DRAWN_SEEDS)


def resolve(
    request: GenerationRequest,
    *,
    defaults: SamplingSettings,
    image_length: int,
    codebook_size: int,
    draw_seed: Callable[[], int] = draw_seed,
) -> GenerationRequest:
    """The request with nothing left open, for one model; resolving twice changes nothing.

    seeds: one a picture, and seed = the first of them. sampling: `defaults` where None. fixed_tokens:
    None or (image_count, image_length), each below `codebook_size`. rank: "likelihood" where only
    `keep` was given. Raises InvalidRequest where fixed_tokens do not fit the model.
    """
    count = request.image_count
    seeds = request.seeds
    if seeds is None:
        first = draw_seed() if request.seed is None else request.seed
        seeds = tuple(range(first, first + count))
    return dataclasses.replace(
        request,
        seed=seeds[0],
        seeds=seeds,
        sampling=request.sampling or defaults,
        fixed_tokens=_fit(request.fixed_tokens, count, image_length, codebook_size),
        rank=request.rank or (None if request.keep is None else "likelihood"),
    )


def _fit(fixed: TokenArray | None, count: int, image_length: int, codebook_size: int) -> TokenArray | None:
    if fixed is None:
        return None
    if fixed.shape[-1] != image_length:
        allowed = f"({image_length},) or ({count}, {image_length})"
        raise InvalidRequest("wrong_shape", field="fixed_tokens", value=fixed.shape, allowed=allowed)
    if int(fixed.max()) >= codebook_size:
        allowed = f"from -1 to {codebook_size - 1}"
        raise InvalidRequest("out_of_range", field="fixed_tokens", value=int(fixed.max()), allowed=allowed)
    return frozen_tokens(np.broadcast_to(fixed, (count, image_length)))
