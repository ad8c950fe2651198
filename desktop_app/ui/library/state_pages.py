"""What stands in the grid's place where there is nothing to show, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.presenters.library.library_presenter import PageState
from desktop_app.ui.formats import number
from desktop_app.ui.library.search_help import ExampleTable
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

WIDTH = 460


class StatePages(QStackedWidget):
    """create_wanted(): go and draw. import_wanted(): take in a folder. folder_wanted(): choose the pictures folder.

    example_chosen(str): a search that works. clear_wanted(): search for nothing.
    """

    create_wanted = Signal()
    import_wanted = Signal()
    folder_wanted = Signal()
    example_chosen = Signal(str)
    clear_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages: dict[PageState, QWidget] = {}
        self._progress = QProgressBar()
        self._progress_words = QLabel()
        self._fill()

    def show_state(self, state: PageState) -> None:
        """Show the page of a state; PICTURES has none here."""
        if state in self._pages:
            self.setCurrentWidget(self._pages[state])

    def show_progress(self, done: int, total: int) -> None:
        """How far the rebuilding is; total 0 = not known yet."""
        self._progress.setRange(0, total)
        self._progress.setValue(done)
        words = self.tr("{done} of {total} pictures").format(done=number(done), total=number(total))
        self._progress_words.setText(words if total else "")

    def _fill(self) -> None:
        self._pages[PageState.OPENING] = QWidget()
        self.addWidget(self._pages[PageState.OPENING])
        empty = self._page(
            PageState.EMPTY,
            self.tr("Your pictures will be here"),
            self.tr(
                "Every picture you draw is kept: a plain file in your pictures folder, with its prompt, seed and "
                "settings inside. Pictures of other programs can be brought in."
            ),
        )
        self._button(empty, self.tr("Draw a picture"), "primary", self.create_wanted)
        self._button(empty, self.tr("Import a folder…"), "secondary", self.import_wanted)
        self._page(
            PageState.EMPTY_SHELF,
            self.tr("Nothing here yet"),
            self.tr("F makes a picture a favourite. Drag pictures onto a collection to put them there."),
        )
        nothing = self._page(PageState.NOTHING_FOUND, self.tr("No picture fits"), self.tr("Other ways to search:"))
        table = ExampleTable()
        table.chosen.connect(self.example_chosen)
        nothing.addWidget(table)
        self._button(nothing, self.tr("Show all pictures"), "secondary", self.clear_wanted)
        rebuilding = self._page(
            PageState.REBUILDING,
            self.tr("Looking through your pictures"),
            self.tr("The index is being made again from the files. You can draw meanwhile."),
        )
        self._progress.setAccessibleName(self.tr("Looking through your pictures"))
        set_role(self._progress_words, "figure")
        rebuilding.addWidget(self._progress)
        rebuilding.addWidget(self._progress_words)
        gone = self._page(
            PageState.FOLDER_GONE,
            self.tr("The pictures folder cannot be found"),
            self.tr("Is its drive plugged in? If the folder was moved, show where it is now; nothing is forgotten."),
        )
        self._button(gone, self.tr("Choose the folder…"), "primary", self.folder_wanted)

    def _page(self, state: PageState, title: str, words: str) -> QVBoxLayout:
        page, middle = QWidget(), QWidget()
        middle.setMaximumWidth(WIDTH)
        inside = QVBoxLayout(middle)
        inside.setSpacing(12)
        mark = QLabel()
        mark.setPixmap(icon("picture", self._theme, "text_2").pixmap(40, 40))
        self._theme.changed.connect(lambda: mark.setPixmap(icon("picture", self._theme, "text_2").pixmap(40, 40)))
        heading, explained = QLabel(title), QLabel(words)
        set_role(heading, "title")
        explained.setWordWrap(True)
        for label in (mark, heading, explained):
            inside.addWidget(label)
        layout = QVBoxLayout(page)
        layout.addStretch(2)
        layout.addWidget(middle, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        middle.setMinimumWidth(min(WIDTH, 300))
        self._pages[state] = page
        self.addWidget(page)
        return inside

    def _button(self, page: QVBoxLayout, words: str, role: str, signal: object) -> None:
        button = QPushButton(words)
        set_role(button, role)  # type: ignore[arg-type]
        button.clicked.connect(signal.emit)  # type: ignore[attr-defined]
        page.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
