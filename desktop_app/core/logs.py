"""The log: a file with a cap on its size, in which no prompt can be.

It is kept by construction, not by care. Of a message only the template in the source is written as it stands;
of its arguments numbers, constants, versions, ids and codes the program knows. Any other text becomes its length, a
picture's path loses its name, and exceptions go through `private_traceback`.
"""

from __future__ import annotations

import logging
import re
import uuid
from enum import Enum
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from desktop_app.core.advice import DISK_GUIDANCE, GUIDANCE
from desktop_app.core.tracebacks import private_traceback, shorten_home

LOGGERS = ("desktop_app", "model_runtime")
"""Only the project's own loggers: what libraries say of their input is not under control here."""

MAX_BYTES = 1_000_000
OLDER_FILES = 2

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_PICTURES = frozenset({".png", ".webp", ".jpg", ".jpeg", ".part"})
_VERSION = re.compile(r"\d+(?:\.\d+)+(?:\.?(?:a|b|rc|dev|post)\d+)?")
_KNOWN = frozenset({*GUIDANCE, *DISK_GUIDANCE})


def open_log(file: Path, *, max_bytes: int = MAX_BYTES, older_files: int = OLDER_FILES) -> OpenLog:
    """Write what the project's loggers say from INFO on into a file. Raises OSError where that is impossible."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return OpenLog(_Handler(file, maxBytes=max_bytes, backupCount=older_files, encoding="utf-8"))


class OpenLog:
    """A log being written, until it is closed."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._levels = {name: logging.getLogger(name).level for name in LOGGERS}
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)

    def close(self) -> None:
        """Write no more; the loggers are as they were."""
        for name, level in self._levels.items():
            logger = logging.getLogger(name)
            logger.removeHandler(self._handler)
            logger.setLevel(level)
        self._handler.close()


class _Handler(RotatingFileHandler):
    """A full disk must not stop what the log is about."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Leave the line out."""


class PrivateFormatter(logging.Formatter):
    """Formats records as the module says; the record itself stays as it is for other handlers."""

    def format(self, record: logging.LogRecord) -> str:
        """One record, with its traceback below it."""
        kept = record.msg, record.args, record.exc_text
        try:
            record.msg, record.args, record.exc_text = _message(record), None, None
            return super().format(record)
        finally:
            record.msg, record.args, record.exc_text = kept

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802
        """A traceback without prompts."""
        return "" if ei[1] is None else private_traceback(ei[1]).rstrip()


def loggable(value: object) -> str:
    """What the log says of a value."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, float, uuid.UUID)):
        return str(value)
    if isinstance(value, Path):
        named = value.with_name(f"…{value.suffix}") if value.suffix.lower() in _PICTURES else value
        return shorten_home(str(named))
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str):
        plain = value in _KNOWN or _VERSION.fullmatch(value) or _is_id(value)
        return value if plain else f"<text of {len(value)}>"
    return f"<{type(value).__name__}>"


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return f"<{type(record.msg).__name__}>"
    arguments = record.args
    try:
        if isinstance(arguments, dict):
            return record.msg % {name: _argument(value) for name, value in arguments.items()}
        return record.msg % tuple(_argument(value) for value in arguments) if arguments else record.msg
    except (TypeError, ValueError, KeyError):
        return record.msg


def _argument(value: object) -> object:
    # Numbers stay numbers for templates such as %d and %.1f.
    return value if isinstance(value, (int, float)) and not isinstance(value, Enum) else loggable(value)


def _is_id(text: str) -> bool:
    """Whether it is the id of a run, a job or a picture."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
