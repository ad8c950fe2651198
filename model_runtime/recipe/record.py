"""What a picture's file knows about it.

A recipe is enough to draw the picture again, decode it elsewhere, go on with it or judge it. It holds
no paths and no names of people.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePosixPath, PureWindowsPath

import numpy as np
import numpy.typing as npt

from model_runtime.bounds import TokenArray, frozen_tokens
from model_runtime.request import SamplingSettings

RECIPE_VERSION = 1
"""Raised when an older program would misread a file; new keys alone do not raise it."""

Tokens = npt.NDArray[np.uint16]
LogProbs = npt.NDArray[np.float16]


def program_version() -> str:
    """Armchair's version, or "unknown" where it runs without being installed."""
    try:
        return version("armchair")
    except PackageNotFoundError:
        return "unknown"


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A fresh uuid4, in its usual spelling."""
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True)
class ModelIdentity:
    """Which model: its id or hub name, its revision, and the sha256 (hex) of its weights; "" = unknown.

    An id that is a path is cut to its last part: a shared picture must not tell its owner's folders.
    """

    id: str
    revision: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        windows = PureWindowsPath(self.id)  # reads both kinds of separator
        is_path = PurePosixPath(self.id).is_absolute() or windows.anchor or self.id.startswith((".", "~"))
        if is_path:
            object.__setattr__(self, "id", windows.name or "model")


@dataclass(frozen=True, kw_only=True)
class Parent:
    """What this picture was made from.

    kind: lower-case words joined by hyphens, such as "rewind", "finish" or "photo".
    id: the parent's picture id, or a photo's sha256 (hex); "" = unknown.
    """

    kind: str
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What the pictures of one run share. `device` is its kind ("cpu", "cuda", …), never its name."""

    prompt: str
    sampling: SamplingSettings
    model: ModelIdentity
    tokenizer: str
    normalizer: int
    noise: int
    precision: str
    device: str
    batch: int
    run_id: str = field(default_factory=new_id)
    program: str = field(default_factory=program_version)


@dataclass(frozen=True, kw_only=True, eq=False)
class Recipe:
    """One picture's recipe; arrays are made read-only, a recipe read back equals the one written.

    index: place in the request. created: aware, kept in UTC.
    tokens: uint16 (tokens_done,), fewer than `image_length` where the picture is unfinished.
    fixed_tokens: int32 (image_length,), -1 = free, or None where nothing was given.
    log_probs, log_probs_unconditional: (tokens_done,) nats with and without the prompt, kept as float16,
        NaN = not known; None = not recorded.
    likelihood_gain: nats a token; None = not known. clip_score: cosine; None = not known.
    Raises ValueError where shapes disagree.
    """

    run: RunFacts
    index: int
    seed: int
    image_length: int
    tokens: npt.NDArray[np.generic]
    fixed_tokens: TokenArray | None = None
    log_probs: npt.NDArray[np.floating] | None = None
    log_probs_unconditional: npt.NDArray[np.floating] | None = None
    likelihood_gain: float | None = None
    clip_score: float | None = None
    parent: Parent | None = None
    id: str = field(default_factory=new_id)
    created: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        tokens = _frozen(self.tokens, np.uint16)
        if tokens.ndim != 1 or len(tokens) > self.image_length:
            raise ValueError(f"tokens {tokens.shape}, image_length {self.image_length}")
        object.__setattr__(self, "tokens", tokens)
        object.__setattr__(self, "created", self.created.astimezone(UTC))
        if self.fixed_tokens is not None:
            if self.fixed_tokens.shape != (self.image_length,):
                raise ValueError(f"fixed_tokens {self.fixed_tokens.shape}")
            fixed = frozen_tokens(self.fixed_tokens)
            object.__setattr__(self, "fixed_tokens", fixed if (fixed >= 0).any() else None)
        for name in ("log_probs", "log_probs_unconditional"):
            values = getattr(self, name)
            if values is not None:
                if values.shape != tokens.shape:
                    raise ValueError(f"{name} {values.shape}, tokens {tokens.shape}")
                object.__setattr__(self, name, _half(values))
        for name in ("likelihood_gain", "clip_score"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, float(value) if math.isfinite(value) else None)

    @property
    def tokens_done(self) -> int:
        """How many tokens are final."""
        return len(self.tokens)

    @property
    def finished(self) -> bool:
        """Whether every token is drawn."""
        return self.tokens_done == self.image_length

    def _key(self) -> tuple[object, ...]:
        arrays = (self.tokens, self.fixed_tokens, self.log_probs, self.log_probs_unconditional)
        # Bytes, so that NaN equals itself.
        held = tuple(None if array is None else array.tobytes() for array in arrays)
        facts = (self.run, self.index, self.seed, self.image_length, self.likelihood_gain, self.clip_score)
        return (*held, *facts, self.parent, self.id, self.created)

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Recipe) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())


def _frozen(array: npt.NDArray[np.generic], dtype: type[np.generic]) -> npt.NDArray[np.generic]:
    plain = np.ascontiguousarray(array, dtype=dtype)
    return np.frombuffer(plain.tobytes(), dtype=dtype).reshape(plain.shape)


def _half(values: npt.NDArray[np.floating]) -> npt.NDArray[np.generic]:
    # Float rounding may leave the logarithm of a sure choice a little above 0; every other is far
    # from float16's -65504.
    return _frozen(np.clip(values, -65504.0, 0.0), np.float16)
