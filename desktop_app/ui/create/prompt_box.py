"""The field for the words: several lines, earlier prompts by arrow keys, completion while typing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QCompleter, QListView, QPlainTextEdit, QWidget

LINES, MOST_LINES = 3, 7
_ACCEPT = (Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptBox(QPlainTextEdit):
    """prompt_edited(text): by the person or by `set_prompt`.

    draw_requested(): Ctrl+Enter. step_requested(int): -1 for the prompt before, +1 for the one after.
    completion_wanted(text, cursor): answer with `offer`. typing_changed(): `types_last_word` may be another.
    """

    prompt_edited = Signal(str)
    draw_requested = Signal()
    step_requested = Signal(int)
    completion_wanted = Signal(str, int)
    typing_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prompt_box")
        self.setAccessibleName(self.tr("Prompt"))
        self.setAccessibleDescription(
            self.tr("What to draw. Control Enter draws; the up and down arrows bring earlier prompts back.")
        )
        self.setPlaceholderText(self.tr("Describe a picture, such as: a red fox in the snow"))
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._offered = QStringListModel(self)
        self._completer = QCompleter(self._offered, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._complete)
        self._popup = QListView()
        self._popup.setObjectName("suggestions")
        self._popup.setAccessibleName(self.tr("Suggestions"))
        self._completer.setPopup(self._popup)
        # With the popup open keys arrive there first, and Qt's own filter would keep Tab.
        self._popup.installEventFilter(self)
        self._replace_from = 0
        self._typing = False
        self.textChanged.connect(self._changed)
        self.cursorPositionChanged.connect(self.typing_changed)

    @property
    def prompt(self) -> str:
        """The text as it stands."""
        return self.toPlainText()

    @property
    def types_last_word(self) -> bool:
        """Whether the cursor stands right behind the last word, which may still grow."""
        return self.hasFocus() and self.textCursor().atEnd() and not self.prompt[-1:].isspace()

    def set_prompt(self, text: str) -> None:
        """Put another text in, undoable, with the cursor at its end; the same text changes nothing."""
        if text == self.prompt:
            return
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.setTextCursor(cursor)
        self.hide_offers()

    def offer(self, candidates: Sequence[str], replace_from: int) -> None:
        """Show suggestions for the text between `replace_from` and the cursor; none hides them."""
        if not candidates or not self.hasFocus():
            self.hide_offers()
            return
        self._replace_from = replace_from
        self._offered.setStringList(list(candidates))
        self._popup.setCurrentIndex(self._offered.index(-1, 0))
        area = self.cursorRect().translated(self.viewport().pos())
        area.setWidth(max(180, self.viewport().width() - area.left()))
        area.setHeight(area.height() + 4)
        self._completer.complete(area)

    def hide_offers(self) -> None:
        """Take the suggestions away."""
        self._popup.hide()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its text, within bounds."""
        lines = min(max(LINES, self._visual_lines()), MOST_LINES)
        margins = 2 * (self.document().documentMargin() + self.frameWidth()) + 12
        return QSize(240, round(lines * self.fontMetrics().lineSpacing() + margins))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """No less than it asks for: the panel around it scrolls."""
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Draw, step through earlier prompts, or edit."""
        with_control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if with_control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.hide_offers()
            self.draw_requested.emit()
            return
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self._steps(event.key()):
            return
        self._typing = bool(event.text()) and not event.matches(QKeySequence.StandardKey.Undo)
        super().keyPressEvent(event)
        self._typing = False

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Suggestions do not outlive the focus."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.hide_offers()
        super().focusOutEvent(event)
        self.typing_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """In the open popup: Tab takes a suggestion, Control Enter still draws."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            chosen = self._popup.currentIndex()
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.key() in _ACCEPT:
                self.hide_offers()
                self.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Tab:
                self._complete(chosen.data() if chosen.isValid() else self._offered.index(0, 0).data())
                return True
            if event.key() in _ACCEPT and not chosen.isValid():
                self.hide_offers()
        return super().eventFilter(watched, event)

    def _steps(self, key: int) -> bool:
        cursor = self.textCursor()
        if cursor.hasSelection() or key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return False
        moved = QTextCursor(cursor)
        up = key == Qt.Key.Key_Up
        if moved.movePosition(QTextCursor.MoveOperation.Up if up else QTextCursor.MoveOperation.Down):
            return False
        self.step_requested.emit(-1 if up else 1)
        return True

    def _changed(self) -> None:
        self.updateGeometry()
        self.prompt_edited.emit(self.prompt)
        if self._typing:
            self.completion_wanted.emit(self.prompt, self.textCursor().position())

    def _complete(self, text: str) -> None:
        cursor = self.textCursor()
        cursor.setPosition(self._replace_from, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self.hide_offers()

    def _visual_lines(self) -> int:
        block, lines = self.document().begin(), 0
        while block.isValid():
            lines += max(1, block.layout().lineCount())
            block = block.next()
        return lines
