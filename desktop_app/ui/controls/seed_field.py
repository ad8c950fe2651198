"""The seed: a number to type or paste, a dice for a new one, a lock that keeps it, a copy."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.formats import number
from desktop_app.ui.theme.roles import repolish, set_role
from desktop_app.ui.theme.theme import Theme
from model_runtime.request import MAX_SEED, draw_seed


class SeedField(QWidget):
    """A seed from 0 to 2**53 - 1, or None: then each run draws its own.

    value_changed(seed): it is another one now, whoever changed it. edited(seed): the person changed it.
    lock_changed(locked): whether the next run keeps this seed.
    """

    value_changed = Signal(object)
    edited = Signal(object)
    lock_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed: int | None = None
        self._locked = False
        label = self.tr("Seed")
        self._title = QLabel(label)
        self.number = _Number()
        self.number.setPlaceholderText(self.tr("random"))
        self.number.setAccessibleName(label)
        self.number.setAccessibleDescription(
            self.tr("The same words, settings and seed draw the same picture. Empty: a new seed for every run.")
        )
        self.number.setToolTip(self.number.accessibleDescription())
        self._title.setBuddy(self.number)
        self.dice = IconButton("dice", theme, self.tr("Choose a new random seed"))
        self.lock = IconButton("unlock", theme, "")
        self.lock.setCheckable(True)
        self.copy = IconButton("copy", theme, self.tr("Copy the seed"))
        self._error = QLabel()
        self._arrange()
        self.number.textEdited.connect(self._read)
        self.number.left.connect(self._settle)
        self.dice.clicked.connect(lambda: self._take(draw_seed()))
        self.lock.clicked.connect(self.set_locked)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.number.text()))
        self._show_lock()
        self._show_seed()

    @property
    def seed(self) -> int | None:
        """The seed now; None = a random one for every run."""
        return self._seed

    @property
    def locked(self) -> bool:
        """Whether the next run keeps this seed."""
        return self._locked

    @property
    def error(self) -> str:
        """What is wrong with what was typed, or ""."""
        return self._error.text()

    def set_seed(self, seed: int | None) -> None:
        """Show a seed for the program: `edited` stays silent. The same seed leaves what is being typed alone."""
        if seed != self._seed:
            self._seed = seed
            self._show_seed()
            self.value_changed.emit(seed)

    def set_locked(self, locked: bool) -> None:
        """Keep the seed for the next run, or not."""
        if locked != self._locked:
            self._locked = locked
            self._show_lock()
            self.lock_changed.emit(locked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Ring the whole frame while the number in it has the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            repolish(self._frame)
        return super().eventFilter(watched, event)

    def _read(self, text: str) -> None:
        """Take a seed while it is typed or pasted; what is none is said, and the seed before it stays."""
        plain = text.strip()
        if not plain:
            self._accept(None)
        elif plain.isascii() and plain.isdigit() and len(plain) <= 16 and int(plain) <= MAX_SEED:
            self._accept(int(plain))
        else:
            words = self.tr("A seed is a whole number from 0 to {highest}.")
            self._complain(words.format(highest=number(MAX_SEED)))

    def _accept(self, seed: int | None) -> None:
        self._complain("")
        if seed != self._seed:
            self._seed = seed
            self.copy.setEnabled(seed is not None)
            self.value_changed.emit(seed)
            self.edited.emit(seed)

    def _take(self, seed: int) -> None:
        self.set_seed(seed)
        self.edited.emit(seed)

    def _settle(self) -> None:
        """On leaving, the field shows the seed that will be used."""
        self._show_seed()

    def _show_seed(self) -> None:
        self.number.setText("" if self._seed is None else str(self._seed))
        self.number.setCursorPosition(0)
        self.copy.setEnabled(self._seed is not None)
        self._complain("")

    def _show_lock(self) -> None:
        self.lock.setChecked(self._locked)
        if self._locked:
            self.lock.set_icon("lock", self.tr("The next run keeps this seed; click for a new one every run"))
        else:
            self.lock.set_icon("unlock", self.tr("The next run draws a new seed; click to keep this one"))

    def _complain(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        if bool(self._frame.property("invalid")) != bool(sentence):
            self._frame.setProperty("invalid", bool(sentence))
            repolish(self._frame)

    def _arrange(self) -> None:
        self._frame = QFrame()
        set_role(self._frame, "field")
        inside = QHBoxLayout(self._frame)
        inside.setContentsMargins(10, 1, 3, 1)
        inside.setSpacing(0)
        inside.addWidget(self._title)
        inside.addSpacing(8)
        inside.addWidget(self.number, 1)
        for button in (self.dice, self.lock, self.copy):
            inside.addWidget(button)
        self._error.setWordWrap(True)
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self._error, "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._frame)
        layout.addWidget(self._error)
        self.setFocusProxy(self.number)
        self.number.installEventFilter(self)


class _Number(QLineEdit):
    """left: Enter, Escape or the focus going elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.editingFinished.connect(self.left)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for four digits; longer seeds scroll."""
        return QSize(self.fontMetrics().horizontalAdvance("00000"), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
