"""Requests: what is accepted, what is refused and how, and what resolving fills in."""

import dataclasses
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_runtime.errors import ArmchairError, InvalidRequest
from model_runtime.presets import PRESETS
from model_runtime.request import (
    MAX_PROMPT,
    MAX_SEED,
    GenerationRequest,
    SamplingSettings,
    draw_seed,
    resolve,
)

DEFAULTS = SamplingSettings(top_k=50, condition_scale=10)
BIG = 10**400


def settled(request: GenerationRequest, **changes: object) -> GenerationRequest:
    return resolve(request, **{"defaults": DEFAULTS, "image_length": 4, "codebook_size": 10, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"prompt": None}, "not_text", "prompt"),
        ({"prompt": b"chair"}, "not_text", "prompt"),
        ({"prompt": "x" * (MAX_PROMPT + 1)}, "wrong_length", "prompt"),
        ({"image_count": 0}, "out_of_range", "image_count"),
        ({"image_count": 65}, "out_of_range", "image_count"),
        ({"image_count": True}, "not_an_integer", "image_count"),
        ({"image_count": 2.0}, "not_an_integer", "image_count"),
        ({"image_count": "2"}, "not_an_integer", "image_count"),
        ({"image_count": None}, "not_an_integer", "image_count"),
        ({"seed": -1}, "out_of_range", "seed"),
        ({"seed": 2**53}, "out_of_range", "seed"),
        ({"seed": 2**53 - 1, "image_count": 2}, "out_of_range", "seed"),
        ({"seed": False}, "not_an_integer", "seed"),
        ({"seed": np.True_}, "not_an_integer", "seed"),
        ({"seed": 1.5}, "not_an_integer", "seed"),
        ({"seeds": (1, 2)}, "wrong_length", "seeds"),
        ({"seeds": ()}, "wrong_length", "seeds"),
        ({"seeds": (-1,)}, "out_of_range", "seeds"),
        ({"seeds": (2**53,)}, "out_of_range", "seeds"),
        ({"seeds": (None,)}, "not_an_integer", "seeds"),
        ({"seeds": "1"}, "not_an_integer", "seeds"),
        ({"seeds": 1}, "not_an_integer", "seeds"),
        ({"sampling": {"top_k": 1}}, "unknown_choice", "sampling"),
        ({"rank": "beauty"}, "unknown_choice", "rank"),
        ({"rank": ""}, "unknown_choice", "rank"),
        ({"rank": np.zeros(2)}, "unknown_choice", "rank"),
        ({"keep": 0}, "out_of_range", "keep"),
        ({"keep": 2}, "out_of_range", "keep"),
        ({"keep": True}, "not_an_integer", "keep"),
        ({"fixed_tokens": []}, "wrong_shape", "fixed_tokens"),
        ({"fixed_tokens": 3}, "wrong_shape", "fixed_tokens"),
        ({"fixed_tokens": [[1], [2]]}, "wrong_shape", "fixed_tokens"),
        ({"fixed_tokens": [[1, 2], [3]]}, "wrong_shape", "fixed_tokens"),
        ({"fixed_tokens": [[[1]]]}, "wrong_shape", "fixed_tokens"),
        ({"fixed_tokens": [1.0]}, "not_an_integer", "fixed_tokens"),
        ({"fixed_tokens": [True]}, "not_an_integer", "fixed_tokens"),
        ({"fixed_tokens": ["1"]}, "not_an_integer", "fixed_tokens"),
        ({"fixed_tokens": [None]}, "not_an_integer", "fixed_tokens"),
        ({"fixed_tokens": [-2]}, "out_of_range", "fixed_tokens"),
        ({"fixed_tokens": [2**16]}, "out_of_range", "fixed_tokens"),
        ({"fixed_tokens": np.array([2**64 - 1], np.uint64)}, "out_of_range", "fixed_tokens"),
    ],
)
def test_a_request_that_cannot_be_drawn_says_why(fields: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        GenerationRequest(**{"prompt": "chair", **fields})  # type: ignore[arg-type]
    assert caught.value.code == code
    assert caught.value.parameters["field"] == field
    assert field in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, ArmchairError)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"temperature": 0}, "out_of_range"),
        ({"temperature": -1}, "out_of_range"),
        ({"temperature": math.nan}, "not_a_number"),
        ({"temperature": math.inf}, "not_a_number"),
        ({"temperature": True}, "not_a_number"),
        ({"temperature": "1"}, "not_a_number"),
        ({"temperature": BIG}, "not_a_number"),
        ({"temperature": Fraction(BIG)}, "not_a_number"),
        ({"temperature": 1j}, "not_a_number"),
        ({"top_k": 0}, "out_of_range"),
        ({"top_k": 1.0}, "not_an_integer"),
        ({"top_p": 0}, "out_of_range"),
        ({"top_p": 1.001}, "out_of_range"),
        ({"top_p": math.nan}, "not_a_number"),
        ({"condition_scale": -0.1}, "out_of_range"),
        ({"condition_scale": 100.5}, "out_of_range"),
        ({"condition_scale": math.nan}, "not_a_number"),
        ({"condition_scale": None}, "not_a_number"),
    ],
)
def test_sampling_that_cannot_be_used_says_why(fields: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        SamplingSettings(**fields)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.parameters["field"]) == (code, next(iter(fields)))


def test_a_split_character_is_joined_and_lone_halves_stay() -> None:
    assert GenerationRequest(prompt="a\ud83e\ude91\ud83e").prompt == "a🪑\ud83e"
    assert GenerationRequest(prompt="\ude91\ud83e").prompt == "\ude91\ud83e"


