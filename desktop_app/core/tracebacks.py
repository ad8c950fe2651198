"""Tracebacks that can be shown to others: where it happened and what, but no prompt and no user name.

A message of an exception may repeat what somebody typed. The prompts that were in play are found in the
frames that the exception passed through, and their words are taken out of the messages.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import traceback
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from types import TracebackType

MASK = "…"
_WORD = re.compile(r"\w+")
_TELLING_NAMES = ("prompt", "caption", "text", "words", "typed")
"""Names of variables and fields whose text is a person's; a number or an object under them is looked into."""
_DEPTH = 4
_MOST_ITEMS = 64


def private_traceback(error: BaseException, private: Collection[str] = ()) -> str:
    """The traceback with causes, without the words of `private` texts and of prompts met on the way.

    The home folder is shortened to ~. Lines of source are the program's own and stay.
    """
    texts = list(private)
    with suppress(Exception):  # whatever odd objects lie in the frames, the report is written
        texts += _prompts_of(error)
    words = {word for text in texts for word in _WORD.findall(text.casefold())}
    return shorten_home("".join(_chain(error, words, set())))


def shorten_home(text: str) -> str:
    """`text` with ~ for the home folder, which carries the user's name."""
    home = os.path.expanduser("~")  # noqa: PTH111  # Path.home() raises where there is none
    if len(home) < 3:  # "/" or "~": nothing to hide
        return text
    spellings = {home, os.path.realpath(home), home.replace("\\", "/"), home.replace("\\", "\\\\")}
    pattern = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
    return re.sub(rf"(?:{pattern})(?![\w.-])", "~", text, flags=re.IGNORECASE if os.name == "nt" else 0)


def _chain(error: BaseException, words: Collection[str], seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ if error.__cause__ is not None else error.__context__
    shown = before is not None and (error.__cause__ is not None or not error.__suppress_context__)
    if before is not None and shown and id(before) not in seen:
        yield from _chain(before, words, seen)
        yield "\nThat led to:\n\n"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    for part in traceback.format_exception_only(error):
        yield _masked(part, words, kind=type(error).__qualname__)
    if isinstance(error, BaseExceptionGroup):
        for number, inner in enumerate(error.exceptions, start=1):
            yield f"\n{number} of {len(error.exceptions)} together:\n\n"
            yield from _chain(inner, words, seen)


def _masked(message: str, words: Collection[str], kind: str) -> str:
    # A prompt about a ValueError must not hide that it was one; a note has no class before its colon.
    before, colon, rest = message.partition(":")
    if not before.endswith(kind):
        before, colon, rest = "", "", message
    hidden = _WORD.sub(lambda match: MASK if match[0].casefold() in words else match[0], rest)
    return before + colon + re.sub(rf"{MASK}(?:\W{{0,3}}{MASK})+", MASK, hidden)


def _prompts_of(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        waiting += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        for name, value in _locals(current.__traceback__):
            yield from _texts_in(value, telling=_is_telling(name), depth=_DEPTH)


def _locals(trace: TracebackType | None) -> Iterator[tuple[str, object]]:
    while trace is not None:
        yield from tuple(trace.tb_frame.f_locals.items())
        trace = trace.tb_next


def _is_telling(name: object) -> bool:
    return isinstance(name, str) and any(part in name.lower() for part in _TELLING_NAMES)


def _texts_in(value: object, *, telling: bool, depth: int) -> Iterator[str]:
    """Texts under telling names; only plain containers are opened, so that no foreign code runs here."""
    if isinstance(value, str):
        if telling:
            yield value
        return
    if depth == 0:
        return
    inside: Iterable[tuple[object, object]]
    if isinstance(value, (dict, argparse.Namespace)):
        inside = tuple((value if isinstance(value, dict) else vars(value)).items())[:_MOST_ITEMS]
    elif isinstance(value, (list, tuple, set, frozenset)):
        inside = [("", item) for item in tuple(value)[:_MOST_ITEMS]]
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        inside = [(field.name, getattr(value, field.name, None)) for field in dataclasses.fields(value)]
    else:
        # `self` of an ordinary object: its prompt may be an attribute.
        attributes = getattr(value, "__dict__", None) if depth == _DEPTH else None
        inside = tuple(attributes.items())[:_MOST_ITEMS] if isinstance(attributes, dict) else ()
    for name, item in inside:
        yield from _texts_in(item, telling=telling or _is_telling(name), depth=depth - 1)
