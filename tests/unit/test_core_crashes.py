"""Crash reports say what a developer needs and nothing that a person typed."""

import argparse
import faulthandler
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop_app.core.crash_handlers import CrashHandlers, recover_hard_crash
from desktop_app.core.crash_reports import MOST_REPORTS, CrashReports, report_fault, write_crash_report
from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job import Job, ModelChoice
from desktop_app.core.tracebacks import private_traceback, shorten_home
from model_runtime.request import GenerationRequest

PROMPT = "Zanzibar pelican"


def fail_with_argument(prompt: str) -> None:
    raise KeyError(prompt)


def fail_with_job(job: Job) -> None:
    raise ValueError(f"cannot draw {job.request.prompt!r} today")


def fail_with_namespace(options: argparse.Namespace) -> None:
    raise RuntimeError("no " + options.prompts[0].upper())


@dataclass
class Slug:
    caption: str

    def fail(self) -> None:
        raise OSError(2, "No such file", f"/pictures/{self.caption.replace(' ', '-').lower()}-7.png")


def fail_in_a_chain(prompt: str) -> None:
    try:
        fail_with_argument(prompt)
    except KeyError as error:
        error.add_note(f"note: it was {prompt}")
        raise RuntimeError("the second") from error


def fail_in_a_group(prompt: str) -> None:
    raise ExceptionGroup("several", [ValueError(prompt), TypeError(f"not {prompt}")])


@pytest.mark.parametrize(
    ("fail", "argument", "kind"),
    [
        (fail_with_argument, PROMPT, "KeyError"),
        (fail_with_job, Job(request=GenerationRequest(prompt=PROMPT), model=ModelChoice(model="m")), "cannot draw"),
        (fail_with_namespace, argparse.Namespace(prompts=[PROMPT]), "RuntimeError: no"),
        (Slug.fail, Slug(PROMPT), "FileNotFoundError: [Errno 2] No such file"),
        (fail_in_a_chain, PROMPT, "RuntimeError: the second"),
        (fail_in_a_group, PROMPT, "TypeError: not"),
    ],
)
def test_no_prompt_is_in_a_report(fail: Callable[[Any], None], argument: Any, kind: str, tmp_path: Path) -> None:
    with pytest.raises(BaseException) as caught:
        fail(argument)
    report = write_crash_report(caught.value, tmp_path)
    assert report is not None
    for text in (report.read_text(encoding="utf-8"), Fault.of(caught.value).details):
        assert kind in text
        assert fail.__name__ in text
        assert "zanzibar" not in text.casefold()
        assert "pelican" not in text.casefold()


def test_texts_that_are_named_private_are_left_out_too() -> None:
    error = ValueError(f"about {PROMPT}, twice: {PROMPT}")
    assert private_traceback(error, [PROMPT]) == "ValueError: about …, twice: …\n"
    assert private_traceback(ValueError("ValueError"), ["a ValueError"]) == "ValueError: …\n"


def test_odd_objects_do_not_stop_a_report() -> None:
    class Odd:
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError(name)

    def fail(prompt: object) -> None:
        nested: list[object] = []
        nested.append(nested)
        raise ValueError("with odd things around")

    with pytest.raises(ValueError, match="odd") as caught:
        fail(Odd())
    assert "odd things around" in private_traceback(caught.value)


def test_exceptions_in_a_circle_end() -> None:
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    assert private_traceback(first).count("ValueError") == 2


def test_the_home_folder_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "/home/jane")
    assert shorten_home("File /home/jane/x.py, not /home/janet/y.py") == "File ~/x.py, not /home/janet/y.py"
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, "/")
    assert shorten_home("/usr/lib") == "/usr/lib"


def test_a_report_names_the_program_and_the_versions(tmp_path: Path) -> None:
    report = write_crash_report(ValueError("x"), tmp_path / "logs", program="armchair")
    assert report is not None
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("armchair ended unexpectedly, 20")
    for start in ("Python 3.", "torch ", "PySide6-Essentials ", "numpy "):
        assert any(line.startswith(start) for line in lines)


def test_reports_are_unseen_until_marked(tmp_path: Path) -> None:
    reports = CrashReports(tmp_path / "logs")
    assert reports.unseen() == ()
    reports.mark_seen()
    assert not (tmp_path / "logs").exists()
    first = write_crash_report(ValueError("first"), tmp_path / "logs")
    second = write_crash_report(ValueError("second"), tmp_path / "logs")
    assert [report.file for report in reports.unseen()] == [second, first]
    assert "ValueError: second" in reports.unseen()[0].text()
    reports.mark_seen()
    third = write_crash_report(ValueError("third"), tmp_path / "logs")
    assert [report.file for report in CrashReports(tmp_path / "logs").unseen()] == [third]


