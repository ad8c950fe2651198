"""Where everything lies that the program writes, gathered in one value that is handed in."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from platformdirs import PlatformDirs

APP_NAME = "Armchair"


@dataclass(frozen=True, kw_only=True)
class AppPaths:
    """Absolute folders; none of them need exist, whoever writes makes what is missing.

    data: library index and what must not be lost. config: settings. cache: what can be made again.
    logs: run and crash reports. pictures: the dated folders of pictures. models: one folder a model.
    """

    data: Path
    config: Path
    cache: Path
    logs: Path
    pictures: Path
    models: Path

    @classmethod
    def choose(
        cls,
        *,
        data_dir: str | os.PathLike[str] | None = None,
        models_dir: str | os.PathLike[str] | None = None,
    ) -> AppPaths:
        """The system's usual folders, or everything below `data_dir`; `models_dir` stands apart from both.

        With `data_dir` the user's own folders are neither read nor written. Raises nothing: folders that
        cannot be used are found out where they are used.
        """
        paths = _usual() if data_dir is None else _below(_absolute(data_dir))
        return paths if models_dir is None else replace(paths, models=_absolute(models_dir))


def _usual() -> AppPaths:
    # Without an author: Windows would otherwise get a folder within a folder of the same name.
    dirs = PlatformDirs(APP_NAME, appauthor=False)
    data = Path(dirs.user_data_dir)
    return AppPaths(
        data=data,
        config=Path(dirs.user_config_dir),
        cache=Path(dirs.user_cache_dir),
        logs=Path(dirs.user_log_dir),
        pictures=Path(dirs.user_pictures_dir) / APP_NAME,
        models=data / "models",
    )


def _below(root: Path) -> AppPaths:
    return AppPaths(
        data=root,
        config=root / "config",
        cache=root / "cache",
        logs=root / "logs",
        pictures=root / "pictures",
        models=root / "models",
    )


def _absolute(folder: str | os.PathLike[str]) -> Path:
    path = Path(folder)
    with suppress(RuntimeError):  # "~name" of nobody: then it is a folder of that name
        path = path.expanduser()
    return path.absolute()
