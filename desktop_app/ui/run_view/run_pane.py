"""The whole middle of the Create page: examples until there is a run to show."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.ui.run_view.empty_page import EmptyPage
from desktop_app.ui.run_view.run_view import RunView


class RunPane(QStackedWidget):
    """Holds both; `bind_run_pane` switches between them."""

    def __init__(self, run_view: RunView, empty_page: EmptyPage, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_view = run_view
        self.empty_page = empty_page
        self.addWidget(empty_page)
        self.addWidget(run_view)

    def show_run(self, there_is_one: bool) -> None:
        """Show the run, or the examples."""
        self.setCurrentWidget(self.run_view if there_is_one else self.empty_page)
