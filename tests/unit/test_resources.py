"""Shipped data is found from a checkout, an installed wheel and a frozen program."""

from pathlib import Path

import pytest

from model_runtime import resources


@pytest.mark.parametrize(
    ("folder", "frozen", "found"),
    [
        ("resources", False, "resources"),
        ("armchair_resources", False, "armchair_resources"),
        ("armchair_resources", True, "bundle/resources"),
    ],
)
def test_the_three_layouts(tmp_path: Path, folder: str, frozen: bool, found: str) -> None:
    (tmp_path / folder).mkdir()
    bundle = str(tmp_path / "bundle") if frozen else None
    assert resources._root(tmp_path / "model_runtime", bundle) == tmp_path / found


def test_a_frozen_program_says_where_it_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.resource_path("starter", "model.json") == tmp_path / "resources" / "starter" / "model.json"


def test_this_checkout() -> None:
    assert resources.resource_path() == Path(__file__).parents[2] / "resources"
