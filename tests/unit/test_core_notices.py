"""Faults become notices by a table that forgets none; the board keeps and replaces them."""

import ast
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

import desktop_app
from desktop_app.core.advice import DISK_GUIDANCE, GUIDANCE, Action, Advice, Level, guidance
from desktop_app.core.disk_faults import kind_of
from desktop_app.core.faults import Fault
from desktop_app.core.notices import MOST, Notice, NoticeBoard
from model_runtime.errors import SENTENCES, OutOfMemory

Node = TypeVar("Node", bound=ast.AST)


def test_every_code_of_the_engine_is_in_the_table() -> None:
    assert set(SENTENCES) <= set(GUIDANCE)


def trees() -> list[ast.Module]:
    files = sorted(Path(desktop_app.__file__).parent.rglob("*.py"))
    return [ast.parse(file.read_text(encoding="utf-8")) for file in files]


def nodes(kind: type[Node]) -> Iterator[Node]:
    return (node for tree in trees() for node in ast.walk(tree) if isinstance(node, kind))


def test_every_code_of_the_program_is_in_the_table() -> None:
    """Looks for literal codes of `Fault(code="…")` and of errors made as `SomeError("code", …)`."""
    errors = {
        found.name
        for found in nodes(ast.ClassDef)
        if any(isinstance(base, ast.Name) and base.id == "ArmchairError" for base in found.bases)
    }
    assert {"LibraryError", "PresetRefused"} <= errors
    codes = set()
    for call in nodes(ast.Call):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        code = [keyword.value for keyword in call.keywords if keyword.arg == "code"] or call.args[:1]
        if name in {"Fault", "InvalidRequest", *errors} and code and isinstance(code[0], ast.Constant):
            codes.add(str(code[0].value))
    assert {"bad_setting", "engine_died", "newer_catalogue"} <= codes  # the search itself finds something
    assert codes - set(GUIDANCE) == set()


def test_the_table_uses_everything_it_offers() -> None:
    rows = [*GUIDANCE.values(), *DISK_GUIDANCE.values()]
    assert {row.advice for row in rows} == set(Advice)
    assert {action for row in rows for action in row.actions} == set(Action)
    assert {row.level for row in rows} == set(Level)


@pytest.mark.parametrize(
    ("number", "kind", "advice"),
    [
        (errno.ENOSPC, "disk_full", Advice.FREE_SPACE),
        (errno.EROFS, "read_only", Advice.CHOOSE_FOLDER),
        (errno.EACCES, "not_allowed", Advice.CHECK_PERMISSION),
        (errno.EPERM, "not_allowed", Advice.CHECK_PERMISSION),
        (errno.ENOENT, "missing", Advice.CHECK_DRIVE),
        (errno.EBUSY, "busy", Advice.CLOSE_OTHERS),
        (errno.EIO, "device_failed", Advice.CHECK_DRIVE),
        (errno.ELOOP, "other", Advice.TRY_AGAIN),
    ],
)
def test_disk_faults_are_told_apart(number: int, kind: str, advice: Advice) -> None:
    fault = Fault.of(OSError(number, "words of the system", "/somewhere"))
    assert fault.code == "os_error"
    assert fault.parameters == {"file": "/somewhere", "reason": "words of the system", "kind": kind}
    assert Notice.of(fault).advice is advice
    assert kind in DISK_GUIDANCE


def test_windows_numbers_say_more_than_their_errno() -> None:
    error = OSError(errno.EACCES, "in use")
    error.winerror = 32  # type: ignore[attr-defined, unused-ignore]  # only Windows declares it
    assert kind_of(error) == "busy"
    assert kind_of(OSError("no number at all")) == "other"


def test_a_real_read_only_folder_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing") as caught:
        (tmp_path / "missing" / "file").write_text("x", encoding="utf-8")
    assert Fault.of(caught.value).parameters["kind"] == "missing"


def test_a_fault_nobody_foresaw_is_a_bug() -> None:
    assert guidance(Fault(code="never_heard_of")) == GUIDANCE["unexpected_error"]
    notice = Notice.of(Fault.of(ZeroDivisionError("a bug")))
    assert (notice.level, notice.advice) == (Level.ERROR, Advice.SEND_REPORT)
    assert Action.COPY_DETAILS in notice.actions
    assert "ZeroDivisionError" in notice.details


def test_details_can_always_be_copied() -> None:
    fault = Fault.of(OutOfMemory("out_of_memory", device="cpu", batch=9))
    assert Notice.of(fault).actions[-1] is Action.COPY_DETAILS
    assert Notice.of(Fault(code="cancelled", details="x")).actions == (Action.COPY_DETAILS,)
    assert Notice.of(Fault(code="cancelled")).actions == ()


def test_the_board_tells_its_subscribers_what_stands() -> None:
    board = NoticeBoard()
    seen: list[list[str]] = []
    unsubscribe = board.subscribe(lambda notices: seen.append([notice.code for notice in notices]))
    board.post_fault(Fault(code="bad_setting", parameters={"field": "theme"}), key="theme", title="Theme")
    board.post(Notice(level=Level.INFO, code="cancelled"))
    assert board.notices[0].parameters == {"field": "theme", "title": "Theme"}
    board.dismiss("theme")
    board.dismiss("theme")
    unsubscribe()
    unsubscribe()
    board.dismiss("cancelled")
    assert seen == [[], ["bad_setting"], ["bad_setting", "cancelled"], ["cancelled"]]
    assert board.notices == ()


def test_a_notice_takes_the_place_of_one_with_its_key() -> None:
    board = NoticeBoard()
    board.post(Notice(level=Level.INFO, code="cancelled", parameters={"done": 1}))
    board.post(Notice(level=Level.INFO, code="no_recipe"))
    board.post(Notice(level=Level.INFO, code="cancelled", parameters={"done": 2}))
    assert [notice.code for notice in board.notices] == ["cancelled", "no_recipe"]
    assert board.notices[0].parameters == {"done": 2}


def test_the_board_does_not_grow_without_end() -> None:
    board = NoticeBoard()
    for number in range(MOST + 5):
        board.post(Notice(level=Level.INFO, code="cancelled", key=str(number)))
    assert [notice.key for notice in board.notices] == [str(number) for number in range(5, MOST + 5)]


def test_a_subscriber_may_leave_while_being_told() -> None:
    board = NoticeBoard()
    told = []
    leave = board.subscribe(lambda _: told.append("first") or (leave() if len(told) > 1 else None))  # type: ignore[func-returns-value]
    board.subscribe(lambda _: told.append("second"))
    board.post(Notice(level=Level.INFO, code="cancelled"))
    board.post(Notice(level=Level.INFO, code="no_recipe"))
    assert told.count("first") == 2
    assert told.count("second") == 3
