"""The right column: the queue above the recent runs, scrolling as one."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.ui.queue_panel.queue_panel import QueuePanel
from desktop_app.ui.recent_panel.recent_panel import RecentPanel
from desktop_app.ui.side_column.row_painting import INSET
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

MARGIN = 16
BETWEEN = 24
AHEAD = 600
"""Pixels before the end at which more runs are asked for, so that scrolling does not meet it."""


class SideColumn(QScrollArea):
    """Holds `queue` and `recent`; the wiring joins them with their presenters.

    more_wanted(): the end of the recent runs is near; said again as long as it is.
    """

    more_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queue = QueuePanel(theme)
        self.recent = RecentPanel(theme)
        self._content = QWidget()
        set_role(self, "panel")
        set_role(self._content, "panel")
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(MARGIN - INSET, MARGIN, MARGIN - INSET, MARGIN)
        layout.setSpacing(BETWEEN)
        layout.addWidget(self.queue)
        layout.addWidget(self.recent)
        layout.addStretch(1)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Asked once the layout has followed, or a page would be measured without the rows it brought.
        self._asking = QTimer(self, singleShot=True, interval=0)
        self._asking.timeout.connect(self._ask_near_the_end)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self.look_for_the_end)
        bar.rangeChanged.connect(self.look_for_the_end)
        self.queue.reveal_wanted.connect(lambda area: self._reveal(self.queue, area))
        self.recent.reveal_wanted.connect(lambda area: self._reveal(self.recent, area))

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as it was drawn; the splitter may say otherwise."""
        return QSize(280, 600)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A taller window shows more."""
        super().resizeEvent(event)
        self.look_for_the_end()

    def look_for_the_end(self) -> None:
        """Ask for more runs, soon, if their end is near then."""
        self._asking.start()

    def _ask_near_the_end(self) -> None:
        bar = self.verticalScrollBar()
        # A busy event loop may not have laid new rows out yet: without them the end would seem near.
        if bar.maximum() + self.recent.height_to_come() - bar.value() < AHEAD:
            self.more_wanted.emit()

    def _reveal(self, panel: QWidget, area: QRect) -> None:
        middle = QRect(panel.mapTo(self._content, area.topLeft()), area.size()).center()
        self.ensureVisible(middle.x(), middle.y(), 0, area.height() // 2 + 8)
