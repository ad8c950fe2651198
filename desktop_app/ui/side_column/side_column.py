"""The right column: the queue above the recent runs, scrolling as one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.queue_panel.queue_panel import QueuePanel
from desktop_app.ui.recent_panel.recent_panel import RecentPanel
from desktop_app.ui.side_column.row_painting import INSET
from desktop_app.ui.theme.roles import set_role

MARGIN = 16 - INSET
BETWEEN = 24
AHEAD = 600
"""Pixels before the end at which more runs are asked for, so that scrolling does not meet it."""


class SideColumn(QScrollArea):
    """more_wanted(): the end of the recent runs is near; said again as long as it is, so read one page at a time."""

    more_wanted = Signal()

    def __init__(self, queue: QueuePanel, recent: RecentPanel) -> None:
        super().__init__()
        set_role(self, "panel")
        self._content = content = QWidget()
        set_role(content, "panel")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(MARGIN, 16, MARGIN, 16)
        layout.setSpacing(BETWEEN)
        layout.addWidget(queue)
        layout.addWidget(recent)
        layout.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self.ask_where_near_the_end)
        bar.rangeChanged.connect(self.ask_where_near_the_end)
        queue.reveal_wanted.connect(lambda area: self._reveal(queue, area))
        recent.reveal_wanted.connect(lambda area: self._reveal(recent, area))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as it was drawn; the splitter may say otherwise."""
        return QSize(280, 600)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A taller window shows more."""
        super().resizeEvent(event)
        self.ask_where_near_the_end()

    def ask_where_near_the_end(self) -> None:
        """Ask for more runs where their end is near."""
        bar = self.verticalScrollBar()
        if bar.maximum() - bar.value() < AHEAD:
            self.more_wanted.emit()

    def _reveal(self, panel: QWidget, area: QRect) -> None:
        middle = QRect(panel.mapTo(self._content, area.topLeft()), area.size()).center()
        self.ensureVisible(middle.x(), middle.y(), 0, area.height() // 2 + 8)
