"""The four numbers that decide how a token is chosen, each with a slider and one plain sentence."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui.controls.setting_slider import SettingSlider
from desktop_app.ui.controls.slider_scale import SliderScale, Value
from desktop_app.ui.theme.theme import Theme
from model_runtime.request import SamplingSettings

CODEBOOK = 16_384
"""Of DALL·E Mini: the top of the top-k slider until the loaded model says its own."""


class SamplingPanel(QWidget):
    """edited(SamplingSettings): the person moved something."""

    edited = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = SamplingSettings()
        self.sliders = {
            "temperature": SettingSlider(
                theme,
                title=self.tr("Temperature"),
                sentence=self.tr("Higher dares more, lower repeats the likely."),
                scale=SliderScale(lowest=0.05, highest=2.5, decimals=2, step=0.05),
                default=1.0,
            ),
            "condition_scale": SettingSlider(
                theme,
                title=self.tr("Condition scale"),
                sentence=self.tr("How strictly the words are obeyed."),
                scale=SliderScale(lowest=0.0, highest=20.0, decimals=1, step=0.5),
                default=1.0,
            ),
            "top_k": SettingSlider(
                theme,
                title=self.tr("Top-k"),
                sentence=self.tr("Only this many best candidates stay."),
                scale=_top_k_scale(CODEBOOK),
                default=None,
            ),
            "top_p": SettingSlider(
                theme,
                title=self.tr("Top-p"),
                sentence=self.tr("Only the likeliest share of them stays."),
                scale=SliderScale(lowest=0.05, highest=0.99, decimals=2, step=0.01, may_be_off=True),
                default=None,
            ),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for name, slider in self.sliders.items():
            slider.setObjectName(name)
            slider.edited.connect(lambda value, name=name: self._edit(name, value))
            layout.addWidget(slider)

    def show_settings(self, settings: SamplingSettings) -> None:
        """Set all four without `edited`."""
        self._settings = settings
        for name, slider in self.sliders.items():
            slider.set_value(getattr(settings, name))

    def show_defaults(self, defaults: SamplingSettings) -> None:
        """Mark the model's own values."""
        for name, slider in self.sliders.items():
            slider.set_default(getattr(defaults, name))

    def show_codebook(self, size: int) -> None:
        """How many candidates there are in all."""
        self.sliders["top_k"].set_scale(_top_k_scale(size))

    def _edit(self, name: str, value: Value) -> None:
        changed: dict[str, Any] = {field: getattr(self._settings, field) for field in self.sliders} | {name: value}
        self._settings = SamplingSettings(**changed)
        self.edited.emit(self._settings)


def _top_k_scale(candidates: int) -> SliderScale:
    return SliderScale(
        lowest=1, highest=max(2, candidates - 1), decimals=0, step=1.15, logarithmic=True, may_be_off=True
    )
