"""Preferences: declared once, read with forgiveness, written whole."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.settings import migrations
from desktop_app.core.settings import settings as declarations
from desktop_app.core.settings.migrations import migrate, version_of
from desktop_app.core.settings.preference import Group, Kind
from desktop_app.core.settings.settings import BY_KEY, CONTEXT, PREFERENCES, Settings
from desktop_app.core.settings.settings_file import SettingsFile
from model_runtime.errors import InvalidRequest


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.json")


def write(file: SettingsFile, values: object) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")


def others(path: Path) -> list[Path]:
    return [found for found in path.parent.iterdir() if found != path]


@pytest.mark.parametrize("preference", PREFERENCES, ids=lambda preference: preference.key)
def test_each_declaration_is_whole(preference: Any) -> None:
    assert preference.title
    assert preference.help.endswith(".")
    assert preference.check(preference.default) == preference.default
    assert (preference.kind is Kind.CHOICE) == bool(preference.choices)
    assert len({choice.value for choice in preference.choices}) == len(preference.choices)


def test_settings_refuse_what_their_declarations_do_not_allow() -> None:
    wrong: dict[str, Any] = {
        "theme": "pink",
        "image_count": True,
        "notify_when_finished": 1,
        "pictures_folder": "relative",
        "models_folder": "/nul\0byte",
        "model": " ",
    }
    for key, value in wrong.items():
        with pytest.raises(InvalidRequest) as caught:
            dataclasses.replace(Settings(), **{key: value})
        assert caught.value.parameters["field"] == key


def test_no_file_means_defaults_and_no_words(file: SettingsFile) -> None:
    assert file.load() == (Settings(), ())
    assert not file.path.exists()


def test_what_is_saved_is_loaded(file: SettingsFile, tmp_path: Path) -> None:
    changed = Settings(theme="dark", image_count=4, pictures_folder=str(tmp_path / "für dich"), inhibit_sleep=False)
    file.save(changed)
    assert file.load() == (changed, ())
    assert others(file.path) == []
    stored = json.loads(file.path.read_text(encoding="utf-8"))
    assert set(stored) == {"version", "theme", "image_count", "pictures_folder", "inhibit_sleep"}
    file.save(Settings())
    assert json.loads(file.path.read_text(encoding="utf-8")) == {"version": 1}


def test_a_bad_field_falls_back_alone(file: SettingsFile) -> None:
    write(file, {"version": 1, "theme": "pink", "image_count": 16.0, "device": "cpu"})
    settings, faults = file.load()
    assert settings == Settings(device="cpu")
    assert [(fault.code, fault.parameters["field"]) for fault in faults] == [
        ("bad_setting", "theme"),
        ("bad_setting", "image_count"),
    ]
    assert faults[0].parameters["value"] == "'pink'"


@pytest.mark.parametrize("text", ["{", "[]", "", '"x"', "\x00", "[" * 100_000, '{"a": 1} x'])
def test_an_unreadable_file_is_kept_aside(file: SettingsFile, text: str) -> None:
    write(file, text)
    settings, (fault,) = file.load()
    assert settings == Settings()
    assert fault.code == "broken_settings"
    kept = Path(fault.parameters["kept"])
    assert kept.name.startswith("settings.json.broken-")
    assert kept.read_text(encoding="utf-8") == text
    assert not file.path.exists()
    file.save(Settings(theme="dark"))
    assert file.load()[0].theme == "dark"
    assert kept.exists()


def test_bytes_that_are_no_text_are_kept_aside_too(file: SettingsFile) -> None:
    write(file, "")
    for content in (b"\xff\xfe{}", b" " * (9 * 2**20)):
        file.path.write_bytes(content)
        assert [fault.code for fault in file.load()[1]] == ["broken_settings"]
    assert len(others(file.path)) == 2


def test_a_file_that_cannot_be_opened_is_a_disk_fault(file: SettingsFile) -> None:
    file.path.mkdir(parents=True)
    settings, (fault,) = file.load()
    assert settings == Settings()
    assert fault.code == "os_error"


def test_a_mark_before_the_text_does_no_harm(file: SettingsFile) -> None:
    write(file, "\ufeff" + json.dumps({"theme": "dark"}))
    assert file.load() == (Settings(theme="dark"), ())


def test_unknown_keys_stay(file: SettingsFile) -> None:
    write(file, {"version": 1, "later": {"a": [1]}, "theme": "dark"})
    file.save(Settings(theme="light"))
    stored = json.loads(file.path.read_text(encoding="utf-8"))
    assert stored == {"version": 1, "later": {"a": [1]}, "theme": "light"}


def test_a_newer_file_is_read_and_copied_before_it_is_overwritten(file: SettingsFile) -> None:
    newer = {"version": 7, "theme": "dark", "device": {"name": "gpu"}}
    write(file, newer)
    settings, faults = file.load()
    assert settings == Settings(theme="dark")
    assert [fault.code for fault in faults] == ["newer_settings", "bad_setting"]
    assert json.loads(file.path.read_text(encoding="utf-8")) == newer
    file.save(settings)
    (copy,) = others(file.path)
    assert copy.name.startswith("settings.json.version-7-")
    assert json.loads(copy.read_text(encoding="utf-8")) == newer
    file.save(settings)
    assert others(file.path) == [copy]


def test_a_refused_write_leaves_the_old_file(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(Settings(theme="dark"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.save(Settings(theme="light"))
    monkeypatch.undo()
    assert file.load() == (Settings(theme="dark"), ())
    assert others(file.path) == []


def test_a_link_to_settings_elsewhere_stays_a_link(file: SettingsFile, tmp_path: Path) -> None:
    file.path.parent.mkdir()
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "settings.json"
    target.write_text("{}", encoding="utf-8")
    file.path.symlink_to(target)
    file.save(Settings(theme="dark"))
    assert file.path.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["theme"] == "dark"


def test_links_in_a_circle_are_a_disk_fault(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    file.path.symlink_to(file.path)
    assert [fault.code for fault in file.load()[1]] == ["os_error"]
    with pytest.raises(OSError, match="settings"):
        file.save(Settings())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_the_file_keeps_its_permissions(file: SettingsFile) -> None:
    file.save(Settings())
    file.path.chmod(0o600)
    file.save(Settings(theme="dark"))
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_migrations_run_from_the_files_version_on() -> None:
    def rename(values: dict[str, Any]) -> dict[str, Any]:
        return {"theme" if key == "colour" else key: value for key, value in values.items()}

    def drop(values: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in values.items() if key != "old"}

    steps = (rename, drop)
    assert migrate({"version": 1, "colour": "dark", "old": 1}, steps) == {"theme": "dark"}
    assert migrate({"colour": "dark"}, steps) == {"theme": "dark"}
    assert migrate({"version": 2, "colour": "dark", "old": 1}, steps) == {"colour": "dark"}
    assert migrate({"version": 9, "colour": "dark", "old": 1}, steps) == {"colour": "dark", "old": 1}
    assert len(migrations.MIGRATIONS) + 1 == migrations.VERSION


@pytest.mark.parametrize("version", [None, True, "2", 0, -1, 2.5, [], {}])
def test_a_senseless_version_is_the_first(version: object) -> None:
    assert version_of({"version": version}) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(values=st.dictionaries(st.sampled_from(["version", *BY_KEY]), json_values))
def test_no_file_stops_the_program(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    file = SettingsFile(tmp_path_factory.mktemp("settings") / "settings.json")
    write(file, values)
    settings, faults = file.load()
    for key, preference in BY_KEY.items():
        bad = any(fault.parameters.get("field") == key for fault in faults)
        expected = preference.default if bad or key not in values else values[key]
        assert getattr(settings, key) == expected


def test_lupdate_finds_every_title_and_help(tmp_path: Path) -> None:
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    found = tmp_path / "found.ts"
    subprocess.run([tool, declarations.__file__, "-ts", found], check=True, capture_output=True)
    contexts = ElementTree.parse(found).iter("context")  # noqa: S314  # our own tool's output
    context = next(part for part in contexts if part.findtext("name") == CONTEXT)
    sources = {message.findtext("source") for message in context.iter("message")}
    wanted = {text for preference in PREFERENCES for text in (preference.title, preference.help)}
    wanted |= {choice.title for preference in PREFERENCES for choice in preference.choices} - {""}
    assert sources == wanted


def test_every_section_has_something_in_it() -> None:
    assert {preference.group for preference in PREFERENCES} == set(Group)
