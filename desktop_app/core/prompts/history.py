"""Earlier prompts, newest first, and stepping through them as a shell does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from desktop_app.core.atomic_file import replace_file
from model_runtime.request import MAX_PROMPT

MAX_PROMPTS = 1000


class PromptHistory:
    """What was drawn before, each prompt once, in a file of one JSON object a line.

    A new prompt is appended; the file is written anew when half of it is repeats. What memory holds is
    right even where the disk refuses: `add`, `remove` and `forget_all` change it first, then raise OSError.
    An unreadable line, such as one torn by a crash, is left out.
    """

    def __init__(self, file: Path, *, limit: int = MAX_PROMPTS) -> None:
        self._file = file
        self._limit = limit
        self._lines = 0
        # A dict keeps its order: oldest first, so that a prompt used again goes to the end.
        self._prompts: dict[str, str] = {}
        self._ends_whole = True
        with suppress(OSError):
            self._read()

    @property
    def prompts(self) -> tuple[str, ...]:
        """Newest first."""
        return tuple(reversed(self._prompts))

    def add(self, prompt: str) -> None:
        """Remember a prompt as the newest; one of spaces alone is none."""
        prompt = prompt.strip()
        if not prompt or next(reversed(self._prompts), None) == prompt:
            return
        self._remember(prompt, datetime.now(UTC).isoformat(timespec="seconds"))
        if self._lines >= 2 * self._limit:
            self._write_anew()
        else:
            self._append(prompt)

    def remove(self, prompt: str) -> None:
        """Forget one prompt, in the file too; one that is not there changes nothing."""
        if self._prompts.pop(prompt.strip(), None) is not None:
            self._write_anew()

    def forget_all(self) -> None:
        """Forget every prompt; the file goes away."""
        self._prompts.clear()
        self._lines, self._ends_whole = 0, True
        self._file.unlink(missing_ok=True)

    def _remember(self, prompt: str, utc: str) -> None:
        self._prompts.pop(prompt, None)
        self._prompts[prompt] = utc
        while len(self._prompts) > self._limit:
            del self._prompts[next(iter(self._prompts))]

    def _read(self) -> None:
        with self._file.open("rb") as file:
            for line in file:
                self._lines += 1
                self._ends_whole = line.endswith(b"\n")
                with suppress(ValueError, RecursionError):
                    values = json.loads(line)
                    if isinstance(values, dict) and _is_prompt(values.get("prompt")):
                        self._remember(values["prompt"], str(values.get("utc", "")))

    def _append(self, prompt: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # After a torn line the new one begins afresh instead of being torn with it.
        start = "" if self._ends_whole else "\n"
        self._ends_whole = False
        with self._file.open("a", encoding="utf-8", newline="\n") as file:
            file.write(start + _line(prompt, self._prompts[prompt]))
        self._ends_whole = True
        self._lines += 1

    def _write_anew(self) -> None:
        replace_file(self._file, "".join(_line(prompt, utc) for prompt, utc in self._prompts.items()))
        self._lines, self._ends_whole = len(self._prompts), True


def _line(prompt: str, utc: str) -> str:
    return json.dumps({"prompt": prompt, "utc": utc}) + "\n"


def _is_prompt(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_PROMPT


class HistoryCursor:
    """One walk through the history from a prompt box: `older` and `newer` give the text to show.

    The walk remembers what was being typed and visits only prompts that begin with it. A typed text that
    is itself a whole earlier prompt restricts nothing: the walk begins there. Text that was changed since
    the last step begins a new walk.
    """

    def __init__(self, prompts: Sequence[str]) -> None:
        """prompts: newest first."""
        self._prompts = tuple(prompts)
        self._typed = ""
        self._stops: tuple[str, ...] = ()
        self._place = -1
        self._shown: str | None = None

    def older(self, text: str) -> str | None:
        """The next older prompt for a box that holds `text`, None at the end."""
        if text != self._shown or self._place < 0:
            self._begin(text)
        return self._go(self._place + 1)

    def newer(self, text: str) -> str | None:
        """The next newer prompt, at last what was being typed; None where the box shows that already."""
        if text != self._shown or self._place < 0:
            return None
        return self._go(self._place - 1)

    def _begin(self, text: str) -> None:
        self._typed, self._place = text, -1
        wanted: Iterable[str] = self._prompts
        whole = text.strip()
        if whole in self._prompts:
            wanted = self._prompts[self._prompts.index(whole) + 1 :]
        elif whole:
            beginning = text.lstrip().casefold()
            wanted = (prompt for prompt in self._prompts if prompt.casefold().startswith(beginning))
        self._stops = tuple(wanted)

    def _go(self, place: int) -> str | None:
        if place >= len(self._stops):
            return None
        self._place = place
        self._shown = self._typed if place < 0 else self._stops[place]
        return self._shown
