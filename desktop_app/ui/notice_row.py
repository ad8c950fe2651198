"""One notice in the window: what happened, what to do about it, and the buttons for that."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.core.advice import Action, Level
from desktop_app.core.notices import Notice
from desktop_app.ui import texts
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.theme.icons import SIZE, icon
from desktop_app.ui.theme.motion import LONGEST
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

NARROW = 760
"""Pixels of width below which the buttons stand under the words."""
UNBOUND = 16_777_215
"""Qt's QWIDGETSIZE_MAX, which the binding does not export."""
_ICONS = {
    Level.INFO: ("info", "accent"),
    Level.ADVICE: ("info", "accent"),
    Level.WARNING: ("warning", "danger"),
    Level.ERROR: ("error", "danger"),
}


class NoticeRow(QFrame):
    """dismissed(): the person has read it. acted(action): one of its buttons; copying it does itself."""

    dismissed = Signal()
    acted = Signal(object)

    def __init__(self, notice: Notice, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self._theme = theme
        set_role(self, "notice")
        self.sentence = _label(texts.sentence(notice), "body")
        self.advice = _label(texts.advice(notice.advice), "explanation")
        self.advice.setVisible(bool(self.advice.text()))
        self.setAccessibleName(self.sentence.text())
        self.setAccessibleDescription(self.advice.text())
        self.buttons = {action: self._button(action) for action in notice.actions}
        self.close_button = IconButton("close", theme, self.tr("Dismiss this message"))
        self.close_button.clicked.connect(self.dismissed)
        self._sign = QLabel()
        self._paint_sign()
        theme.changed.connect(self._paint_sign)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._arrange()

    def fit(self, width: int) -> None:
        """Stand in a window of this width; told before the first layout, which would else be made twice."""
        narrow = width < NARROW and bool(self.buttons)
        self._body.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def slide_in(self) -> None:
        """Open up from nothing, or stand there at once where nothing may move; told to screen readers."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if self._theme.reduced_motion:
            return
        opening = QPropertyAnimation(self, b"maximumHeight", self)
        opening.setDuration(LONGEST)
        opening.setEasingCurve(QEasingCurve.Type.OutCubic)
        opening.setStartValue(0)
        opening.setEndValue(max(self.sizeHint().height(), self.heightForWidth(self.width())))
        opening.finished.connect(lambda: self.setMaximumHeight(UNBOUND))
        self.setMaximumHeight(0)
        opening.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Buttons beside the words, or below them where it is narrow."""
        super().resizeEvent(event)
        self.fit(self.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape dismisses the notice whose button has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _button(self, action: Action) -> QPushButton:
        button = QPushButton(texts.action(action))
        set_role(button, "secondary")
        button.setAccessibleDescription(self.sentence.text())
        if action is Action.COPY_DETAILS:
            button.clicked.connect(self._copy)
        else:
            button.clicked.connect(lambda: self.acted.emit(action))
        return button

    def _copy(self) -> None:
        """The sentence, its code and the details; no parameters, since those may hold a prompt."""
        parts = (self.sentence.text(), f"[{self.notice.code}]", self.notice.details)
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))
        self.buttons[Action.COPY_DETAILS].setText(self.tr("Copied"))

    def _paint_sign(self) -> None:
        name, colour = _ICONS[self.notice.level]
        self._sign.setPixmap(icon(name, self._theme, colour).pixmap(QSize(SIZE, SIZE), self.devicePixelRatioF()))

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.advice)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self.buttons.values():
            buttons.addWidget(button)
        buttons.addStretch()
        self._body.setSpacing(8)
        self._body.addLayout(words, 1)
        self._body.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 12, 8)
        layout.setSpacing(12)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_role(label, "explanation" if role == "explanation" else "body")
    return label
