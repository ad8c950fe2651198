"""The time-lapse of a stored picture: asked of the engine piece by piece, played in the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import EngineStage, EngineState, ModelFacts
from desktop_app.presenters.ports import Engine
from desktop_app.presenters.run.pixels import qimage
from desktop_app.presenters.viewer.branch_presenter import is_other_version
from desktop_app.presenters.viewer.drawing_frames import DrawingFrames, FrameSource
from desktop_app.presenters.viewer.opened_picture import OpenedPicture
from model_runtime.recipe.record import Recipe

WHOLE_MILLISECONDS = 8000
"""From the first token to the last at speed 1."""
SPEEDS = (0.5, 1.0, 2.0, 4.0)


class LapseStage(StrEnum):
    """Whether there is something to play."""

    NO_TOKENS = "no_tokens"  # the file holds none
    NEEDS_MODEL = "needs_model"  # its model is not loaded; `model` names it
    OTHER_VERSION = "other_version"  # the model that is loaded reads its tokens as another picture
    COMING = "coming"
    READY = "ready"
    FAILED = "failed"  # `fault` says why


@dataclass(frozen=True, kw_only=True)
class LapseState:
    """place: which of `count` moments is shown. tokens: drawn by then; side: tokens along the square.

    decoded, rows: how many of the rows are there as the decoder makes them. model: the picture's.
    """

    stage: LapseStage = LapseStage.NO_TOKENS
    playing: bool = False
    by_token: bool = False
    speed: float = 1.0
    place: int = 0
    count: int = 1
    tokens: int = 0
    side: int = 0
    decoded: int = 0
    rows: int = 0
    model: str = ""
    fault: Fault | None = None


class TimeLapsePresenter(QObject):
    """state_changed(LapseState). frame_changed(QImage): the moment that is shown, whole; the layer covers the rest.

    load_wanted(str): the person wants the picture's model. save_wanted(FrameSource, OpenedPicture).
    """

    state_changed = Signal(object)
    frame_changed = Signal(QImage)
    load_wanted = Signal(str)
    save_wanted = Signal(object, object)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._facts: ModelFacts | None = None  # of the loaded one
        self._opened: OpenedPicture | None = None
        self._frames: DrawingFrames | None = None
        self._moments = [0]
        self._ticket: int | None = None
        self._asked_rows: int | None = None  # of the ticket; None = the coarse picture
        self.state = LapseState()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        engine.state_changed.connect(self._take_state)
        engine.pixels_arrived.connect(self._take_pixels)

    def open(self, opened: OpenedPicture | None) -> None:
        """Begin with another picture, None = none: nothing more is asked or played."""
        self._opened, self._frames, self._ticket = opened, None, None
        self._timer.stop()
        state = replace(self.state, stage=LapseStage.NO_TOKENS, playing=False, place=0, count=1, tokens=0, fault=None)
        self.state = replace(state, side=0, decoded=0, rows=0, model="")
        recipe = None if opened is None else opened.recipe
        if opened is not None and recipe is not None and opened.side and recipe.tokens_done:
            self._begin(opened, recipe)
        self._tell()

    def play(self, playing: bool) -> None:
        """Go on from where it is, from the beginning where it is at the end; or stop."""
        state = self.state
        if state.stage is not LapseStage.READY or playing == state.playing:
            return
        if playing and state.place == state.count - 1:
            self._go(0)
        self._change(playing=playing)
        self._time()

    def scrub(self, place: int) -> None:
        """Show one moment; playing goes on from there."""
        self._go(min(max(place, 0), self.state.count - 1))

    def set_speed(self, speed: float) -> None:
        """Play so many times faster."""
        self._change(speed=speed)
        self._time()

    def set_by_token(self, by_token: bool) -> None:
        """Token by token, or row by row; it stays at the same moment."""
        if by_token != self.state.by_token:
            tokens = self.state.tokens
            self._change(by_token=by_token)
            self._set_moments()
            self._go(max(place for place, moment in enumerate(self._moments) if moment <= tokens))
            self._time()

    def load_model(self) -> None:
        """Ask for the picture's model."""
        if self.state.stage is LapseStage.NEEDS_MODEL:
            self.load_wanted.emit(self.state.model)

    def save(self, undrawn: tuple[int, int, int]) -> None:
        """Ask for a file of what is played; `undrawn`: the colour of what is not drawn yet."""
        if self.state.stage is LapseStage.READY and self._frames is not None:
            seconds = WHOLE_MILLISECONDS / 1000 / self.state.speed
            source = FrameSource(self._frames, self._moments, seconds=seconds, undrawn=undrawn)
            self.save_wanted.emit(source, self._opened)

    def _begin(self, opened: OpenedPicture, recipe: Recipe) -> None:
        image = opened.image.convertToFormat(QImage.Format.Format_RGB888)
        flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        final = flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
        try:
            self._frames = DrawingFrames(recipe, final)
        except ValueError:
            return
        self.state = replace(
            self.state,
            side=self._frames.side,
            rows=recipe.tokens_done // self._frames.side,
            model=recipe.run.model.id,
        )
        self._set_moments()
        self._ask()

    def _set_moments(self) -> None:
        if self._frames is not None:
            self._moments = self._frames.moments(by_token=self.state.by_token)
            last = len(self._moments) - 1
            place = last if not self.state.playing else self.state.place
            self.state = replace(self.state, count=last + 1, place=min(place, last))
            self.state = replace(self.state, tokens=self._moments[self.state.place])

    # What the engine gives --------------------------------------------------------------------------

    def _ask(self) -> None:
        frames, recipe = self._frames, self._opened.recipe if self._opened else None
        if frames is None or recipe is None or self._ticket is not None:
            return
        facts, model = self._facts, recipe.run.model
        if facts is None or facts.model_id != model.id or is_other_version(facts.revision, model.revision):
            if not frames.is_ready:
                other = facts is not None and facts.model_id == model.id
                self.state = replace(self.state, stage=LapseStage.OTHER_VERSION if other else LapseStage.NEEDS_MODEL)
            return
        if not frames.is_ready:
            self.state = replace(self.state, stage=LapseStage.COMING)
            self._asked_rows = None
            self._ticket = self._engine.ask_decode(frames.tokens.astype(np.int32), coarse=True)
        elif (rows := frames.missing_row) is not None:
            self._asked_rows = rows
            tokens = frames.tokens[: rows * frames.side].astype(np.int32)
            self._ticket = self._engine.ask_decode(tokens, coarse=False)

    def _take_state(self, state: EngineState) -> None:
        self._facts = state.facts if state.stage is EngineStage.READY else None
        if self._frames is not None and not self._frames.is_ready and self._ticket is None:
            self._ask()
            self._tell()

    def _take_pixels(self, ticket: int, answer: object) -> None:
        frames = self._frames
        if ticket != self._ticket or frames is None:
            return
        self._ticket = None
        if isinstance(answer, Fault):
            self._fail(answer)
            return
        pixels = np.asarray(answer)
        try:
            if self._asked_rows is None:
                frames.take_coarse(pixels)
            else:
                frames.take_decoded(self._asked_rows, pixels)
        except ValueError as error:  # another model of the same name
            self._fail(Fault.of(error))
            return
        self.state = replace(self.state, stage=LapseStage.READY, decoded=self._asked_rows or 0)
        self._ask()
        self._tell()
        self._show()

    def _fail(self, fault: Fault) -> None:
        if self._frames is not None and self._frames.is_ready:
            return  # what there is can be played
        self._change(stage=LapseStage.FAILED, fault=fault)

    # What is shown ----------------------------------------------------------------------------------

    def _time(self) -> None:
        if self.state.playing:
            self._timer.start(max(15, round(WHOLE_MILLISECONDS / self.state.speed / max(1, self.state.count - 1))))
        else:
            self._timer.stop()

    def _tick(self) -> None:
        self._go(self.state.place + 1)
        if self.state.place >= self.state.count - 1:
            self._timer.stop()
            self._change(playing=False)

    def _go(self, place: int) -> None:
        place = min(place, self.state.count - 1)
        self._change(place=place, tokens=self._moments[place])
        self._show()

    def _show(self) -> None:
        if self._frames is not None and self._frames.is_ready:
            self.frame_changed.emit(qimage(Image.fromarray(self._frames.at(self.state.tokens))))

    def _change(self, **values: object) -> None:
        self.state = replace(self.state, **values)  # type: ignore[arg-type]  # names and types are the state's own
        self._tell()

    def _tell(self) -> None:
        self.state_changed.emit(self.state)
