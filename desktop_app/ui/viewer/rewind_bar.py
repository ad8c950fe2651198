"""Draw again from a row: what stays, how many, the button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_app.presenters.viewer.branch_presenter import RewindState
from desktop_app.ui.controls.segmented import SegmentedControl
from desktop_app.ui.formats import number
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.viewer.mode_bar import ModeBar

COUNTS = (1, 4, 9)


class RewindBar(ModeBar):
    """draw_wanted(int): so many pictures from the line on."""

    draw_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count = SegmentedControl([(count, number(count)) for count in COUNTS], self.tr("How many"))
        self.count.set_value(4)
        self.button = QPushButton()
        set_role(self.button, "primary")
        self.row.addWidget(self.button)
        self.row.addWidget(self.count)
        self.row.addStretch(1)
        self.button.clicked.connect(lambda: self.draw_wanted.emit(self.count.value))

    def show_state(self, state: RewindState) -> None:
        """Show what the line means now."""
        there = state.side > 0
        self.button.setVisible(there)
        self.count.setVisible(there)
        if not there:
            self.sentence.setText(self.tr("This picture's file holds no tokens, so there is nothing to draw on from."))
            return
        self.button.setEnabled(not state.other_version)
        self.button.setText(self.tr("Draw again from row {row}").format(row=number(state.row + 1)))
        explained = self.tr(
            "The tokens above the line stay exactly as they are; everything below is drawn afresh. Pixels near "
            "the line blend, and others may shift faintly."
        )
        if state.row == 0:
            explained = self.tr(
                "The whole picture is drawn afresh, with the same prompt and settings. Drag the line down to keep rows."
            )
        if state.other_version:
            explained = self.tr(
                "Another version of this picture's model is installed. It would read the tokens above the line as "
                "another picture."
            )
        self.sentence.setText(explained)
        self.button.setToolTip(explained)
        self.button.setAccessibleDescription(explained)
