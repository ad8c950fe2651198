"""A field for one number of a scale."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_app.ui.controls.slider_scale import SliderScale, Value
from desktop_app.ui.theme.roles import repolish


class NumberField(QLineEdit):
    """Takes what is typed on Enter or when it loses the focus; Escape gives the old number back.

    committed(value): a number of the scale, or None for "off". refused(text): what was typed is neither;
    it stays, marked, until it is mended or left.
    stepped(steps): an arrow key.
    """

    committed = Signal(object)
    refused = Signal(str)
    stepped = Signal(int)

    def __init__(self, scale: SliderScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._value: Value = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    @property
    def off_word(self) -> str:
        """What stands for None."""
        return self.tr("off")

    def set_scale(self, scale: SliderScale) -> None:
        """Take numbers of another scale; the value stays."""
        self._scale = scale
        self.updateGeometry()

    def set_value(self, value: Value) -> None:
        """Show a number, in place of whatever is being typed."""
        self._value = value
        self.setText(self.off_word if value is None else self._scale.text_of(value, self.locale()))
        self.setCursorPosition(0)
        self._mark(False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as the scale's longest number; most are equally wide, so that they stand in a column."""
        longest = max(
            (self._scale.text_of(end, self.locale()) for end in (self._scale.lowest, self._scale.highest)), key=len
        )
        width = self.fontMetrics().horizontalAdvance(max(longest, "000.00", self.off_word, key=len)) + 24
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Never so narrow that a number is cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter takes, Escape gives back, arrows and page keys step."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._take()
                self.selectAll()
            case Qt.Key.Key_Escape if self.isModified():
                self.set_value(self._value)
            case Qt.Key.Key_Up | Qt.Key.Key_PageUp:
                self.stepped.emit(1 if event.key() == Qt.Key.Key_Up else 5)
            case Qt.Key.Key_Down | Qt.Key.Key_PageDown:
                self.stepped.emit(-1 if event.key() == Qt.Key.Key_Down else -5)
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take what was typed; the number before it comes back where that is none."""
        super().focusOutEvent(event)
        if not self.isModified():
            return
        self._take()
        if self.property("invalid"):
            self.set_value(self._value)

    def _take(self) -> None:
        text = self.text().strip()
        if self._scale.may_be_off and text.casefold() in ("", self.off_word.casefold()):
            self._commit(None)
            return
        number = self._scale.parse(text, self.locale())
        if number is None:
            self._mark(True)
            self.refused.emit(text)
        else:
            self._commit(number)

    def _commit(self, value: Value) -> None:
        changed = value != self._value
        self.set_value(value)
        self.setModified(False)
        if changed:
            self.committed.emit(value)

    def _mark(self, invalid: bool) -> None:
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            repolish(self)
