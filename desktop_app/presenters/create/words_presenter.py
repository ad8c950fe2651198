"""Earlier prompts and the words the model knows: stepping through the ones, completing from both."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.installed_models import InstalledModel
from desktop_app.core.prompts.completion import Completer, Completion
from desktop_app.core.prompts.history import HistoryCursor, PromptHistory
from desktop_app.core.prompts.known_words import KnownWords
from desktop_app.presenters.ports import Background


class WordsPresenter(QObject):
    """words_changed(KnownWords): of the model in use, its examples included. failed(Fault): the disk refused.

    Nothing is known of earlier prompts before `load`; `keeps`: whether new ones are remembered.
    """

    words_changed = Signal(object)
    failed = Signal(object)

    def __init__(
        self, history_file: Path, background: Background, *, keeps: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.keeps = keeps
        self._file = history_file
        self._background = background
        self._history: PromptHistory | None = None
        self._words = KnownWords()
        self._folder: Path | None = None
        self._completer = Completer(())
        self._cursor = HistoryCursor(())

    def load(self) -> None:
        """Read earlier prompts in the background."""
        self._background.run(lambda: PromptHistory(self._file), self._take_history, self.failed.emit)

    def use_model(self, model: InstalledModel) -> None:
        """Offer the words and examples of another model."""
        folder = None if model.folders is None or model.folders.words is None else model.folders.words.parent
        if folder == self._folder:
            return
        self._folder = folder
        if folder is None:
            self._take_words(KnownWords())
        else:
            self._background.run(lambda: KnownWords.read(folder), self._take_words)

    def complete(self, text: str, cursor: int) -> Completion:
        """What could come next."""
        return self._completer.complete(text, cursor)

    def older(self, text: str) -> str | None:
        """The earlier prompt before the one that the box holds; None at the end."""
        return self._cursor.older(text)

    def newer(self, text: str) -> str | None:
        """The way back."""
        return self._cursor.newer(text)

    def remember(self, prompt: str) -> None:
        """A prompt was drawn that may be kept."""
        if self._history is None or not self.keeps:
            return
        try:
            self._history.add(prompt)
        except OSError as error:
            self.failed.emit(Fault.of(error))
        self._refresh()

    def forget_all(self) -> None:
        """Forget every earlier prompt, also on the disk."""
        if self._history is None:
            return
        try:
            self._history.forget_all()
        except OSError as error:
            self.failed.emit(Fault.of(error))
        self._refresh()

    def _take_history(self, history: PromptHistory) -> None:
        self._history = history
        self._refresh()

    def _take_words(self, words: KnownWords) -> None:
        self._words = words
        self._refresh()
        self.words_changed.emit(words)

    def _refresh(self) -> None:
        prompts = () if self._history is None else self._history.prompts
        self._completer = Completer(prompts, self._words)
        self._cursor = HistoryCursor(prompts)
