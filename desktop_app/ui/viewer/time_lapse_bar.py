"""Plays the drawing: play, scrub, speed, save; or what is needed first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop_app.presenters.viewer.time_lapse_presenter import SPEEDS, LapseStage, LapseState
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.controls.quiet_combo import QuietCombo
from desktop_app.ui.controls.segmented import SegmentedControl
from desktop_app.ui.controls.tick_slider import TickSlider
from desktop_app.ui.formats import number
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme
from desktop_app.ui.viewer.mode_bar import ModeBar


class TimeLapseBar(ModeBar):
    """play_wanted(bool), scrubbed(int), speed_chosen(float), by_token_chosen(bool), load_wanted(), save_wanted()."""

    play_wanted = Signal(bool)
    scrubbed = Signal(int)
    speed_chosen = Signal(float)
    by_token_chosen = Signal(bool)
    load_wanted = Signal()
    save_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        describe: Callable[[object], str],
        model_name: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        """describe: a Fault in words. model_name: what a model's id is called."""
        super().__init__(parent)
        self._describe, self._model_name = describe, model_name
        self._state = LapseState()
        self.play = IconButton("play", theme, self.tr("Play"), color="text")
        self.slider = TickSlider(theme)
        self.slider.setAccessibleName(self.tr("Moment of the drawing"))
        self.slider.stepped.connect(lambda steps: self.scrubbed.emit(self._state.place + steps))
        self._place = QLabel()
        set_role(self._place, "figure")
        choices = ((False, self.tr("Rows")), (True, self.tr("Tokens")))
        self.step = SegmentedControl(choices, self.tr("Step by"))
        self.speed = QuietCombo()
        self.speed.setAccessibleName(self.tr("Speed"))
        for speed in SPEEDS:
            self.speed.addItem(f"{number(speed, 0 if speed == round(speed) else 1)} ×", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.save = QPushButton(self.tr("Save as…"))
        self.save.setAccessibleDescription(self.tr("Save the time-lapse as GIF, WebP or MP4"))
        self.load = QPushButton(self.tr("Load the model"))
        self._playing = (self.play, self.slider, self._place, self.step, self.speed, self.save)
        for widget in (*self._playing, self.load):
            self.row.addWidget(widget, 1 if widget is self.slider else 0)
        self.row.addStretch()
        self.play.clicked.connect(lambda: self.play_wanted.emit(not self._state.playing))
        self.slider.sliderMoved.connect(self.scrubbed)
        self.slider.valueChanged.connect(self._scrub)
        self.step.edited.connect(lambda by_token: self.by_token_chosen.emit(bool(by_token)))
        self.speed.activated.connect(lambda index: self.speed_chosen.emit(self.speed.itemData(index)))
        self.save.clicked.connect(self.save_wanted)
        self.load.clicked.connect(self.load_wanted)

    def show_state(self, state: LapseState) -> None:
        """Show where it is, or what is needed."""
        self._state = state
        ready = state.stage is LapseStage.READY
        for widget in self._playing:
            widget.setVisible(ready)
        self.load.setVisible(state.stage is LapseStage.NEEDS_MODEL)
        self.play.set_icon(*(("pause", self.tr("Pause")) if state.playing else ("play", self.tr("Play"))))
        self.slider.blockSignals(True)
        self.slider.setRange(0, state.count - 1)
        self.slider.setValue(state.place)
        self.slider.blockSignals(False)
        self.step.set_value(state.by_token)
        words = self.tr("token {tokens} of {all}")
        self._place.setText(words.format(tokens=number(state.tokens), all=number(state.side**2)))
        self._place.setMinimumWidth(self._place.fontMetrics().horizontalAdvance(words.format(tokens=999, all=9999)))
        self.sentence.setText(self._sentence(state))

    def _sentence(self, state: LapseState) -> str:
        if state.stage is LapseStage.FAILED:
            return self._describe(state.fault)
        words = {
            LapseStage.NO_TOKENS: self.tr("This picture's file holds no tokens, so its drawing cannot be played."),
            LapseStage.NEEDS_MODEL: self.tr("To play how this was drawn, its model is needed: {model}."),
            LapseStage.OTHER_VERSION: self.tr(
                "This was drawn with another version of {model}. The one that is loaded would read its tokens as "
                "another picture."
            ),
            LapseStage.COMING: self.tr("Asking the model for the drawing…"),
            LapseStage.READY: self.tr(
                "Replayed from the tokens in the file. Tokens are as they were; pixels above still settle as rows come."
            ),
        }
        if state.decoded and state.decoded < state.rows - 1:
            coarse = self.tr("Rows show their coarse look first; {done} of {all} are decoded in full.")
            return coarse.format(done=number(state.decoded), all=number(state.rows))
        return words[state.stage].format(model=self._model_name(state.model))

    def _scrub(self, place: int) -> None:
        if place != self._state.place:
            self.scrubbed.emit(place)
