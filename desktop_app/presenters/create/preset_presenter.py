"""Named sampling settings: which one is set, keeping what is set under a name."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.core.faults import Fault
from desktop_app.core.presets import Preset, PresetRefused, Presets
from desktop_app.presenters.create.create_presenter import CreatePresenter


class PresetPresenter(QObject):
    """changed(): the list, or which of it is set. saved(). refused(Fault): the name, or the disk, would not do.

    broken(Fault): something was wrong with the file.
    """

    changed = Signal()
    saved = Signal()
    refused = Signal(object)
    broken = Signal(object)

    def __init__(self, presets: Presets, create: CreatePresenter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presets = presets
        self._create = create
        create.form_changed.connect(lambda _form: self.changed.emit())

    def load(self) -> None:
        """Read the person's own."""
        for fault in self._presets.load():
            self.broken.emit(fault)
        self.changed.emit()

    @property
    def all(self) -> tuple[Preset, ...]:
        """In the order to offer them."""
        return self._presets.all()

    @property
    def current(self) -> str | None:
        """The name of the one that is set."""
        model = self._create.model
        defaults = model.defaults if model is not None else self._create.form.sampling
        found = self._presets.named(self._create.form.sampling, defaults)
        return None if found is None else found.name

    def choose(self, name: str) -> None:
        """Set a preset's values."""
        for preset in self.all:
            if preset.name == name:
                self._create.use_sampling(preset.sampling)
        self.changed.emit()

    def save(self, name: str) -> None:
        """Keep what is set now."""
        try:
            self._presets.add(name, self._create.form.sampling)
        except (PresetRefused, OSError) as error:
            self.refused.emit(Fault.of(error))
            return
        self.saved.emit()
        self.changed.emit()

    def delete(self, name: str) -> None:
        """Take one of the person's own away."""
        try:
            self._presets.delete(name)
        except (PresetRefused, OSError) as error:
            self.refused.emit(Fault.of(error))
        self.changed.emit()
