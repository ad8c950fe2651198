"""How long the window is deaf, and a hand that types and scrolls meanwhile."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

TICK = 5
"""Milliseconds between two looks at the clock: a tick comes late by as long as the event loop was held up."""

WORDS = "two foxes in the snow and a panda wearing a top hat at night "
KEY_EVERY = 80
"""Milliseconds between keys: a fast typist."""
NOTCH_EVERY = 40
"""Milliseconds between notches of the wheel."""


class GapMeter(QObject):
    """Notes by how many milliseconds each tick came late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin anew."""
        self._late, self._last = [], time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        """All lateness since `start`, what is going on included."""
        self._tick()
        self._timer.stop()
        return self._late

    def _tick(self) -> None:
        now = time.perf_counter()
        self._late.append(max(0.0, 1000 * (now - self._last) - TICK))
        self._last = now


class Hand(QObject):
    """Types into a field and turns the wheel over the panels, as events that Qt delivers like a person's."""

    def __init__(self, field: QWidget, panels: Sequence[QWidget], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field, self._panels = field, itertools.cycle(panels)
        self._letters = itertools.cycle(WORDS)
        self._notches = itertools.cycle([-120] * 6 + [120] * 6)
        self._timers = [QTimer(self, interval=KEY_EVERY), QTimer(self, interval=NOTCH_EVERY)]
        for timer, act in zip(self._timers, (self._type, self._scroll), strict=True):
            timer.timeout.connect(act)

    def start(self) -> None:
        """Do it from now on."""
        for timer in self._timers:
            timer.start()

    def stop(self) -> None:
        """Rest."""
        for timer in self._timers:
            timer.stop()

    def _type(self) -> None:
        letter = next(self._letters)
        key = Qt.Key.Key_Space if letter == " " else Qt.Key(ord(letter.upper()))
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(self._field, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))

    def _scroll(self) -> None:
        panel = next(self._panels)
        middle = QPointF(panel.rect().center())
        wheel = QWheelEvent(
            middle,
            panel.mapToGlobal(middle),
            QPoint(),
            QPoint(0, next(self._notches)),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.postEvent(panel, wheel)
