"""Both ends of the pipe between the benchmark and a process that it times; standard library only.

A worker reads one JSON command a line and answers with one JSON line. It stays alive with its model loaded,
so that the two sides can take turns, seconds apart, on the same core.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

Answer = dict[str, Any]


def pin_to_one_core() -> int | None:
    """Keep this process on the last core it may use; returns the core, None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


class Marks:
    """Moments of this process: what the clock says, and how long it has computed.

    The second is what counts on one thread: other programs that take the core meanwhile are left out.
    """

    def __init__(self) -> None:
        self._marks: list[tuple[float, float]] = []

    def add(self) -> None:
        """Remember now."""
        self._marks.append((time.perf_counter(), time.process_time()))

    def answer(self) -> Answer:
        """Milliseconds between each two moments: `ms` of computing, `wall_ms` by the clock."""
        between = [(1000 * (b - a), 1000 * (d - c)) for (a, c), (b, d) in pairwise(self._marks)]
        return {"ms": [computing for _, computing in between], "wall_ms": [wall for wall, _ in between]}


def peak_memory() -> float:
    """The most memory that this process has held so far, MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts into ru_maxrss what the parent held when it started this process.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 2**10
    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units


def serve(handlers: Mapping[str, Callable[..., Answer]]) -> None:
    """Answer commands from standard input until it closes."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints stays out of the answers
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        answer = handlers[command.pop("do")](**command)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Worker:
    """A worker seen from the benchmark."""

    def __init__(self, python: Path, script: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, **parameters: object) -> Answer:
        """Send one command and wait for its answer. Raises RuntimeError where the worker died."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # told below, with the status
            self._process.stdin.write(json.dumps({"do": do} | parameters) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker ended with status {self._process.wait()}: {self._process.args!r}")
        answer: Answer = json.loads(line)
        return answer

    def close(self) -> None:
        """End the worker and wait for it."""
        self._process.communicate(timeout=60)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
