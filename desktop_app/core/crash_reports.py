"""What a developer needs to know of a crash: a text file beside the logs, which stays on this computer."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from desktop_app.core.atomic_file import read_json, replace_json
from desktop_app.core.faults import Fault
from desktop_app.core.tracebacks import private_traceback

PACKAGES = ("armchair", "torch", "PySide6-Essentials", "transformers", "tokenizers", "numpy", "Pillow")
MOST_REPORTS = 20
"""Beyond so many the oldest go: a program that crashes at every start must not fill a disk."""

_PATTERN = "crash-*.txt"
_SEEN_FILE = "crash-reports-seen.json"
_SEEN = "seen"


def write_crash_report(
    error: BaseException, logs: Path, *, program: str = "armchair-cli", private: Collection[str] = ()
) -> Path | None:
    """Write a report into `logs` and return its file; into the temporary folder where that fails, else None.

    It holds the traceback, without any prompt or user name, and versions. private: texts that must not be
    in it beside the prompts found in the traceback itself.
    """
    return write_report(f"{program} ended unexpectedly", private_traceback(error, private), logs)


def report_fault(fault: Fault, logs: Path, *, program: str) -> Path | None:
    """As `write_crash_report`, for a bug that another process met and the program survived."""
    return write_report(f"{program} went on after {fault.code}", fault.details, logs)


def write_report(title: str, story: str, logs: Path, when: datetime | None = None) -> Path | None:
    """Write a report into the first folder that takes it, and clear away the oldest there; `when` None = now."""
    when = datetime.now().astimezone() if when is None else when
    text = "\n".join([f"{title}, {when.isoformat(timespec='seconds')}", *versions(), "", story])
    for folder in (logs, Path(tempfile.gettempdir())):
        file = folder / f"crash-{when:%Y%m%d-%H%M%S-%f}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", errors="backslashreplace") as report:
                report.write(text)
        except OSError:
            continue
        if folder == logs:
            _clear_away(logs)
        return file
    return None


def versions() -> list[str]:
    """The system, Python and the packages that matter, one a line; nothing is imported to find out."""
    lines = [f"Python {platform.python_version()}, {platform.platform()}"]
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            lines.append(f"{package} {version(package)}")
    qt = sys.modules.get("PySide6.QtCore")
    if qt is not None:
        lines.append(f"Qt {qt.qVersion()}")
    return lines


@dataclass(frozen=True)
class CrashReport:
    """A report that was written at an earlier time."""

    file: Path

    def text(self) -> str:
        """What it says. Raises OSError."""
        return self.file.read_text(encoding="utf-8", errors="replace")


class CrashReports:
    """The reports in a folder of logs, and which of them a person has been told about."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs

    def unseen(self) -> tuple[CrashReport, ...]:
        """Those nobody was told about, newest first; none where the folder cannot be read."""
        seen = self._seen()
        return tuple(CrashReport(file) for file in reversed(_reports(self._logs)) if file.name not in seen)

    def mark_seen(self) -> None:
        """All that are there now were told about; does nothing where the folder cannot be written."""
        files = [file.name for file in _reports(self._logs)]
        if files:
            with suppress(OSError):
                replace_json(self._logs / _SEEN_FILE, {_SEEN: files})

    def _seen(self) -> frozenset[str]:
        try:
            names = read_json(self._logs / _SEEN_FILE).get(_SEEN)
        except (OSError, ValueError):
            return frozenset()
        return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def _reports(logs: Path) -> list[Path]:
    """Oldest first: the names sort by time."""
    try:
        return sorted(logs.glob(_PATTERN))
    except OSError:
        return []


def _clear_away(logs: Path) -> None:
    for file in _reports(logs)[:-MOST_REPORTS]:
        with suppress(OSError):
            file.unlink()
