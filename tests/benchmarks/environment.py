"""The environment that min-dalle runs in, made once with uv beside the results.

min-dalle is installed without its own requirements: they would bring whatever torch is newest, and both sides
must compute with the same one.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

MIN_DALLE = "min-dalle==0.4.11"
IMPORTED = ("numpy", "pillow", "requests", "emoji", "typing_extensions")


def make_environment(folder: Path) -> Path:
    """The Python of the environment in `folder`, made where it is missing or has another torch.

    uv sees UV_FIND_LINKS and its other settings from the surroundings, as in the Makefile.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    torch = "torch==" + importlib.metadata.version("torch").partition("+")[0]
    made_with = folder / "made-with.txt"
    wanted = f"{torch} {MIN_DALLE}\n"
    if not made_with.exists() or made_with.read_text() != wanted:
        uv = str(Path(sys.executable).with_name("uv"))
        install = [uv, "pip", "install", "--quiet", "--python", str(python)]
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)], check=True)
        subprocess.run([*install, torch, *IMPORTED], check=True)
        subprocess.run([*install, "--no-deps", MIN_DALLE], check=True)
        made_with.write_text(wanted)
    return python
