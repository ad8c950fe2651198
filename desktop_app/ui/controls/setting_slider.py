"""One setting: its title, a number to type, a slider, one plain sentence, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.controls.number_field import NumberField
from desktop_app.ui.controls.slider_scale import SliderScale, Value
from desktop_app.ui.controls.tick_slider import TickSlider
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class SettingSlider(QWidget):
    """A value of a `SliderScale`, None for "off". Values set by the program may be finer than the slider's.

    value_changed(value): it is another value now, whoever changed it.
    edited(value): the person changed it, by mouse, keyboard, number or reset.
    """

    value_changed = Signal(object)
    edited = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        title: str,
        sentence: str,
        scale: SliderScale,
        default: Value,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scale = scale
        self._default = default
        self._value = default
        self._sentence = sentence
        self._title = QLabel(title)
        self.number = NumberField(scale)
        self.slider = TickSlider(theme)
        self.reset = IconButton("reset", theme, self.tr("Back to the default: {title}").format(title=title))
        self._words = QLabel(sentence)
        self._arrange()
        self._describe(title)
        self.slider.valueChanged.connect(self._take_place)
        self.slider.stepped.connect(self._step)
        self.number.stepped.connect(self._step)
        self.number.committed.connect(self._take)
        self.number.refused.connect(self._refuse)
        self.reset.clicked.connect(lambda: self._take(self._default))
        self._show_value()

    @property
    def value(self) -> Value:
        """The value now."""
        return self._value

    @property
    def default(self) -> Value:
        """What reset goes back to."""
        return self._default

    @property
    def sentence(self) -> str:
        """What stands below the slider: the plain sentence, or what is wrong with what was typed."""
        return self._words.text()

    def set_value(self, value: Value) -> None:
        """Set the value for the program: `edited` stays silent."""
        changed = value != self._value
        self._value = value
        self._show_value()
        if changed:
            self.value_changed.emit(value)

    def set_default(self, default: Value) -> None:
        """Mark another default; the value stays."""
        self._default = default
        self._show_value()

    def set_scale(self, scale: SliderScale) -> None:
        """Take another scale, as for a model with another codebook; the value stays."""
        self._scale = scale
        self.number.set_scale(scale)
        self._show_value()

    def _take(self, value: Value) -> None:
        if value == self._value:
            self._show_value()
            return
        self.set_value(value)
        self.edited.emit(value)

    def _take_place(self, place: int) -> None:
        self._take(self._scale.value_at(place))

    def _step(self, steps: int) -> None:
        self._take(self._scale.stepped(self._value, steps))

    def _refuse(self, _text: str) -> None:
        locale = self.locale()
        lowest, highest = (self._scale.text_of(end, locale) for end in (self._scale.lowest, self._scale.highest))
        if self._scale.may_be_off:
            sentence = self.tr("Type a number from {lowest} to {highest}, or “{off}”.")
        else:
            sentence = self.tr("Type a number from {lowest} to {highest}.")
        set_role(self._words, "error")
        self._words.setText(sentence.format(lowest=lowest, highest=highest, off=self.number.off_word))

    def _show_value(self) -> None:
        set_role(self._words, "explanation")
        self._words.setText(self._sentence)
        self.number.set_value(self._value)
        # The program's own placing of the handle is not the person's: it may only come near the value.
        self.slider.blockSignals(True)
        self.slider.setRange(0, self._scale.last_place)
        self.slider.setValue(self._scale.place_of(self._value))
        self.slider.blockSignals(False)
        self.slider.set_tick(self._scale.place_of(self._default))
        self.slider.setAccessibleDescription(f"{self.number.text()}. {self._sentence}")
        self.reset.setVisible(self._value != self._default)

    def _describe(self, title: str) -> None:
        self.setAccessibleName(title)
        self.setAccessibleDescription(self._sentence)
        self.slider.setAccessibleName(title)
        self.number.setAccessibleName(title)
        self.number.setAccessibleDescription(self._sentence)
        self.setFocusProxy(self.slider)

    def _arrange(self) -> None:
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setBuddy(self.number)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(4)
        layout.setVerticalSpacing(0)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self.reset, 0, 1)
        layout.addWidget(self.number, 0, 2)
        layout.addWidget(self.slider, 1, 0, 1, 3)
        layout.addWidget(self._words, 2, 0, 1, 3)
