"""What was measured of the library, beside what it shall be; standard library only."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

Measured = dict[str, Any]


def library_table(library: Measured) -> list[tuple[str, ...]]:
    """What was measured beside what it shall be."""
    sizes = list(library["rows"])
    head = ("the library (synthetic rows)", *(f"{int(size):,} pictures" for size in sizes), "goal")
    rebuild = library["rebuild"]
    blank = ("",) * (len(sizes) - 1)

    def row(name: str, told: Callable[[Measured], str], goal: str = "") -> tuple[str, ...]:
        return (name, *(told(library["rows"][size]) for size in sizes), goal)

    return [
        head,
        row("opening, ms", lambda each: f"{each['open_ms']:.0f}", "500"),
        row("the first window of rows, ms from the start", lambda each: f"{each['first_window_ms']:.0f}"),
        row("a key of a search, ms, median and worst", lambda each: middle_and_worst(each["key_ms"]), "50"),
        row("the first key after a star, ms", lambda each: middle_and_worst(each["key_after_star_ms"]), "50"),
        row("a windowful of rows after a jump, ms", lambda each: middle_and_worst(each["jump_ms"]), "16"),
        row("a star, onto the disk, ms", lambda each: middle_and_worst(each["star_ms"])),
        row("counts of the side bar, ms", lambda each: f"{each['counts_ms']:.0f}"),
        row("memory for all this, MB", lambda each: f"{each['memory_mb']:.0f}", "300"),
        (
            f"index made anew, pictures a second ({rebuild['files']:,} real files)",
            f"{rebuild['files'] / rebuild['seconds']:.0f}",
            *blank,
            "1,000",
        ),
        ("the same files looked over again, seconds", f"{rebuild['again_seconds']:.2f}", *blank, ""),
    ]


def middle_and_worst(values: list[float]) -> str:
    """`3 (at worst 20)`."""
    return f"{median(values):.0f} (at worst {max(values):.0f})"
