"""A person's own presets: named once, bounded, never lost for one bad entry."""

import json
from pathlib import Path

import pytest

from desktop_app.core.presets import BUILT_IN, MAX_NAME, MAX_PRESETS, Preset, PresetRefused, Presets
from model_runtime.presets import PRESETS
from model_runtime.request import SamplingSettings

CALM = SamplingSettings(temperature=0.5, top_k=10, top_p=0.9, condition_scale=2)
WILD = SamplingSettings(temperature=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "presets.json"


def loaded(file: Path) -> Presets:
    presets = Presets(file)
    assert presets.load() == ()
    return presets


def own(presets: Presets) -> list[tuple[str, SamplingSettings | None]]:
    return [(preset.name, preset.sampling) for preset in presets.all() if not preset.built_in]


def test_the_built_in_ones_come_first(file: Path) -> None:
    presets = loaded(file)
    assert presets.all() == BUILT_IN
    assert [preset.name for preset in BUILT_IN] == list(PRESETS)
    assert not file.exists()


def test_add_replace_rename_delete(file: Path) -> None:
    presets = loaded(file)
    assert presets.add("  my   Wild ", WILD) == Preset("my Wild", WILD)
    presets.add("calm", CALM)
    assert own(presets) == own(loaded(file)) == [("calm", CALM), ("my Wild", WILD)]
    presets.replace("calm", WILD)
    presets.rename("my Wild", "My wild")
    presets.rename("calm", "still")
    assert own(loaded(file)) == [("My wild", WILD), ("still", WILD)]
    assert presets.delete("still") == Preset("still", WILD)
    assert own(presets) == own(loaded(file)) == [("My wild", WILD)]
    assert [found.name for found in file.parent.iterdir()] == ["presets.json"]


def test_names_are_unique_and_sensible(file: Path) -> None:
    presets = loaded(file)
    presets.add("calm", CALM)
    presets.add("other", CALM)
    refusals = {
        "preset_name_empty": [lambda: presets.add(" \n", WILD), lambda: presets.add("a\0b", WILD)],
        "preset_name_long": [lambda: presets.add("x" * (MAX_NAME + 1), WILD)],
        "preset_name_taken": [
            lambda: presets.add("CALM", WILD),
            lambda: presets.add("Official", WILD),
            lambda: presets.rename("other", "Calm"),
        ],
        "preset_built_in": [lambda: presets.delete("official"), lambda: presets.replace("model", WILD)],
        "preset_unknown": [lambda: presets.rename("nobody", "x"), lambda: presets.delete("CALM")],
    }
    for code, tries in refusals.items():
        for attempt in tries:
            with pytest.raises(PresetRefused) as caught:
                attempt()
            assert caught.value.code == code
    assert own(presets) == own(loaded(file)) == [("calm", CALM), ("other", CALM)]


def test_there_is_an_end_to_them(file: Path) -> None:
    file.parent.mkdir()
    listed = [{"name": f"{number}"} for number in range(MAX_PRESETS)]
    file.write_text(json.dumps({"presets": listed}), encoding="utf-8")
    with pytest.raises(PresetRefused, match="preset_too_many"):
        loaded(file).add("one more", WILD)


def test_bad_entries_are_left_out_alone_and_kept_in_the_file(file: Path) -> None:
    bad = [{"name": "hot", "temperature": -1}, {"name": 3}, "x", {"name": "Official"}, {"name": "k", "top_k": True}]
    file.parent.mkdir()
    file.write_text(json.dumps({"later": 1, "presets": [{"name": "wild", "temperature": 2}, *bad]}), encoding="utf-8")
    presets = Presets(file)
    faults = presets.load()
    assert [fault.code for fault in faults] == ["bad_preset"] * 5
    assert faults[0].parameters["name"] == "hot"
    assert own(presets) == [("wild", WILD)]
    presets.add("calm", CALM)
    stored = json.loads(file.read_text(encoding="utf-8"))
    assert stored["presets"][2:] == bad
    assert stored["later"] == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"presets": 3}'])
def test_a_broken_file_is_kept_aside(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    presets = Presets(file)
    (fault,) = presets.load()
    assert fault.code == "broken_presets"
    assert Path(fault.parameters["kept"]).read_text(encoding="utf-8") == text
    presets.add("calm", CALM)
    assert own(loaded(file)) == [("calm", CALM)]


def test_a_newer_file_is_copied_before_it_is_written(file: Path) -> None:
    file.parent.mkdir()
    newer = json.dumps({"version": 4, "presets": [{"name": "wild", "temperature": 2, "later": 1}]})
    file.write_text(newer, encoding="utf-8")
    presets = Presets(file)
    assert [fault.code for fault in presets.load()] == ["newer_presets"]
    presets.add("calm", CALM)
    presets.add("calmer", CALM)
    copies = [found for found in file.parent.iterdir() if found != file]
    assert [copy.read_text(encoding="utf-8") for copy in copies] == [newer]


def test_what_the_disk_refuses_has_not_happened(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way", encoding="utf-8")
    presets = Presets(tmp_path / "config" / "presets.json")
    assert [fault.code for fault in presets.load()] == ["os_error"]
    with pytest.raises(OSError, match="config"):
        presets.add("calm", CALM)
    assert presets.all() == BUILT_IN


def test_settings_are_recognised_as_a_preset(file: Path) -> None:
    presets = loaded(file)
    presets.add("calm", CALM)
    defaults = SamplingSettings(temperature=0.7)
    assert [
        preset and preset.name
        for preset in (presets.named(each, defaults) for each in (defaults, CALM, WILD, PRESETS["official"] or WILD))
    ] == ["model", "calm", None, "official"]
