import dataclasses
from pathlib import Path

import pytest

from desktop_app.core.paths import AppPaths


def all_of(paths: AppPaths) -> dict[str, Path]:
    return {field.name: getattr(paths, field.name) for field in dataclasses.fields(paths)}


def test_with_a_data_dir_everything_lies_below_it(tmp_path: Path) -> None:
    paths = all_of(AppPaths.choose(data_dir=tmp_path / "here"))
    assert all(folder.is_relative_to(tmp_path / "here") for folder in paths.values())
    assert len(set(paths.values())) == len(paths)
    assert not (tmp_path / "here").exists()


def test_the_models_dir_stands_apart(tmp_path: Path) -> None:
    paths = AppPaths.choose(data_dir=tmp_path / "data", models_dir=tmp_path / "models")
    assert paths.models == tmp_path / "models"
    assert paths.pictures.is_relative_to(tmp_path / "data")
    assert AppPaths.choose(models_dir=tmp_path).models == tmp_path


def test_the_usual_folders_are_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("XDG_PICTURES_DIR", raising=False)
    paths = all_of(AppPaths.choose())
    assert all(folder.is_absolute() for folder in paths.values())
    assert paths["pictures"].name == "Armchair"
    assert len(set(paths.values())) == len(paths)


def test_relative_and_home_folders_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    assert AppPaths.choose(data_dir="data").data == tmp_path / "data"
    assert AppPaths.choose(data_dir="~/data").data == tmp_path / "home" / "data"
    assert AppPaths.choose(data_dir="~nobody-of-this-name/data").data.is_absolute()


def test_two_data_dirs_share_nothing(tmp_path: Path) -> None:
    one, other = (all_of(AppPaths.choose(data_dir=tmp_path / name)) for name in ("one", "other"))
    assert set(one.values()).isdisjoint(other.values())


def test_chosen_folders_take_the_place_of_the_usual_ones(tmp_path: Path) -> None:
    paths = AppPaths.choose(data_dir=tmp_path / "data")
    assert paths.with_overrides() == paths
    assert paths.with_overrides(pictures="", models="") == paths
    changed = paths.with_overrides(pictures=str(tmp_path / "mine"), models="~/models")
    assert (changed.pictures, changed.models.name) == (tmp_path / "mine", "models")
    assert changed.models.is_absolute()
    assert all_of(changed) | {"pictures": paths.pictures, "models": paths.models} == all_of(paths)


def test_no_two_files_of_the_program_share_a_name(tmp_path: Path) -> None:
    paths = AppPaths.choose(data_dir=tmp_path)
    names = [name for name, value in vars(AppPaths).items() if isinstance(value, property)]
    files = {getattr(paths, name) for name in names}
    assert len(files) == len(names) >= 7
    assert all(file.is_relative_to(tmp_path) for file in files)
