"""Which model draws, and what it will cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from desktop_app.core.installed_models import InstalledModel
from desktop_app.ui.formats import duration, size
from desktop_app.ui.theme.roles import set_role


class ModelPicker(QWidget):
    """chosen(model id)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models: tuple[InstalledModel, ...] = ()
        self._engine = self._expected = ""
        self.combo = QComboBox()
        self.combo.setAccessibleName(self.tr("Model"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(16)
        self.combo.activated.connect(lambda place: self.chosen.emit(self._models[place].id))
        self.cost = QLabel()
        set_role(self.cost, "explanation")
        self.cost.setTextFormat(Qt.TextFormat.PlainText)
        self.cost.setWordWrap(True)
        self.cost.setAccessibleName(self.tr("Expected time and memory"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.combo)
        layout.addWidget(self.cost)

    def show_models(self, models: Sequence[InstalledModel], current: str) -> None:
        """Offer the installed models; one that cannot be used is listed, but not to be chosen."""
        self._models = tuple(models)
        self.combo.blockSignals(True)
        self.combo.clear()
        for place, model in enumerate(models):
            shipped = self.tr("{name} · ships with Armchair").format(name=model.name)
            self.combo.addItem(shipped if model.ships else model.name)
            self.combo.setItemData(place, model.summary, Qt.ItemDataRole.ToolTipRole)
            if model.folders is None:
                self.combo.setItemData(place, 0, Qt.ItemDataRole.UserRole - 1)  # not enabled
        self.combo.blockSignals(False)
        self.show_current(current)

    def show_current(self, model_id: str) -> None:
        """Show which one is chosen."""
        ids = [model.id for model in self._models]
        place = ids.index(model_id) if model_id in ids else -1
        self.combo.setCurrentIndex(place)
        summary = self._models[place].summary if place >= 0 else ""
        self.combo.setToolTip(summary)
        self.combo.setAccessibleDescription(summary)

    def show_engine(self, device: str, precision: str) -> None:
        """What the model runs on; "" while it is not loaded."""
        self._engine = f"{device} · {precision}" if device else ""
        self._show_cost()

    def show_estimate(self, estimate: Any) -> None:
        """What drawing will take; None = not known yet."""
        self._expected = ""
        if estimate is not None:
            text = self.tr("about {duration}, {size} for model and pictures")
            self._expected = text.format(duration=duration(estimate.seconds), size=size(estimate.peak_bytes))
        self._show_cost()

    def _show_cost(self) -> None:
        parts = [part for part in (self._engine, self._expected) if part]
        waiting = self.tr("Time and memory: not measured yet.")
        self.cost.setText(" · ".join(parts) or waiting)
