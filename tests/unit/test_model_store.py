from __future__ import annotations

import json
from pathlib import Path

import pytest

from model_runtime.errors import CorruptCheckpoint, ModelNotInstalled, UnsupportedOperation
from model_runtime.model_store import lookup
from model_runtime.model_store.description import ModelDescription
from model_runtime.model_store.lookup import find_model, installed_models
from model_runtime.request import SamplingSettings


def make_model(folder: Path, **description: object) -> Path:
    for part in ("dalle_bart", "vqgan"):
        (folder / part).mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed model beside a shipped one, in a world without any other."""
    shipped = tmp_path / "resources"
    monkeypatch.setattr(lookup, "resource_path", shipped.joinpath)
    make_model(shipped / "models" / "starter", id="starter")
    make_model(tmp_path / "installed" / "mini", id="mini")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "installed"


def test_installed_ids_and_shipped_ones(models_dir: Path, tmp_path: Path) -> None:
    assert list(installed_models(models_dir)) == ["mini", "starter"]
    assert find_model("mini", models_dir=models_dir).text_model == models_dir / "mini" / "dalle_bart"
    assert find_model("starter").vqgan == tmp_path / "resources" / "models" / "starter" / "vqgan"


def test_an_installed_model_goes_before_a_shipped_one(models_dir: Path) -> None:
    own = make_model(models_dir / "starter", id="starter")
    assert find_model("starter", models_dir=models_dir).vqgan == own / "vqgan"


def test_a_folder_goes_before_an_id(models_dir: Path, tmp_path: Path) -> None:
    make_model(tmp_path / "mini", id="another")
    assert find_model("mini", models_dir=models_dir).description.id == "another"


def test_what_is_not_installed_is_told_with_what_is(models_dir: Path) -> None:
    for name in ("mega", "dalle-mini/dalle-mega", "", "../mini", "\0"):
        with pytest.raises(ModelNotInstalled, match="mini, starter") as caught:
            find_model(name, models_dir=models_dir)
        assert caught.value.parameters["installed"] == "mini, starter"


def test_a_download_is_refused_in_words(models_dir: Path) -> None:
    with pytest.raises(UnsupportedOperation) as caught:
        find_model("mega", models_dir=models_dir, download=True)
    assert caught.value.code == "download_not_available"
    assert "mega" in str(caught.value)


def test_a_bare_official_folder_needs_a_vqgan(tmp_path: Path) -> None:
    bare = tmp_path / "mini-1"
    bare.mkdir()
    (bare / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UnsupportedOperation) as caught:
        find_model(bare)
    assert caught.value.code == "vqgan_needed"
    found = find_model(bare, vqgan=tmp_path / "pictures", clip=tmp_path / "judge")
    assert (found.text_model, found.vqgan, found.clip) == (bare, tmp_path / "pictures", tmp_path / "judge")
    assert found.description == ModelDescription(id="mini-1", name="mini-1")


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(CorruptCheckpoint) as caught:
        find_model(tmp_path)
    assert caught.value.code == "not_a_model_folder"


def test_clip_is_optional(tmp_path: Path) -> None:
    folder = make_model(tmp_path / "m")
    assert find_model(folder).clip is None
    (folder / "clip").mkdir()
    assert find_model(folder).clip == folder / "clip"


def test_a_description_is_read(tmp_path: Path) -> None:
    defaults = {"temperature": 0.8, "top_k": 64, "condition_scale": 1.5}
    make_model(tmp_path / "m", id="x", name="X", revision="2", sha256="ab", defaults=defaults, card={"a": 1})
    found = ModelDescription.read(tmp_path / "m")
    assert found == ModelDescription(
        id="x",
        name="X",
        revision="2",
        sha256="ab",
        defaults=SamplingSettings(temperature=0.8, top_k=64, condition_scale=1.5),
        card={"a": 1},
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"id": 3}',
        '{"defaults": []}',
        '{"defaults": {"temperature": 0}}',
        '{"defaults": {"k": 1}}',
    ],
)
def test_a_damaged_description_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    with pytest.raises(CorruptCheckpoint) as caught:
        ModelDescription.read(tmp_path)
    assert caught.value.parameters["file"] == str(tmp_path / "model.json")
