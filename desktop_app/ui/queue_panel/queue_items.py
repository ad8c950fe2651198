"""The waiting jobs with words: what a row says below its prompt, to a pointer and to a screen reader."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.presenters.queue.queue_model import QueueRole

Index = QModelIndex | QPersistentModelIndex
STATUS_ROLE = Qt.ItemDataRole.UserRole + 100
"""The line below the prompt."""


class QueueItems(QIdentityProxyModel):
    """Stands between the presenter's rows and the view, because only the window has words."""

    def __init__(self) -> None:
        super().__init__()
        self._paused = False

    def set_paused(self, paused: bool) -> None:
        """Whether the jobs wait for the person rather than for the one before."""
        if paused != self._paused:
            self._paused = paused
            if self.rowCount():
                self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, 0))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The presenter's data, and words."""
        match role:
            case _ if role == STATUS_ROLE:
                return self._status(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{super().data(index, Qt.ItemDataRole.DisplayRole)}, {self._status(index)}"
            case Qt.ItemDataRole.ToolTipRole:
                # Escaped: a tooltip would take a prompt with tags for rich text.
                return f"<qt>{escape(str(super().data(index, Qt.ItemDataRole.DisplayRole)))}</qt>"
        return super().data(index, role)

    def _status(self, index: Index) -> str:
        count: int = super().data(index, QueueRole.COUNT)
        # English needs no translation file this way; other languages have their plurals through %n.
        pictures = self.tr("1 picture") if count == 1 else self.tr("%n pictures", "", count)
        parts = [pictures, self.tr("paused") if self._paused else self.tr("waiting")]
        if super().data(index, QueueRole.PRIVATE):
            parts.append(self.tr("not kept"))
        return " · ".join(parts)
