"""The Create page's presenters: form, reading, estimate, plot. Only the engine's far end is played."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.core.installed_models import InstalledModel, list_models
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.core.sampling_plot import plot_choice
from desktop_app.presenters.create.create_presenter import CreatePresenter
from desktop_app.presenters.create.estimate_presenter import EstimatePresenter
from desktop_app.presenters.create.form import Form
from desktop_app.presenters.create.plot_presenter import Cell, PlotPresenter
from desktop_app.presenters.create.reading_presenter import ReadingPresenter
from model_runtime.events import LogitsKept
from model_runtime.request import MAX_SEED, SamplingSettings

FACTS = ModelFacts(
    model_id="starter",
    name="Starter",
    revision="1",
    device="cpu",
    precision="float32",
    image_length=16,
    codebook_size=64,
    resolution=16,
    defaults=SamplingSettings(),
)


class FarEngine(QObject):
    """Remembers what it is asked; the test answers."""

    state_changed = Signal(object)
    job_started = Signal(str)
    job_ended = Signal(str, object)
    logits_arrived = Signal(int, object)
    estimate_arrived = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []

    def ask_estimate(self, request: object) -> int:
        self.asked.append(("estimate", request))
        return len(self.asked)

    def ask_logits(self, prompt: str, tokens: Any, position: int) -> int:
        self.asked.append(("logits", prompt, tokens.tolist(), position))
        return len(self.asked)


class Later:
    """Background work that the test lets happen."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, Any, Any]] = []

    def run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Any = None) -> None:
        self.waiting.append((work, done, failed))

    def happen(self) -> None:
        waiting, self.waiting = self.waiting, []
        for work, done, failed in waiting:
            try:
                result = work()
            except Exception as error:
                failed(Fault.of(error))
            else:
                done(result)


@pytest.fixture
def engine(qtbot: QtBot) -> FarEngine:
    return FarEngine()


@pytest.fixture(scope="module")
def models() -> tuple[InstalledModel, ...]:
    return list_models(None)


def presenter(models: tuple[InstalledModel, ...], **form: Any) -> CreatePresenter:
    return CreatePresenter(Form(**form), models, device="auto", precision="auto")


def test_a_seed_is_used_once_unless_it_is_locked(models: tuple[InstalledModel, ...], qtbot: QtBot) -> None:
    create = presenter(models, prompt=" a fox ", seed=7)
    job = create.draw()
    assert job is not None
    assert (job.request.prompt, job.request.seed, create.form.seed) == ("a fox", 7, None)
    drawn = create.draw()
    assert drawn is not None
    assert drawn.request.seed is not None  # chosen now, so that what waits is what will be drawn
    create.change(seed=9, seed_locked=True)
    create.draw()
    assert create.form.seed == 9


def test_nothing_is_made_of_no_words(models: tuple[InstalledModel, ...], qtbot: QtBot) -> None:
    create = presenter(models, prompt=" \n ")
    made: list[object] = []
    create.job_made.connect(made.append)
    assert create.draw() is None
    assert not made


def test_a_seed_too_high_for_the_last_picture_is_refused(models: tuple[InstalledModel, ...], qtbot: QtBot) -> None:
    create = presenter(models, prompt="a fox", seed=MAX_SEED, image_count=4)
    with qtbot.waitSignal(create.refused) as refused:
        assert create.draw() is None
    fault = refused.args[0]
    assert (fault.code, fault.parameters["field"]) == ("out_of_range", "seed")
    assert create.form.seed == MAX_SEED


def test_another_model_brings_its_defaults_but_keeps_what_was_set(
    models: tuple[InstalledModel, ...], qtbot: QtBot
) -> None:
    starter = models[0]
    other = InstalledModel(id="other", name="Other")
    create = presenter((starter, other), model=starter.id, sampling=starter.defaults)
    create.change(model="other")
    assert create.form.sampling == other.defaults
    own = SamplingSettings(temperature=0.33)
    create.change(sampling=own)
    create.change(model=starter.id)
    assert create.form.sampling == own
    create.use_sampling(None)
    assert create.form.sampling == starter.defaults


def test_a_model_that_is_gone_gives_way(models: tuple[InstalledModel, ...], qtbot: QtBot) -> None:
    create = presenter((InstalledModel(id="gone", name="Gone"),), model="gone")
    create.set_models(models)
    assert create.form.model == models[0].id


def test_the_newest_prompt_is_read(models: tuple[InstalledModel, ...], qtbot: QtBot) -> None:
    later = Later()
    reading = ReadingPresenter(later)
    seen: list[Any] = []
    reading.reading_changed.connect(seen.append)
    reading.use_model(models[0])
    reading.show("a fox")
    later.happen()  # the tokenizer
    reading.show("a xylophonist fox")  # before the first is read
    later.happen()
    qtbot.waitUntil(lambda: bool(later.waiting))
    later.happen()
    assert [word.text for word in seen[-1].unknown_words] == ["xylophonist"]
    assert not any(one is not None and "xylo" not in one.text for one in seen)


