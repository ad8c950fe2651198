"""The live line under the prompt: what the model reads of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.installed_models import InstalledModel
from desktop_app.presenters.ports import Background

if TYPE_CHECKING:
    from desktop_app.core.prompts.reader import PromptReader
    from model_runtime.model_store.lookup import ModelFolder
    from model_runtime.text.reading import PromptReading

DEBOUNCE = 60
"""Milliseconds without a key before a prompt is read: an ordinary one takes half of one, a huge one hundreds."""


class ReadingPresenter(QObject):
    """Reads prompts in the background, one at a time, always the newest.

    reading_changed(PromptReading | None): None while no reader is there or the prompt is empty.
    reader_failed(Fault): the model's tokenizer cannot be read.
    """

    reading_changed = Signal(object)
    reader_failed = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._reader: PromptReader | None = None
        self._model: InstalledModel | None = None
        self._prompt = ""
        self._typing = False
        self._busy = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self._read)

    def use_model(self, model: InstalledModel) -> None:
        """Read as `model` does from now on; its tokenizer is loaded in the background."""
        folders = model.folders
        if folders is None or (self._model is not None and self._model.folders == folders):
            return
        self._model, self._reader = model, None
        self.reading_changed.emit(None)

        def loaded(reader: PromptReader) -> None:
            if self._model is model:  # else another one was chosen in the meantime
                self._reader = reader
                self._read()

        self._background.run(lambda: _reader(folders), loaded, self.reader_failed.emit)

    def show(self, prompt: str, *, typing: bool = False) -> None:
        """Read `prompt` as soon as nobody types; typing: its last word may still become another."""
        if (prompt, typing) != (self._prompt, self._typing) or not prompt:
            self._prompt, self._typing = prompt, typing
            self._timer.start()

    def _read(self) -> None:
        reader, prompt, typing = self._reader, self._prompt.strip(), self._typing
        if not prompt:
            self.reading_changed.emit(None)
        elif reader is not None and not self._busy:
            self._busy = True
            done = self._reader_of(reader, prompt, typing)
            self._background.run(lambda: reader.read(prompt, typing=typing), done, self._failed)

    def _reader_of(self, reader: PromptReader, prompt: str, typing: bool) -> Callable[[PromptReading], None]:
        def done(reading: PromptReading) -> None:
            self._busy = False
            if reader is self._reader and (prompt, typing) == (self._prompt.strip(), self._typing):
                self.reading_changed.emit(reading)
            elif not self._timer.isActive():
                self._read()

        return done

    def _failed(self, fault: Fault) -> None:
        self._busy = False
        self.reader_failed.emit(fault)


def _reader(folders: ModelFolder) -> PromptReader:
    # In the background: the normaliser's libraries take a tenth of a second, which the first paint need not wait for.
    from desktop_app.core.prompts.reader import PromptReader  # noqa: PLC0415

    return PromptReader(folders)
