"""The real window with a stopwatch in it: `window_side.py BEGAN ANSWER DATA_DIR DRAWS`.

BEGAN is what the clock said just before this process was started. The program runs as `armchair` runs it; a
subclass of its `Program` looks on, draws DRAWS times nine pictures and stops as many runs more, closes the window and
writes what it saw to ANSWER. Nothing heavy is imported at the top: the engine's process imports this file too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PICTURES = 9
PROMPT = "a panda wearing a top hat at night"
STOP_AFTER = (0.15, 0.35, 0.55, 0.75, 0.9)
"""Shares of a run after which the next ones are stopped."""
SETTLED = 700
"""Milliseconds of rest between two measurements."""


def main() -> int:
    began, answer, folder, draws = float(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    from desktop_app import start  # noqa: PLC0415  # what a start costs begins here
    from desktop_app.app import main as app_main  # noqa: PLC0415
    from desktop_app.app.program import Program  # noqa: PLC0415

    def watched(*arguments: Any, **named: Any) -> Program:
        from window_watch import Watch  # noqa: PLC0415  # after the program's own imports

        program = Program(*arguments, **named)
        watches.append(Watch(program, began, draws))
        return program

    watches: list[Any] = []
    app_main.Program = watched  # type: ignore[assignment, attr-defined]
    status = start.main(["--data-dir", folder])
    answer.write_text(json.dumps(watches[0].seen))
    return status


if __name__ == "__main__":
    sys.exit(main())
