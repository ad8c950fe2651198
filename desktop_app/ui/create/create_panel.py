"""Everything that is said before drawing: words, how many, seed, model, sampling; and the one main button."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from desktop_app.presenters.create.form import IMAGE_COUNTS, Form
from desktop_app.ui.controls.section import Section
from desktop_app.ui.controls.seed_field import SeedField
from desktop_app.ui.controls.segmented import SegmentedControl
from desktop_app.ui.create.draw_button import DrawButton
from desktop_app.ui.create.model_picker import ModelPicker
from desktop_app.ui.create.preset_picker import PresetPicker
from desktop_app.ui.create.prompt_box import PromptBox
from desktop_app.ui.create.reading_line import ReadingLine
from desktop_app.ui.create.sampling_panel import SamplingPanel
from desktop_app.ui.plot_view import PlotView
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme


class CreatePanel(QWidget):
    """edited(dict): fields of the form that the person changed. draw_requested(): the main button or its key."""

    edited = Signal(object)
    draw_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawing = False
        self._form = Form()
        self.prompt = PromptBox()
        self.reading = ReadingLine(theme)
        self.count = SegmentedControl([(count, str(count)) for count in IMAGE_COUNTS], self.tr("Pictures"))
        self.seed = SeedField(theme)
        self.model = ModelPicker()
        self.private = QCheckBox(self.tr("Do not keep this run"))
        self.private.setToolTip(self.tr("Its pictures are shown, but neither saved nor remembered."))
        self.private.setAccessibleDescription(self.private.toolTip())
        self.draw_button = DrawButton(theme)
        self.preset = PresetPicker(theme)
        self.sampling = SamplingPanel(theme)
        self.plot = PlotView(theme)
        self._arrange()
        self._connect()
        self.show_form(self._form)

    def show_form(self, form: Form) -> None:
        """Show the form's values; nothing is emitted."""
        self._form = form
        self.prompt.set_prompt(form.prompt)
        # A run from elsewhere may have had any number; the next larger one on offer is taken.
        self.count.set_value(next((count for count in IMAGE_COUNTS if count >= form.image_count), IMAGE_COUNTS[-1]))
        self.seed.set_seed(form.seed)
        self.seed.set_locked(form.seed_locked)
        self.private.setChecked(form.private)
        self.model.show_current(form.model)
        self.sampling.show_settings(form.sampling)
        self._show_button()

    def show_drawing(self, drawing: bool) -> None:
        """Whether something is being drawn: then the button adds to the queue."""
        self._drawing = drawing
        self._show_button()

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as its content; the panel around it scrolls."""
        return QSize(336, super().sizeHint().height())

    def _arrange(self) -> None:
        words = Section(self.tr("Prompt"))
        words.body.addWidget(self.prompt)
        words.body.addWidget(self.reading)
        left = Section(self.tr("What is left to choose from"))
        left.body.addWidget(self.plot)
        line = QFrame()
        set_role(line, "separator")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addWidget(self.count)
        layout.addWidget(self.seed)
        layout.addWidget(self.model)
        layout.addWidget(self.draw_button)
        layout.addWidget(self.private)
        layout.addWidget(line)
        layout.addWidget(self.preset)
        layout.addWidget(self.sampling)
        layout.addSpacing(8)
        layout.addWidget(left)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.prompt.prompt_edited.connect(lambda text: self._edit(prompt=text))
        self.prompt.draw_requested.connect(self.draw_requested)
        self.draw_button.clicked.connect(self.draw_requested)
        self.count.edited.connect(lambda count: self._edit(image_count=count))
        self.seed.edited.connect(lambda seed: self._edit(seed=seed))
        self.seed.lock_changed.connect(lambda locked: self._edit(seed_locked=locked))
        self.model.chosen.connect(lambda model: self._edit(model=model))
        self.private.toggled.connect(lambda private: self._edit(private=private))
        self.sampling.edited.connect(lambda sampling: self._edit(sampling=sampling))

    def _edit(self, **fields: object) -> None:
        if any(getattr(self._form, name) != value for name, value in fields.items()):
            self.edited.emit(fields)

    def _show_button(self) -> None:
        count = self._form.image_count
        if self._drawing:
            one, many = self.tr("Add 1 picture to the queue"), self.tr("Add %n pictures to the queue", None, count)
        else:
            one, many = self.tr("Draw 1 picture"), self.tr("Draw %n pictures", None, count)
        self.draw_button.set_words(one if count == 1 else many)
        self.draw_button.setEnabled(self._form.can_draw)
