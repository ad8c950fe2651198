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
    The files that the program itself keeps are properties: their names are spelled here and nowhere else.
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

    def with_overrides(self, *, pictures: str = "", models: str = "") -> AppPaths:
        """These folders with those a person chose in their place; "" = the one from before."""
        return replace(
            self,
            pictures=_absolute(pictures) if pictures else self.pictures,
            models=_absolute(models) if models else self.models,
        )

    @property
    def settings_file(self) -> Path:
        """The preferences."""
        return self.config / "settings.json"

    @property
    def presets_file(self) -> Path:
        """The person's own sampling presets."""
        return self.config / "presets.json"

    @property
    def window_state_file(self) -> Path:
        """How the window was left."""
        return self.data / "window.json"

    @property
    def history_file(self) -> Path:
        """Earlier prompts."""
        return self.data / "prompts.jsonl"

    @property
    def catalogue_file(self) -> Path:
        """The index over runs, pictures and waiting jobs."""
        return self.data / "catalogue.sqlite3"

    @property
    def thumbnails(self) -> Path:
        """The folder of small pictures."""
        return self.cache / "thumbnails"

    @property
    def log_file(self) -> Path:
        """What the program did; older parts lie beside it."""
        return self.logs / "armchair.log"


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
