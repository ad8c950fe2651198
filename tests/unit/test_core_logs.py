"""The log has a cap on its size and no place for a prompt."""

import ast
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import desktop_app
import model_runtime
from desktop_app.core.jobs.engine_state import EngineStage
from desktop_app.core.logs import OpenLog, PrivateFormatter, loggable, open_log

log = logging.getLogger("desktop_app.core.somewhere")
PROMPT = "Zanzibar pelican"
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "armchair.log"


@pytest.fixture
def opened(file: Path) -> Iterator[OpenLog]:
    opened = open_log(file, max_bytes=2000, older_files=2)
    yield opened
    opened.close()


@pytest.mark.usefixtures("opened")
def test_what_is_written(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    job = str(uuid.uuid4())
    log.info("job %s took %.1f s for %d pictures on %s", job, 1.25, 9, EngineStage.READY)
    log.warning("failed: %s", "out_of_memory")
    log.debug("never mind")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert lines[0].endswith(f"INFO desktop_app.core.somewhere: job {job} took 1.2 s for 9 pictures on ready")
    assert lines[1].endswith("WARNING desktop_app.core.somewhere: failed: out_of_memory")
    assert caplog.messages[1] == "failed: out_of_memory"


def fault_of(prompt: str) -> KeyError:
    try:
        return {}[prompt]  # type: ignore[no-any-return]
    except KeyError as error:
        return error


@pytest.mark.usefixtures("opened")
def test_no_prompt_gets_in(file: Path) -> None:
    prompt = PROMPT
    log.info("drawing %s", prompt)
    log.info("drawing %(prompt)r for %(count)d", {"prompt": prompt, "count": 4})
    log.info("drawing %s and %s", [prompt], {"prompt": prompt})
    log.info("saved %s", Path("/pictures/20261121-zanzibar-pelican-7.png"))
    log.info("failed: %s", ValueError(prompt))
    log.error("failed", exc_info=fault_of(prompt))
    logging.getLogger("some.library").warning("cannot tokenize %s", prompt)
    text = file.read_text(encoding="utf-8")
    assert "KeyError: '…'" in text
    assert f"drawing <text of {len(PROMPT)}> for 4" not in text  # %r quotes what stands for it
    assert f"drawing '<text of {len(PROMPT)}>' for 4" in text
    assert "saved /pictures/….png" in text.replace("\\", "/")
    assert "zanzibar" not in text.casefold()
    assert "pelican" not in text.casefold()


@pytest.mark.usefixtures("opened")
def test_the_size_is_capped(file: Path) -> None:
    for number in range(500):
        log.info("line %d", number)
    files = sorted(file.parent.iterdir())
    assert [found.name for found in files] == ["armchair.log", "armchair.log.1", "armchair.log.2"]
    assert all(found.stat().st_size <= 2000 for found in files)
    assert "line 499" in file.read_text(encoding="utf-8")


def test_closing_leaves_the_loggers_as_they_were(file: Path) -> None:
    loggers = [logging.getLogger(name) for name in ("desktop_app", "model_runtime")]
    before = [(list(logger.handlers), logger.level) for logger in loggers]
    opened = open_log(file)
    assert [(list(logger.handlers), logger.level) for logger in loggers] != before
    opened.close()
    assert [(list(logger.handlers), logger.level) for logger in loggers] == before


def test_an_unwritable_folder_is_the_callers_to_tell(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way", encoding="utf-8")
    with pytest.raises(OSError, match="logs"):
        open_log(tmp_path / "logs" / "armchair.log")


@pytest.mark.usefixtures("opened")
def test_a_full_disk_stops_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop_app.core.logs._Handler.flush", full)
    log.info("lost")
    monkeypatch.undo()
    log.info("back")
    assert "back" in file.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("template", "args"), [("%s and %s", (PROMPT,)), ("%d", (PROMPT,)), (PROMPT.split(), ())])
def test_a_mistaken_call_shows_no_more(template: object, args: tuple[object, ...]) -> None:
    record = logging.LogRecord("desktop_app", logging.INFO, __file__, 1, template, args, None)
    assert "pelican" not in PrivateFormatter("%(message)s").format(record)
    assert record.args == args


def test_values_say_no_more_than_they_may() -> None:
    assert loggable("a fox") == "<text of 5>"
    assert loggable("fox") == "<text of 3>"
    assert loggable("engine_died") == "engine_died"
    assert loggable("0.1.0.dev3") == "0.1.0.dev3"
    assert loggable("0.1 foxes") == "<text of 9>"
    assert loggable(Path("/a/folder/model.json")).replace("\\", "/") == "/a/folder/model.json"
    assert loggable(object()) == "<object>"
    assert loggable(None) == "None"


def log_calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            if name.strip("_") in {"log", "logger", "logging"}:
                yield node


def test_every_message_of_ours_is_a_template_in_the_source() -> None:
    packages = [Path(package.__file__).parent for package in (desktop_app, model_runtime)]  # type: ignore[arg-type]
    calls = [(file, call) for package in packages for file in package.rglob("*.py") for call in log_calls(file)]
    assert calls
    for file, call in calls:
        assert isinstance(call.args[0], ast.Constant), f"{file}:{call.lineno} builds its message"
