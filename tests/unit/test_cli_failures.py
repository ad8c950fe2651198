"""Faults become sentences, bugs become reports; neither becomes a traceback unasked."""

import errno
import signal
from pathlib import Path

import pytest

from desktop_app.cli import info
from desktop_app.cli.failures import CommandError, exit_code, sentence
from desktop_app.cli.interrupts import Interrupts
from desktop_app.cli.main import main
from desktop_app.core.crash_reports import write_crash_report
from model_runtime.control import RunControl
from model_runtime.errors import CorruptPicture, InvalidRequest, ModelNotInstalled, UnsupportedOperation


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (InvalidRequest("not_an_integer", field="top_k", value="x"), 2, "--top-k must be"),
        (InvalidRequest("out_of_range", field="image_count", value=0, allowed="1"), 2, "-n is 0"),
        (ModelNotInstalled("model_not_installed", model="m", installed="none"), 1, "'m'"),
        (UnsupportedOperation("vqgan_needed", model="m"), 1, "--vqgan."),
        (CorruptPicture("no_recipe", file="a\nb.png"), 1, "a b.png"),
        (CommandError("no such thing.", 2), 2, "no such thing."),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a.png"), 1, "a.png: No such file"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "No space left on device."),
        (OSError("odd"), 1, "odd"),
        (MemoryError(), 1, "not enough memory"),
    ],
)
def test_expected_faults(error: Exception, code: int, words: str) -> None:
    assert exit_code(error) == code
    assert words in sentence(error)
    assert "\n" not in sentence(error)


def break_info(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(info, "run", bug)


def test_a_bug_leaves_a_report_and_says_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    break_info(monkeypatch)
    assert main(["info", "a.png", "--data-dir", str(tmp_path)]) == 70
    err = capsys.readouterr().err
    (report,) = (tmp_path / "logs").iterdir()
    assert str(report) in err
    assert "Traceback" not in err
    text = report.read_text(encoding="utf-8")
    assert "ZeroDivisionError: a bug" in text
    assert "Python" in text


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    break_info(monkeypatch)
    assert main(["info", "a.png", "--debug", "--data-dir", str(tmp_path)]) == 70
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.undo()
    assert main(["info", str(tmp_path / "no.png"), "--debug", "--data-dir", str(tmp_path)]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_report_finds_another_place_where_the_folder_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "spare"))
    report = write_crash_report(ValueError("a bug"), tmp_path / "file" / "logs")
    assert report is not None
    assert report.parent == tmp_path / "spare"
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "file"))
    assert write_crash_report(ValueError("a bug"), tmp_path / "file" / "logs") is None


def test_the_first_interrupt_stops_the_second_cancels_the_third_ends() -> None:
    interrupts, control = Interrupts(), RunControl()
    with interrupts.steering(control):
        interrupts.ask()
        assert control.stopping
        assert not control.cancelled
        interrupts.ask()
        assert control.cancelled
        with pytest.raises(KeyboardInterrupt):
            interrupts.ask()
    assert interrupts.asked == 3


def test_an_interrupt_between_runs_ends_the_program() -> None:
    with pytest.raises(KeyboardInterrupt):
        Interrupts().ask()


def test_handlers_are_put_back_and_ignored_signals_stay_ignored() -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        kept = signal.getsignal(signal.SIGINT)
        interrupts = Interrupts()
        with interrupts.installed():
            assert signal.getsignal(signal.SIGINT) == interrupts.ask
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is kept
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_interrupted_command_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(info, "run", interrupted)
    assert main(["info", "a.png", "--data-dir", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "armchair-cli: interrupted.\n"
