"""No code of core or engine is without words, and numbers read as people write them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

import desktop_app.core
import model_runtime
from desktop_app.core.advice import DISK_GUIDANCE, GUIDANCE, Action, Advice
from desktop_app.core.disk_faults import DiskFault
from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage
from desktop_app.core.notices import Notice
from desktop_app.core.settings.preference import Group
from desktop_app.core.settings.settings import PREFERENCES
from desktop_app.ui import formats, texts
from desktop_app.ui.message_sentences import DISK_SENTENCES, SENTENCES
from model_runtime.errors import SENTENCES as ENGINE_SENTENCES
from model_runtime.errors import ArmchairError, OutOfMemory
from model_runtime.events import Stage
from model_runtime.presets import PRESETS

CORE, ENGINE = (Path(str(package.__file__)).parent for package in (desktop_app.core, model_runtime))
PROGRAM = CORE.parent
SOURCES = [*ENGINE.rglob("*.py"), *CORE.rglob("*.py"), *(PROGRAM / "workers").rglob("*.py")]
SOURCES += (PROGRAM / "presenters").rglob("*.py")


def errors_and_faults() -> set[str]:
    """The names of the classes whose first argument, or argument `code`, is a code."""

    def below(kind: type) -> Iterator[str]:
        yield kind.__name__
        for one in kind.__subclasses__():
            yield from below(one)

    for path in CORE.rglob("*.py"):  # so that all subclasses are known
        __import__(
            ".".join(("desktop_app.core", *path.relative_to(CORE).with_suffix("").parts)).removesuffix(".__init__")
        )
    return {*below(ArmchairError), "Fault", "Notice"}


def codes_in(path: Path, names: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called not in names:
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if called not in ("Fault", "Notice"):
            given += node.args[:1]
        for value in given:
            for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value


def test_every_code_in_the_source_has_a_sentence(qapp: QApplication) -> None:
    names = errors_and_faults()
    found = {code: path.name for path in SOURCES for code in codes_in(path, names)}
    assert len(found) > 45
    missing = {code: where for code, where in found.items() if code not in SENTENCES}
    assert missing == {}


def test_every_code_of_the_tables_has_a_sentence() -> None:
    assert set(ENGINE_SENTENCES) <= set(SENTENCES)
    assert set(GUIDANCE) <= set(SENTENCES)
    assert set(DISK_GUIDANCE) == set(DISK_SENTENCES) == set(get_args(DiskFault))


@pytest.mark.parametrize("code", sorted(ENGINE_SENTENCES))
def test_a_sentence_asks_for_nothing_that_the_engine_does_not_give(code: str) -> None:
    known = set(re.findall(r"\{(\w+)", ENGINE_SENTENCES[code]))
    assert set(re.findall(r"\{(\w+)", SENTENCES[code])) <= known


@pytest.mark.parametrize("text", [*SENTENCES.values(), *DISK_SENTENCES.values(), *filter(None, texts.ADVICE.values())])
def test_sentences_are_plain_and_end(text: str) -> None:
    assert text[-1] in ".?"
    assert "!" not in text
    assert text[0] == text[0].upper()


def test_everything_else_has_words_too(qapp: QApplication) -> None:
    assert all(texts.advice(which) for which in Advice if which is not Advice.NONE)
    assert all(texts.action(which) for which in Action)
    assert all(texts.engine_stage(stage) for stage in EngineStage)
    assert all(texts.group(which) for which in Group)
    assert set(texts.RUN_STAGES) == set(get_args(Stage))
    assert all(texts.run_stage(stage) for stage in get_args(Stage))
    assert set(texts.PRESETS) == set(PRESETS)
    for preference in PREFERENCES:
        assert texts.setting_title(preference)
        assert texts.setting_help(preference)
        assert all(texts.choice_title(choice) for choice in preference.choices)


def test_a_sentence_carries_its_parameters(qapp: QApplication) -> None:
    fault = Fault.of(OutOfMemory("out_of_memory", device="cuda", batch=16))
    assert texts.sentence(fault) == "There is not enough memory on cuda to draw 16 at once."
    assert texts.sentence(Notice.of(fault)) == texts.sentence(fault)
    refused = Fault(code="out_of_range", parameters={"field": "temperature", "value": -1, "allowed": "above 0"})
    assert texts.sentence(refused) == "Temperature is -1; it must be above 0."
    setting = Fault(code="bad_setting", parameters={"field": "theme", "value": "'sepia'"})
    assert texts.sentence(setting) == "The preference “Theme” cannot be 'sepia'."


@pytest.mark.parametrize("kind", get_args(DiskFault))
def test_what_the_disk_refused_is_told_apart(qapp: QApplication, kind: str) -> None:
    fault = Fault(code="os_error", parameters={"file": "/a/b.png", "reason": "no", "kind": kind})
    assert "/a/b.png" in texts.sentence(fault)
    assert len({DISK_SENTENCES[other] for other in get_args(DiskFault)}) == len(get_args(DiskFault))


def test_home_is_never_spelled_out(qapp: QApplication) -> None:
    file = str(Path.home() / "Pictures")
    assert texts.sentence(Fault(code="pictures_folder_gone", parameters={"file": file})).endswith("~/Pictures.")


def test_a_missing_word_never_hides_the_message(qapp: QApplication) -> None:
    assert "…" in texts.sentence(Fault(code="corrupt_file", parameters={}))
    assert "brand_new" in texts.sentence(Fault(code="brand_new"))
    # Braces in a value are a value.
    assert "{file}" in texts.sentence(Fault(code="corrupt_file", parameters={"file": "{file}", "reason": "{0}"}))


def test_names_of_presets_and_fields(qapp: QApplication) -> None:
    assert texts.preset("official") != "official"
    assert texts.preset("My own") == "My own"
    assert texts.field("theme") == "Theme"
    assert texts.field("unheard_of") == "unheard_of"


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


def test_numbers_are_grouped_also_where_no_locale_is_set() -> None:
    QLocale.setDefault(QLocale.c())
    assert formats.number(2048) == "2,048"
    assert formats.figures(9.44) == "9.4"
    assert formats.figures(9.96) == "10"
    assert formats.figures(2048.4) == "2,048"


def test_numbers_wear_the_locale(german: None) -> None:
    assert formats.number(2048) == "2.048"
    assert formats.figures(9.44) == "9,4"


@pytest.mark.parametrize(
    "share, text",
    [
        (1, "100 %"),
        (0.124, "12 %"),
        (0.0411, "4.1 %"),
        (0.0003, "0.03 %"),
        (0.001, "0.1 %"),
        (0.04, "4 %"),
        (0.00001, "< 0.01 %"),
        (0, "0 %"),
    ],
)
def test_shares(share: float, text: str) -> None:
    assert formats.percent(share) == text


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0.2, "nearly done"),
        (1.6, "about 2 s left"),
        (43, "about 45 s left"),
        (59.9, "about 55 s left"),
        (178, "about 3 min left"),
        (4800, "about 1 h 20 min left"),
        (7200, "about 2 h left"),
        (200_000, "more than a day left"),
        (float("inf"), ""),
        (float("nan"), ""),
    ],
)
def test_time_left(seconds: float, text: str) -> None:
    assert formats.time_left(seconds) == text


@pytest.mark.parametrize(
    "count, text",
    [
        (0, "0 B"),
        (999, "999 B"),
        (4_600_000_000, "4.6 GB"),
        (999_999, "1.0 MB"),
        (250_000_000, "250 MB"),
        (1500, "2 kB"),
    ],
)
def test_sizes(count: int, text: str) -> None:
    assert formats.size(count) == text


@pytest.mark.parametrize(
    "rate, text",
    [
        (52.3, "52 pictures a minute"),
        (1.0, "1 picture a minute"),
        (3.44, "3.4 pictures a minute"),
        (0.25, "a picture in 4 min"),
        (0, "0 pictures a minute"),
    ],
)
def test_rates(rate: float, text: str) -> None:
    assert formats.rate(rate) == text
