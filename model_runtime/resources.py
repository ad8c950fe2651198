"""Where the data that ships with the program lies."""

from __future__ import annotations

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """The path of a shipped file or folder, such as `resource_path("starter")`; it need not exist."""
    frozen = getattr(sys, "_MEIPASS", None)
    return _root(Path(__file__).resolve().parent, frozen).joinpath(*parts)


def _root(package: Path, frozen: str | None) -> Path:
    """The resource folder, seen from the `model_runtime` package and a frozen program's folder."""
    if frozen is not None:
        return Path(frozen) / "resources"
    # In site-packages the folder has a name of its own: "resources" there would belong to nobody.
    installed = package.parent / "armchair_resources"
    return installed if installed.is_dir() else package.parent / "resources"
