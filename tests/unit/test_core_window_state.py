"""How the window was left is kept quietly or lost quietly."""

from pathlib import Path

import pytest

from desktop_app.core.window_state import WindowState, as_text


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "data" / "window.json"
    state = WindowState(file)
    assert (state.text("page"), state.number("count", 9), state.switch("locked")) == ("", 9, False)
    geometry = bytes(range(256))
    state.save({"page": "create", "count": 4, "locked": True, "geometry": as_text(geometry), "form": {"top_k": 5}})
    WindowState(file).save({"count": 16})
    again = WindowState(file)
    assert (again.text("page"), again.number("count"), again.switch("locked")) == ("create", 16, True)
    assert again.blob("geometry") == geometry
    assert again.group("form") == {"top_k": 5}
    assert [found.name for found in file.parent.iterdir()] == ["window.json"]


def test_values_of_the_wrong_kind_are_not_there(tmp_path: Path) -> None:
    state = WindowState(tmp_path / "window.json")
    state.save({"page": 3, "count": True, "locked": 1, "geometry": "not base64", "form": []})
    assert state.text("page", "create") == "create"
    assert state.number("count", 4) == 4
    assert state.switch("locked", otherwise=True)
    assert state.blob("geometry") == b""
    assert state.group("form") == {}


@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_broken_file_is_an_empty_one(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "window.json"
    file.write_bytes(content)
    state = WindowState(file)
    assert state.text("page") == ""
    state.save({"page": "models"})
    assert WindowState(file).text("page") == "models"


def test_an_unwritable_folder_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way", encoding="utf-8")
    state = WindowState(tmp_path / "data" / "window.json")
    state.save({"page": "models"})
    assert state.text("page") == "models"