def test_a_broken_list_of_seen_reports_only_tells_again(tmp_path: Path) -> None:
    write_crash_report(ValueError("x"), tmp_path)
    reports = CrashReports(tmp_path)
    reports.mark_seen()
    for content in ("{", '{"seen": 3}', '{"seen": [3]}'):
        (tmp_path / "crash-reports-seen.json").write_text(content, encoding="utf-8")
        assert len(reports.unseen()) == 1


def test_only_so_many_reports_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_REPORTS + 3):
        write_crash_report(ValueError(number), tmp_path)
    assert len(list(tmp_path.iterdir())) == MOST_REPORTS


def test_a_fault_of_another_process_is_reported_too(tmp_path: Path) -> None:
    with pytest.raises(KeyError) as caught:
        fail_with_argument(PROMPT)
    fault = Fault.of(caught.value)
    report = report_fault(fault, tmp_path, program="armchair")
    assert report is not None
    text = report.read_text(encoding="utf-8")
    assert text.startswith("armchair went on after unexpected_error, 20")
    assert "fail_with_argument" in text
    assert "pelican" not in text.casefold()


def run(code: str) -> subprocess.CompletedProcess[str]:
    start = (
        "import sys, threading, os\nfrom pathlib import Path\n"
        "from desktop_app.core.crash_handlers import CrashHandlers\n"
    )
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=False)


def test_uncaught_exceptions_of_every_thread_are_reported(tmp_path: Path) -> None:
    done = run(
        f"handlers = CrashHandlers(Path({str(tmp_path)!r}), program='armchair')\nhandlers.install()\n"
        "thread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()\nraise ValueError('main')\n"
    )
    assert done.returncode == 1
    assert "ValueError: main" in done.stderr
    texts = [report.text() for report in CrashReports(tmp_path).unseen()]
    assert len(texts) == 2
    assert "ValueError: main" in texts[0]
    assert "ZeroDivisionError" in texts[1]


def test_a_hard_crash_is_reported_at_the_next_start(tmp_path: Path) -> None:
    code = f"handlers = CrashHandlers(Path({str(tmp_path)!r}), program='armchair')\nhandlers.install()\n"
    done = run(code + "import faulthandler\nfaulthandler._sigsegv()\n")
    assert done.returncode != 0
    assert CrashReports(tmp_path).unseen() == ()
    assert run(code + "handlers.uninstall()").returncode == 0
    (report,) = CrashReports(tmp_path).unseen()
    assert report.text().startswith("armchair ended hard, 20")
    assert "egmentation" in report.text() or "access violation" in report.text()
    assert [found.name for found in tmp_path.iterdir()] == [report.file.name]


def test_a_killed_program_left_no_crash(tmp_path: Path) -> None:
    (tmp_path / "hard-crash-armchair.txt").write_text("", encoding="utf-8")
    assert recover_hard_crash(tmp_path, program="armchair") is None
    assert CrashReports(tmp_path).unseen() == ()


def test_handlers_tell_of_a_crash_and_go_away_again(tmp_path: Path) -> None:
    told: list[tuple[str, Path | None]] = []
    before = sys.excepthook, threading.excepthook
    watched = faulthandler.is_enabled()
    handlers = CrashHandlers(tmp_path, program="armchair", on_crash=lambda error, file: told.append((str(error), file)))
    handlers.install()
    try:
        file = handlers.report(ValueError("caught after all"))
    finally:
        handlers.uninstall()
        if watched:
            faulthandler.enable()
    assert told == [("caught after all", file)]
    assert (sys.excepthook, threading.excepthook) == before
    assert [found.name for found in tmp_path.iterdir()] == [file.name if file else ""]


def test_what_fails_again_and_again_is_reported_once(tmp_path: Path) -> None:
    told: list[BaseException] = []
    handlers = CrashHandlers(tmp_path, program="armchair")
    handlers.on_crash = lambda error, _: told.append(error)
    files = set()
    for failing in (fail_with_argument, fail_with_argument, fail_in_a_group):
        with pytest.raises((KeyError, ExceptionGroup)) as caught:
            failing("a fox")
        files.add(handlers.report(caught.value))
    assert len(told) == len(files) == len(list(tmp_path.iterdir())) == 2


def test_a_failing_listener_does_not_hide_the_crash(tmp_path: Path) -> None:
    done = run(
        f"handlers = CrashHandlers(Path({str(tmp_path)!r}), program='armchair')\nhandlers.install()\n"
        "handlers.on_crash = lambda error, file: 1 / 0\nraise ValueError('main')\n"
    )
    assert "ValueError: main" in done.stderr
    assert "ZeroDivisionError" in done.stderr


def test_handlers_work_without_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").write_text("in the way", encoding="utf-8")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "logs"))
    handlers = CrashHandlers(tmp_path / "logs", program="armchair")
    handlers.install()
    try:
        assert handlers.report(ValueError("x")) is None
    finally:
        handlers.uninstall()
