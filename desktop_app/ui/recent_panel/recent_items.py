"""The runs with words, for the pointer and for a screen reader."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_app.presenters.recent.recent_runs_model import RecentRole

Index = QModelIndex | QPersistentModelIndex


class RecentItems(QIdentityProxyModel):
    """Stands between the presenter's rows and the view, because only the window has words."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The presenter's data, and words."""
        match role:
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join([self._prompt(index), *self._facts(index)])
            case Qt.ItemDataRole.ToolTipRole:
                # Escaped: a tooltip would take a prompt with tags for rich text.
                return f"<qt>{escape(self._prompt(index))}<br>{escape(' · '.join(self._facts(index)))}</qt>"
        return super().data(index, role)

    def _prompt(self, index: Index) -> str:
        return str(super().data(index, Qt.ItemDataRole.DisplayRole))

    def _facts(self, index: Index) -> list[str]:
        count: int = super().data(index, RecentRole.COUNT)
        missing: int = super().data(index, RecentRole.MISSING)
        # English needs no translation file this way; other languages have their plurals through %n.
        facts = [self.tr("1 picture") if count == 1 else self.tr("%n pictures", "", count)]
        if missing:
            facts.append(self.tr("1 file missing") if missing == 1 else self.tr("%n files missing", "", missing))
        return facts
