"""What a request's fields may be: each function returns the plain value or raises InvalidRequest.

Numbers arrive from Python, numpy, JSON and command lines. A bool is never a number here: `True` for a
seed is a mistake worth hearing about. numpy's integers and floats are numbers and come back plain.
"""

from __future__ import annotations

import math
import numbers
import operator
import re

import numpy as np
import numpy.typing as npt

from model_runtime.errors import InvalidRequest

TokenArray = npt.NDArray[np.int32]

_SPLIT_CHARACTER = re.compile("[\ud800-\udbff][\udc00-\udfff]")

MAX_TOKEN = 2**16 - 1
"""Stored tokens are uint16, so no codebook may be larger than this plus one."""


def whole_number(field: str, value: object, lowest: int, highest: int | None = None) -> int:
    """`value` as an int in lowest..highest (both included; None = no upper end)."""
    if isinstance(value, (bool, np.bool_)):
        raise InvalidRequest("not_an_integer", field=field, value=value)
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the TypeError is the check
    except TypeError:
        raise InvalidRequest("not_an_integer", field=field, value=value) from None
    if number < lowest or (highest is not None and number > highest):
        allowed = f"{lowest} or more" if highest is None else f"from {lowest} to {highest}"
        raise InvalidRequest("out_of_range", field=field, value=number, allowed=allowed)
    return number


def finite_number(field: str, value: object) -> float:
    """`value` as a finite float; its range is the caller's to check."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InvalidRequest("not_a_number", field=field, value=value)
    try:
        number = float(value)
    except OverflowError:  # an int or a fraction beyond the largest float
        number = math.inf
    if not math.isfinite(number):
        raise InvalidRequest("not_a_number", field=field, value=value)
    return number


def text(field: str, value: object, max_length: int) -> str:
    """`value` if it is a str of at most `max_length` characters, whatever they are.

    A character spelled as two surrogate halves becomes that character, as every JSON reader would make
    it; lone halves stay.
    """
    if not isinstance(value, str):
        raise InvalidRequest("not_text", field=field, value=value)
    if len(value) > max_length:
        allowed = f"at most {max_length} characters"
        raise InvalidRequest("wrong_length", field=field, value=len(value), allowed=allowed)
    if _SPLIT_CHARACTER.search(value):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return value


def choice(field: str, value: object, choices: tuple[str, ...]) -> str:
    """`value` if it is one of `choices`."""
    # Arrays answer `in` with an array, so the type comes first.
    if not isinstance(value, str) or value not in choices:
        raise InvalidRequest("unknown_choice", field=field, value=value, allowed=", ".join(choices))
    return value


def token_array(field: str, value: object, image_count: int) -> TokenArray:
    """Tokens to keep, read-only int32 (image_length,) or (image_count, image_length); -1 = free."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):  # rows of unequal length
        raise InvalidRequest("wrong_shape", field=field, value="uneven rows", allowed="rows of equal length") from None
    if array.ndim not in (1, 2) or array.size == 0 or (array.ndim == 2 and len(array) != image_count):
        allowed = f"(image_length,) or ({image_count}, image_length)"
        raise InvalidRequest("wrong_shape", field=field, value=array.shape, allowed=allowed)
    if array.dtype.kind not in "iu":
        raise InvalidRequest("not_an_integer", field=field, value=str(array.dtype))
    lowest, highest = int(array.min()), int(array.max())
    if lowest < -1 or highest > MAX_TOKEN:
        worst = lowest if lowest < -1 else highest
        raise InvalidRequest("out_of_range", field=field, value=worst, allowed=f"from -1 to {MAX_TOKEN}")
    return frozen_tokens(array)


def frozen_tokens(array: npt.NDArray[np.generic]) -> TokenArray:
    """An int32 copy that nobody can write to: it lies in bytes, so the flag cannot be set back."""
    plain = np.ascontiguousarray(array, dtype=np.int32)
    return np.frombuffer(plain.tobytes(), dtype=np.int32).reshape(array.shape)
