"""Pictures that the tiny model really drew, in a real library, in the viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.branching import rewind_job
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.family import family
from desktop_app.core.library.shelf import Shelf
from desktop_app.presenters.viewer.branch_presenter import BranchPresenter
from desktop_app.presenters.viewer.family_presenter import FamilyPresenter
from desktop_app.presenters.viewer.opened_picture import ViewedPicture
from desktop_app.presenters.viewer.time_lapse_presenter import TimeLapsePresenter
from desktop_app.presenters.viewer.viewer_presenter import ViewerPresenter
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.binding import ViewerParts, bind_viewer
from desktop_app.ui.viewer.viewer_page import ViewerPage
from desktop_app.workers.background import Background
from model_runtime.pipeline import DalleMiniPipeline
from model_runtime.request import GenerationRequest
from model_runtime.result import GeneratedImage


class LookingEngine(QObject):
    """The real pipeline, asked in the test's own thread; answers come when the test says so."""

    state_changed = Signal(object)
    pixels_arrived = Signal(int, object)

    def __init__(self, pipeline: DalleMiniPipeline) -> None:
        super().__init__()
        self._pipeline = pipeline
        self.asked: list[tuple[int, np.ndarray, bool]] = []

    def be_ready(self, *, model: str = "tiny", revision: str = "1") -> None:
        facts = ModelFacts(
            model_id=model, name=model, revision=revision, device="cpu", precision="float32", image_length=16,
            codebook_size=64, resolution=16, defaults=self._pipeline.defaults,
        )  # fmt: skip
        self.state_changed.emit(EngineState(stage=EngineStage.READY, facts=facts))

    def ask_decode(self, tokens: np.ndarray, *, coarse: bool) -> int:
        ticket = 1 + (self.asked[-1][0] if self.asked else 0)
        self.asked.append((ticket, tokens, coarse))
        return ticket

    def answer(self, fault: Fault | None = None) -> None:
        ticket, tokens, coarse = self.asked[-1]
        self.pixels_arrived.emit(ticket, fault or self._pipeline.look(tokens, coarse=coarse))

    def answer_all(self) -> None:
        answered = 0
        while answered != len(self.asked):
            answered = len(self.asked)
            self.answer()


@dataclass
class Viewing:
    page: ViewerPage
    parts: ViewerParts
    engine: LookingEngine
    background: Background
    images: list[GeneratedImage]
    pictures: list[ViewedPicture]
    folder: Path
    qtbot: QtBot

    def open(self, index: int = 0) -> None:
        self.parts.viewer.open(self.pictures, index)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: self.parts.viewer.current is not None, timeout=20_000)


@pytest.fixture(scope="session")
def drawn(tiny_pipeline: DalleMiniPipeline) -> list[GeneratedImage]:
    """A run of three, and one drawn again from the first's third row."""
    request = GenerationRequest(prompt="a small <b>red</b> boat", seed=8, image_count=3)
    run = list(tiny_pipeline.generate(request).images)
    again = rewind_job(run[0].recipe, 2, image_count=1, device="cpu", precision="float32")
    return [*run, tiny_pipeline.generate(again.request).images[0]]


@pytest.fixture
def viewing(
    qtbot: QtBot, qapp: QApplication, tiny_pipeline: DalleMiniPipeline, drawn: list[GeneratedImage], tmp_path: Path
) -> Iterator[Viewing]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    pictures = tmp_path / "pictures"
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite", pictures=pictures)
    shelf = Shelf(pictures, catalogue)
    job = rewind_job(drawn[0].recipe, 2, image_count=1, device="cpu", precision="float32")
    kept = [shelf.keep(image, job.parent_of(0) if image is drawn[3] else None) for image in drawn]
    viewed = [ViewedPicture(id=one.id, path=one.path, prompt=drawn[0].run.prompt) for one in kept]
    background, engine = Background(), LookingEngine(tiny_pipeline)
    parts = ViewerParts(
        viewer=ViewerPresenter(background),
        time_lapse=TimeLapsePresenter(engine),  # type: ignore[arg-type]  # only what the time-lapse asks is there
        branch=BranchPresenter(lambda: ("cpu", "float32"), lambda model: "1"),
        family=FamilyPresenter(
            lambda key: family(catalogue.connections, pictures, key), background, tmp_path / "cache"
        ),
    )
    page = ViewerPage(Theme("light"), lambda fault: f"fault {getattr(fault, 'code', '')}")
    qtbot.addWidget(page)
    bind_viewer(page, parts)
    page.resize(800, 700)
    page.show()
    yield Viewing(page, parts, engine, background, drawn, viewed, tmp_path, qtbot)
    background.shutdown()
    catalogue.close()
    QLocale.setDefault(before)


def flat_picture(path: Path, size: tuple[int, int], colour: str) -> Path:
    Image.new("RGB", size, colour).save(path)
    return path
