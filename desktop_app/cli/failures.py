"""From an exception to one sentence and an exit code."""

from __future__ import annotations

import os
import sys
import traceback

from model_runtime.errors import ArmchairError, InvalidRequest

OK, FAILED, USAGE, CRASHED, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit codes: 70 is the one of sysexits.h for a fault in the program itself, 130 is 128 + SIGINT."""

_OPTIONS = {
    "prompt": "the prompt",
    "image_count": "-n",
    "seed": "--seed",
    "temperature": "--temperature",
    "top_k": "--top-k",
    "top_p": "--top-p",
    "condition_scale": "--condition-scale",
    "rank": "--rank",
    "keep": "--keep",
    "precision": "--precision",
}
"""A request's field → what the person typed."""


class CommandError(Exception):
    """A fault of the command line's own: one sentence that a person can act on, and the exit code."""

    def __init__(self, sentence: str, exit_code: int = FAILED) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


EXPECTED = (CommandError, ArmchairError, OSError, MemoryError)
"""What becomes a sentence; everything else is a fault in the program."""


def sentence(error: BaseException) -> str:
    """The one sentence for an expected fault."""
    if isinstance(error, InvalidRequest):
        parameters = dict(error.parameters)
        parameters["field"] = _OPTIONS.get(str(parameters.get("field")), parameters.get("field"))
        return _one_line(InvalidRequest(error.code, **parameters))
    if isinstance(error, ArmchairError) and error.code == "vqgan_needed":
        return _one_line(error).replace("vqgan=", "--vqgan")
    if isinstance(error, OSError):
        return disk_sentence(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory."
    return _one_line(error)


def disk_sentence(error: OSError, doing: str = "") -> str:
    """`doing` is what could not be done, such as "write into /some/folder"."""
    reason = error.strerror or str(error) or type(error).__name__
    if doing:
        return f"cannot {doing}: {reason}."
    return f"{os.fsdecode(error.filename)}: {reason}." if error.filename is not None else f"{reason}."


def exit_code(error: BaseException) -> int:
    """The program's exit code for an expected fault."""
    if isinstance(error, CommandError):
        return error.exit_code
    return USAGE if isinstance(error, InvalidRequest) else FAILED


def show_traceback(error: BaseException) -> None:
    """For --debug: the whole story on stderr."""
    if sys.stderr is not None:
        traceback.print_exception(error)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
