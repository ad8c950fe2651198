import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.cli.console import Console, shortened, showable
from desktop_app.cli.progress import ProgressLine
from model_runtime.events import BatchReduced, Progress, StageChanged


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_escape_sequences_of_a_stranger_stay_text() -> None:
    out = io.StringIO()
    Console(out=out, err=io.StringIO()).result("a\x1b[2Jb\r\x07\u202ec\ud800")
    assert out.getvalue() == "a\\x1b[2Jb\\r\\x07\\u202ec\\ud800\n"


@given(st.text(st.characters(codec=None, categories=None)))
def test_showable_text_can_always_be_written(text: str) -> None:
    shown = showable(text)
    shown.encode()
    assert not {"\x1b", "\r", "\x9b", "\u202e"} & set(shown)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_no_encoding_ends_the_program(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Console(out=stream, err=stream)
    console.result("žluťoučký 🦊 ▕█▏")
    console.complain("žluťoučký 🦊 ▕█▏")
    assert raw.getvalue().count(b"\n") == 2


def test_a_reader_that_has_seen_enough_does_not_stop_the_drawing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    console = Console(out=Closed(), err=Closed())
    console.result("one")
    console.result("two")
    console.say("three")


def test_streams_that_are_closed_or_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    console = Console(out=closed, err=closed)
    console.result("one")
    console.complain("two")
    assert not console.live
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", None)
    console = Console()
    console.result("one")
    console.complain("two")
    console.status("three")
    console.close()


def test_a_full_disk_behind_stdout_is_heard_of() -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        Console(out=Full(), err=io.StringIO()).result("one")


def test_quiet_silences_all_but_complaints() -> None:
    err = Terminal()
    console = Console(quiet=True, out=io.StringIO(), err=err)
    console.say("hidden")
    console.status("hidden")
    console.complain("heard")
    assert err.getvalue() == "heard\n"


def test_a_status_line_makes_way_for_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out, err = io.StringIO(), Terminal()
    console = Console(out=out, err=err)
    console.status("halfway")
    console.result("a path")
    assert err.getvalue() == "\rhalfway\r       \r"
    assert out.getvalue() == "a path\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("short", "short"),
        ("two\n lines", "two lines"),
        ("x" * 30, "x" * 9 + "…"),
        ("a" + " " * 90 + "b", "a…"),
    ],
)
def test_shortened(text: str, expected: str) -> None:
    assert shortened(text, 10) == expected


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_progress_on_a_terminal_is_one_line_with_pace_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    err, clock = Terminal(), Clock()
    line = ProgressLine(Console(out=io.StringIO(), err=err), 4, clock=clock)
    line.show(StageChanged("drawing"))
    line.show(Progress(0, 64))
    clock.now = 30.0
    line.show(Progress(16, 64))
    shown = err.getvalue().rsplit("\r", 1)[1]
    assert "25 %, 0 of 4 pictures, 2.0 a minute, 1:30 left" in shown
    assert shown.startswith("▕██████ ")
    assert "\n" not in err.getvalue()


def test_progress_elsewhere_is_a_line_at_each_quarter() -> None:
    err, clock = io.StringIO(), Clock()
    line = ProgressLine(Console(out=io.StringIO(), err=err), 4, clock=clock)
    for done in range(65):
        clock.now = done / 8
        line.show(Progress(done, 64))
    lines = err.getvalue().splitlines()
    assert [text.split(",")[0] for text in lines] == ["25 %", "50 %", "75 %", "100 %"]
    assert "left" not in lines[-1]


def test_progress_of_a_narrow_or_simple_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "24")
    err = Terminal()
    line = ProgressLine(Console(out=io.StringIO(), err=err), 4)
    line.show(StageChanged("drawing"))
    line.show(Progress(32, 64))
    assert max(map(len, err.getvalue().split("\r"))) < 24
    monkeypatch.setenv("COLUMNS", "80")
    Terminal.encoding, kept = "ascii", Terminal.encoding
    try:
        line.show(Progress(33, 64))
        assert "[####" in err.getvalue()
    finally:
        Terminal.encoding = kept


def test_less_memory_is_told() -> None:
    err = io.StringIO()
    ProgressLine(Console(out=io.StringIO(), err=err), 4).show(BatchReduced(2))
    assert "drawing 2 at once" in err.getvalue()
