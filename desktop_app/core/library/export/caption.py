"""Fitting words into a width and a number of lines: wrapped, made smaller, and only then cut."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import ImageDraw

from desktop_app.core.library.export.typeface import draw_line, width
from model_runtime.recipe.infotext import one_line

MAX_CAPTION = 2000
"""Characters of a prompt that are looked at: more fit on no sheet."""
ELLIPSIS = "…"

_PARTS = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]|[^\s\u2e80-\u9fff\uac00-\ud7ff]+"
)
"""What a line may end behind: a space, or any character of a script that is written without spaces."""


@dataclass(frozen=True)
class Caption:
    """Lines of one size. name: the font, as `typeface` has them; size, line_height: pixels."""

    lines: tuple[str, ...]
    name: str
    size: int

    @property
    def line_height(self) -> int:
        """From one baseline to the next."""
        return round(self.size * 1.35)

    @property
    def height(self) -> int:
        """Of all lines."""
        return self.line_height * len(self.lines)

    def draw(self, draw: ImageDraw.ImageDraw, place: tuple[int, int], room: int, fill: str, *, centred: bool) -> None:
        """Draw the lines below `place` (left, top), in a column `room` pixels wide."""
        left, top = place
        for number, line in enumerate(self.lines):
            x = left + (room - width(line, self.name, self.size)) / 2 if centred else left
            baseline = top + number * self.line_height + round(self.size * 1.02)
            draw_line(draw, (x, baseline), line, self.name, self.size, fill)


def fit(text: str, name: str, *, room: int, max_lines: int, largest: int, smallest: int) -> Caption:
    """The largest type between `largest` and `smallest` in which the words take `max_lines` lines of `room` pixels.

    Where the smallest is too large still, the end is cut and says so. Line ends count as spaces.
    """
    text = one_line(text[: 4 * MAX_CAPTION])[:MAX_CAPTION]
    for size in range(largest, smallest - 1, -2):
        lines = _wrapped(text, name, size, room, max_lines + 1)
        if len(lines) <= max_lines:
            return Caption(_balanced(text, name, size, room, lines), name, size)
    lines = _wrapped(text, name, smallest, room, max_lines + 1)
    return Caption(
        (*lines[: max_lines - 1], _cut(" ".join(lines[max_lines - 1 :]), name, smallest, room)), name, smallest
    )


def _wrapped(text: str, name: str, size: int, room: float, most: int) -> tuple[str, ...]:
    """At most `most` lines; the last of them may stand for more."""
    lines: list[str] = []
    line = ""
    for part in _PARTS.findall(text):
        if width((line + part).rstrip(), name, size) <= room:
            line += part
            continue
        if line.strip():
            lines.append(line.strip())
        line = part.lstrip()
        while width(line, name, size) > room and len(lines) < most:  # a word longer than the line
            whole = _longest(line, name, size, room)
            lines.append(whole)
            line = line[len(whole) :]
        if len(lines) >= most:
            return tuple(lines[:most])
    return (*lines, line.strip()) if line.strip() else tuple(lines)


def _balanced(text: str, name: str, size: int, room: int, lines: tuple[str, ...]) -> tuple[str, ...]:
    """As many lines, but as equal as they can be: no single word in the last one."""
    if len(lines) < 2:
        return lines
    low, high = room // 3, room
    while high - low > 4:
        middle = (low + high) // 2
        if len(_wrapped(text, name, size, middle, len(lines) + 1)) <= len(lines):
            high = middle
        else:
            low = middle
    return _wrapped(text, name, size, high, len(lines) + 1)


def _longest(text: str, name: str, size: int, room: float) -> str:
    """The longest beginning that fits, at least one character."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle], name, size) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low]


def _cut(text: str, name: str, size: int, room: int) -> str:
    rest = _longest(text, name, size, room - width(ELLIPSIS, name, size))
    return (rest if rest == text else rest.rstrip()) + ELLIPSIS
