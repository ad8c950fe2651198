"""One start of the real program that has its picture taken: `sitting.py MOMENT DATA_DIR OUT THEME SIZE`.

MOMENT: "runs" only draws what the others show as recent runs; "create" goes from the empty page over drawing to a
cell's plot; "unkept" draws into a pictures folder that cannot be written; "preferences" opens those.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RUNS = (
    ("a robot at the beach", 4),
    ("a fox in the snow", 4),
    ("two penguins on a blue background", 4),
    ("a sailboat at sunset", 4),
)
PROMPT, SEED, PICTURES = "a panda wearing a top hat at night", 7, 9
QUEUED = ("a castle in the desert", "a green rocket at night")
SHOWN_AT = 0.66
"""Of a run's tokens: where the picture of the drawing is taken."""
CELL = (5, 2, 13)
"""Picture, row and column that are asked about."""

Steps = Iterator[int | Callable[[], bool]]
"""What to wait for, one after the other: milliseconds, or a question that becomes true."""


def main() -> int:
    moment, data, out, theme, size = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4], sys.argv[5]
    settings: dict[str, Any] = {"version": 1, "theme": theme, "reduced_motion": "on"}
    if moment == "unkept":
        blocker = data / "not-a-folder"
        data.mkdir(parents=True, exist_ok=True)
        blocker.write_text("A file where a folder should be.\n")
        settings["pictures_folder"] = str(blocker / "Armchair")
    from desktop_app import start  # noqa: PLC0415  # the engine's process imports this file, and needs no Qt
    from desktop_app.app import main as app_main  # noqa: PLC0415
    from desktop_app.app.program import Program  # noqa: PLC0415
    from desktop_app.core.paths import AppPaths  # noqa: PLC0415

    file = AppPaths.choose(data_dir=data, models_dir=None).settings_file
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))

    def seated(*arguments: Any, **named: Any) -> Program:
        from photographer import Photographer  # noqa: PLC0415

        program = Program(*arguments, **named)
        width, height = map(int, size.split("x"))
        program.window.resize(width, height)
        photographer = Photographer(program, out, f"{theme}-{size}")
        photographer.follow(getattr(photographer, moment)())
        return program

    app_main.Program = seated  # type: ignore[assignment, attr-defined]
    return start.main(["--data-dir", str(data)])


if __name__ == "__main__":
    sys.exit(main())