def test_an_estimate_is_asked_for_once_and_not_while_drawing(engine: FarEngine, qtbot: QtBot) -> None:
    estimates = EstimatePresenter(engine)
    seen: list[object] = []
    estimates.estimate_changed.connect(seen.append)
    engine.state_changed.emit(EngineState(stage=EngineStage.READY, facts=FACTS))
    estimates.show(Form(prompt="a fox"))
    qtbot.waitUntil(lambda: len(engine.asked) == 1)
    answer = SimpleNamespace(seconds=2.0, peak_bytes=1)
    engine.estimate_arrived.emit(1, answer)
    assert seen[-1] is answer
    estimates.show(Form(prompt="a fox", sampling=SamplingSettings(temperature=0.5)))
    assert seen[-1] is answer  # the temperature costs nothing
    engine.job_started.emit("job")
    estimates.show(Form(prompt="a fox", image_count=9))
    assert seen[-1] is None
    qtbot.wait(400)
    assert len(engine.asked) == 1
    engine.job_ended.emit("job", None)
    qtbot.waitUntil(lambda: len(engine.asked) == 2)


TOKENS = np.arange(8, dtype=np.uint16)


@pytest.fixture
def plot(engine: FarEngine) -> PlotPresenter:
    presenter = PlotPresenter(engine)
    engine.state_changed.emit(EngineState(stage=EngineStage.READY, facts=FACTS))
    return presenter


def test_the_plot_follows_the_run_until_a_cell_is_chosen(engine: FarEngine, plot: PlotPresenter) -> None:
    seen: list[Any] = []
    plot.plot_changed.connect(seen.append)
    rng = np.random.default_rng(1)
    with_prompt, without = rng.normal(size=(2, 64)).astype(np.float16)
    plot.follow_run()
    plot.take_kept(LogitsKept(0, 5, 40, with_prompt, without))
    settings = SamplingSettings(temperature=0.7, top_k=9, condition_scale=3.0)
    plot.set_sampling(settings)
    wanted = plot_choice(with_prompt, without, settings, chosen=40)
    assert seen[-1].cell == Cell(index=0, row=1, column=1)
    assert seen[-1].plot.token_ids.tolist() == wanted.token_ids.tolist()
    assert seen[-1].plot.effective == pytest.approx(wanted.effective)

    plot.ask(Cell(index=2, row=1, column=2), prompt="a fox", model_id="starter", tokens=TOKENS)
    assert engine.asked == [("logits", "a fox", [0, 1, 2, 3, 4, 5], 6)]
    plot.take_kept(LogitsKept(0, 9, 1, with_prompt, without))  # does not move what was chosen
    assert (seen[-1].cell.index, seen[-1].plot) == (2, None)
    engine.logits_arrived.emit(1, (with_prompt, without))
    assert seen[-1].cell == Cell(index=2, row=1, column=2)
    assert seen[-1].plot.rank == plot_choice(with_prompt, without, settings, chosen=6).rank
    plot.follow_run()
    plot.take_kept(LogitsKept(0, 9, 1, with_prompt, without))
    assert seen[-1].cell.index == 0


def test_a_cell_that_is_not_drawn_or_of_another_model_is_refused(engine: FarEngine, plot: PlotPresenter) -> None:
    seen: list[Any] = []
    plot.plot_changed.connect(seen.append)
    plot.ask(Cell(index=0, row=2, column=0), prompt="a fox", model_id="starter", tokens=TOKENS)
    assert seen[-1].fault.code == "plot_not_drawn_yet"
    plot.ask(Cell(index=0, row=0, column=0), prompt="a whale", model_id="mini", tokens=TOKENS)
    assert seen[-1].fault == Fault(code="plot_needs_model", parameters={"model": "mini"})
    assert not engine.asked
    plot.clear()
    assert seen[-1] is None


def test_an_answer_that_comes_late_changes_nothing(engine: FarEngine, plot: PlotPresenter) -> None:
    plot.ask(Cell(index=0, row=0, column=1), prompt="a fox", model_id="starter", tokens=TOKENS)
    plot.ask(Cell(index=0, row=1, column=1), prompt="a fox", model_id="starter", tokens=TOKENS)
    seen: list[Any] = []
    plot.plot_changed.connect(seen.append)
    logits = np.zeros(64, np.float32)
    engine.logits_arrived.emit(1, (logits, logits))
    assert not seen
    engine.logits_arrived.emit(2, (logits, logits))
    assert seen[-1].cell == Cell(index=0, row=1, column=1)


def test_a_fault_is_told_where_the_plot_would_be(engine: FarEngine, plot: PlotPresenter) -> None:
    plot.ask(Cell(index=0, row=0, column=1), prompt="a fox", model_id="starter", tokens=TOKENS)
    seen: list[Any] = []
    plot.plot_changed.connect(seen.append)
    engine.logits_arrived.emit(1, Fault(code="out_of_memory"))
    assert (seen[-1].plot, seen[-1].fault.code) == (None, "out_of_memory")
