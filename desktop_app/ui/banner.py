"""What the window has to say, above the page: never in the way, gone when dismissed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.core.notices import Notice
from desktop_app.ui.notice_row import NoticeRow
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

MOST = 3
"""Notices in sight at once; a button leads to the others."""


class Banner(QWidget):
    """Shows the newest notices first; hidden while there are none.

    dismissed(key): the person has read the notice with this key.
    action_requested(action, notice): a button of a notice; copying details is done here.
    """

    dismissed = Signal(str)
    action_requested = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: list[Notice] = []
        self._rows: dict[str, NoticeRow] = {}
        self._first = 0
        self.setAccessibleName(self.tr("Messages"))
        self.more_button = QPushButton()
        set_role(self.more_button, "quiet")
        self.more_button.clicked.connect(self._turn)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    @property
    def rows(self) -> tuple[NoticeRow, ...]:
        """Those in sight, from the top."""
        return tuple(self._rows[notice.key] for notice in self._in_sight())

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show these, given oldest first; those that stand already do not move."""
        new = {notice.key for notice in notices} - {notice.key for notice in self._notices}
        self._notices = list(reversed(notices))
        if new or self._first >= len(self._notices):
            self._first = 0
        self._show_rows()

    def _in_sight(self) -> list[Notice]:
        return self._notices[self._first : self._first + MOST]

    def _show_rows(self) -> None:
        wanted = self._in_sight()
        by_key = {notice.key: notice for notice in wanted}
        for key, row in list(self._rows.items()):
            if by_key.get(key) != row.notice:
                del self._rows[key]
                self._layout.removeWidget(row)
                row.hide()
                row.deleteLater()
        self.setVisible(bool(wanted))
        for place, notice in enumerate(wanted):
            if notice.key not in self._rows:
                row = self._rows[notice.key] = self._new_row(notice)
                self._layout.insertWidget(place, row)
                row.show()
                row.slide_in()
        others = len(self._notices) - len(wanted)
        self.more_button.setVisible(others > 0)
        self.more_button.setText(self.tr("1 more") if others == 1 else self.tr("%n more", None, others))
        self.more_button.setAccessibleDescription(self.tr("Shows the other messages."))

    def _new_row(self, notice: Notice) -> NoticeRow:
        row = NoticeRow(notice, self._theme, self)
        row.fit(self.window().width())  # its own width is not known while it is hidden
        row.dismissed.connect(lambda: self.dismissed.emit(notice.key))
        row.acted.connect(lambda action: self.action_requested.emit(action, notice))
        return row

    def _turn(self) -> None:
        """Go on to the next notices, and after the last to the first."""
        self._first = self._first + MOST if self._first + MOST < len(self._notices) else 0
        self._show_rows()
