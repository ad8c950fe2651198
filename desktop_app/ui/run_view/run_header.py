"""The lines above the pictures: the prompt, what can be done with the run, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop_app.presenters.run.cells import RunPhase, RunProgress, RunState
from desktop_app.ui.controls.eliding_label import ElidingLabel
from desktop_app.ui.run_view import words
from desktop_app.ui.theme.roles import set_role

FEW_WORDS = 28
"""Characters of a prompt that say which one it is."""


class RunHeader(QWidget):
    """Buttons that make no sense for the run are not there; one that was pressed answers at once."""

    stop_requested = Signal()
    stop_and_keep_requested = Signal()
    stop_after_this_toggled = Signal(bool)
    finish_requested = Signal()
    use_settings_requested = Signal()
    back_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._prompt = ElidingLabel()
        set_role(self._prompt, "title")
        self._back = self._button(self.tr("Back to the drawing"), self.tr("Show the run that is being drawn"))
        self._finish = self._button(words.finish_drawing(), self.tr("Draw the missing rows of all unfinished pictures"))
        self._again = self._button(self.tr("Use these settings"), self.tr("Fill the fields with what drew this run"))
        self._stop = self._button(self.tr("Stop"), self.tr("End now and keep the finished pictures"), "danger")
        self._keep = self._button(self.tr("Stop and keep"), self.tr("End now and keep unfinished pictures too"))
        self._after = self._button(self.tr("Stop after this"), self.tr("Draw this run to its end, then pause"))
        self._after.setCheckable(True)
        self._back.clicked.connect(self.back_requested)
        self._finish.clicked.connect(self.finish_requested)
        self._again.clicked.connect(self.use_settings_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._keep.clicked.connect(self.stop_and_keep_requested)
        self._after.toggled.connect(self.stop_after_this_toggled)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of the drawing"))
        self._left, self._right = QLabel(), QLabel()
        for label in (self._left, self._right):
            set_role(label, "figure")
        # The pictures do not move when the bar goes.
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._state: RunState | None = None
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()

    def _button(self, text: str, explained: str, role: str = "secondary") -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAccessibleDescription(explained)
        button.setToolTip(explained)
        button.setProperty("role", role)
        button.hide()
        return button

    def _lay_out(self) -> None:
        buttons = self._buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        for button in (self._back, self._finish, self._again, self._stop, self._keep, self._after):
            buttons.addWidget(button)
        self._top.setSpacing(8)
        self._top.addWidget(self._prompt, 1)
        self._top.addLayout(buttons)
        below = QHBoxLayout()
        below.addWidget(self._left, 1)
        below.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._top)
        layout.addWidget(self._bar)
        layout.addLayout(below)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arrange anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the prompt a line of its own where the buttons would leave it only a few words."""
        few = FEW_WORDS * self._prompt.fontMetrics().averageCharWidth()
        room = self.width() - self._buttons.sizeHint().width() - self._top.spacing()
        narrow = room < min(few, self._prompt.sizeHint().width())
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if direction != self._top.direction():
            self._top.setDirection(direction)

    def set_state(self, state: RunState) -> None:
        """Show the run as a whole."""
        self._state = state
        self._prompt.setText(state.prompt)
        stopping = state.phase is RunPhase.STOPPING
        going_on = not state.ended
        self._stop.setText(self.tr("Stopping…") if stopping else self.tr("Stop"))
        self._stop.setEnabled(state.can_stop)
        self._keep.setEnabled(state.can_stop_and_keep)
        self._show(self._stop, going_on)
        self._show(self._keep, going_on and not state.private and not stopping)
        self._show(self._after, going_on and not stopping)
        self._show(self._again, state.ended)
        many = self.tr("Finish all %n", "", state.can_finish)
        self._finish.setText(many if state.can_finish > 1 else words.finish_drawing())
        self._show(self._finish, state.can_finish > 0)
        self._bar.setVisible(going_on)
        self._fit()

    def _show(self, button: QPushButton, visible: bool) -> None:
        # The focus does not fall into nothing with the button that had it.
        if not visible and button.hasFocus() and (parent := self.parentWidget()) is not None:
            parent.setFocus()
        button.setVisible(visible)

    def set_progress(self, progress: RunProgress) -> None:
        """Show how far the run is; the state comes first."""
        if self._state is None:
            return
        self._bar.setRange(0, max(1, progress.tokens_total))
        self._bar.setValue(progress.tokens_done)
        self._left.setText(words.progress_line(self._state, progress))
        self._right.setText(words.time_line(self._state, progress))

    def set_stop_after_this(self, stop: bool) -> None:
        """Show whether the queue will pause when the run ends."""
        self._after.setChecked(stop)

    def set_news(self, news: bool) -> None:
        """Offer the way back to the drawing, or not."""
        self._show(self._back, news)
        self._fit()