def test_bounds_themselves_are_allowed() -> None:
    GenerationRequest(prompt="", image_count=64, seed=MAX_SEED - 63, keep=64)
    GenerationRequest(prompt="\ud800\x00", seeds=(MAX_SEED,), seed=MAX_SEED)
    SamplingSettings(temperature=1e-9, top_k=10**9, top_p=1, condition_scale=0)


def test_numpy_numbers_come_back_plain() -> None:
    request = GenerationRequest(
        prompt="chair",
        image_count=np.int64(2),  # type: ignore[arg-type]
        seeds=np.array([3, 4]),  # type: ignore[arg-type]
        sampling=SamplingSettings(temperature=np.float32(0.5), top_k=np.uint8(9)),  # type: ignore[arg-type]
    )
    assert request.sampling == SamplingSettings(temperature=0.5, top_k=9)
    assert [type(value) for value in (request.image_count, *(request.seeds or ()))] == [int, int, int]


def test_requests_are_frozen_keyword_only_and_their_arrays_cannot_be_written() -> None:
    source = np.array([1, -1])
    request = GenerationRequest(prompt="chair", fixed_tokens=source)
    source[0] = 7
    assert request.fixed_tokens is not None
    assert request.fixed_tokens.tolist() == [1, -1]
    assert request.fixed_tokens.dtype == np.int32
    with pytest.raises(dataclasses.FrozenInstanceError):
        request.prompt = "sofa"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        request.fixed_tokens[0] = 2
    with pytest.raises(ValueError, match="WRITEABLE"):
        request.fixed_tokens.setflags(write=True)
    with pytest.raises(TypeError):
        GenerationRequest("chair")  # type: ignore[call-arg]


def test_equality_and_hash_see_every_field_and_the_array() -> None:
    base = GenerationRequest(prompt="chair", fixed_tokens=np.array([1, -1]))
    same = GenerationRequest(prompt="chair", fixed_tokens=[1, -1])  # type: ignore[arg-type]
    assert base == same == pickle.loads(pickle.dumps(base))  # noqa: S301
    assert hash(base) == hash(same)
    assert base != "chair"
    changes: list[dict[str, object]] = [
        {"prompt": "sofa"},
        {"image_count": 2},
        {"seed": 1},
        {"seeds": (1,)},
        {"sampling": DEFAULTS},
        {"fixed_tokens": None},
        {"fixed_tokens": [1, 2]},
        {"fixed_tokens": [[1, -1]]},
        {"rank": "clip"},
        {"keep": 1},
    ]
    others = [dataclasses.replace(base, **change) for change in changes]  # type: ignore[arg-type]
    assert len({base, *others}) == len(changes) + 1


def test_resolving_fills_in_everything() -> None:
    drawn = settled(GenerationRequest(prompt="chair", image_count=3, keep=1), draw_seed=lambda: 40)
    assert (drawn.seed, drawn.seeds, drawn.sampling) == (40, (40, 41, 42), DEFAULTS)
    assert (drawn.rank, drawn.keep, drawn.fixed_tokens) == ("likelihood", 1, None)
    given_seeds = settled(GenerationRequest(prompt="chair", image_count=2, seed=5, seeds=(9, 0), rank="clip"))
    assert (given_seeds.seed, given_seeds.seeds, given_seeds.rank) == (9, (9, 0), "clip")
    assert settled(GenerationRequest(prompt="chair", seed=0)).seeds == (0,)


def test_drawn_seeds_are_short_and_differ() -> None:
    seeds = {draw_seed() for _ in range(50)}
    assert len(seeds) > 40
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_fixed_tokens_are_spread_over_the_pictures_and_checked_against_the_model() -> None:
    one_row = settled(GenerationRequest(prompt="chair", image_count=2, fixed_tokens=np.array([1, -1, 9, -1])))
    assert one_row.fixed_tokens is not None
    assert one_row.fixed_tokens.tolist() == [[1, -1, 9, -1]] * 2
    for tokens, code in (([1, 2, 3], "wrong_shape"), ([1, 2, 3, 10], "out_of_range")):
        with pytest.raises(InvalidRequest) as caught:
            settled(GenerationRequest(prompt="chair", fixed_tokens=np.array(tokens)))
        assert caught.value.code == code


@given(
    count=st.integers(1, 64),
    seed=st.none() | st.integers(0, MAX_SEED - 63),
    tokens=st.none() | st.lists(st.integers(-1, 9), min_size=4, max_size=4),
    rank=st.sampled_from([None, "likelihood", "clip"]),
    keep=st.sampled_from([None, 1]),
)
def test_resolving_twice_changes_nothing(
    count: int, seed: int | None, tokens: list[int] | None, rank: str | None, keep: int | None
) -> None:
    request = GenerationRequest(
        prompt="chair",
        image_count=count,
        seed=seed,
        fixed_tokens=tokens,  # type: ignore[arg-type]
        rank=rank,  # type: ignore[arg-type]
        keep=keep,
    )
    once = settled(request)
    assert settled(once, draw_seed=lambda: pytest.fail("drawn again")) == once
    assert once.seeds is not None
    assert once.seeds == tuple(range(once.seeds[0], once.seeds[0] + count))


def test_presets() -> None:
    assert PRESETS["model"] is None
    assert PRESETS["official"] == SamplingSettings(temperature=1, top_k=50, condition_scale=10)
    assert PRESETS["min-dalle"] == SamplingSettings(temperature=1, top_k=256, condition_scale=16)
