"""Above the grid: the search field, how much was found, the order, the size of the pictures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop_app.core.library.search.found import Sort
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.controls.quiet_combo import QuietCombo
from desktop_app.ui.controls.tick_slider import TickSlider
from desktop_app.ui.formats import number
from desktop_app.ui.library.grid_view import SIZES
from desktop_app.ui.library.search_help import SearchHelp
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import repolish, set_role
from desktop_app.ui.theme.theme import Theme

STEP = 16


class SearchBar(QWidget):
    """text_edited(str). sort_chosen(Sort). size_changed(int). grid_wanted(): the keyboard leaves the field."""

    text_edited = Signal(str)
    sort_chosen = Signal(object)
    size_changed = Signal(int)
    grid_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = SearchHelp(theme, self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search prompts, tags and notes"))
        self.field.setAccessibleName(self.tr("Search pictures"))
        self.field.setAccessibleDescription(self.tr("Words, or filters such as rating:>=4. Down goes to the pictures."))
        self._found = QLabel()
        set_role(self._found, "figure")
        self._clear = IconButton("close", theme, self.tr("Clear the search"))
        self._how = IconButton("info", theme, self.tr("What can be typed"))
        self._box = QFrame()
        set_role(self._box, "field")
        glass = QLabel()
        glass.setPixmap(icon("search", theme, "text_2").pixmap(18, 18))
        theme.changed.connect(lambda: glass.setPixmap(icon("search", theme, "text_2").pixmap(18, 18)))
        inside = QHBoxLayout(self._box)
        inside.setContentsMargins(10, 2, 4, 2)
        inside.setSpacing(6)
        inside.addWidget(glass)
        inside.addWidget(self.field, 1)
        for widget in (self._found, self._clear, self._how):
            inside.addWidget(widget)
        self.sort = QuietCombo()
        self.sort.setAccessibleName(self.tr("Order"))
        self._fill_sort()
        self.size_slider = TickSlider(theme)
        self.size_slider.setRange(*SIZES)
        self.size_slider.setFixedWidth(112)
        self.size_slider.setAccessibleName(self.tr("Size of the pictures"))
        self.size_slider.setToolTip(self.tr("Size of the pictures"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._box, 1)
        layout.addWidget(self.sort)
        layout.addSpacing(4)
        layout.addWidget(self.size_slider)
        self._join()

    def _join(self) -> None:
        self.field.textEdited.connect(self.text_edited)
        self.field.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self._clear.hide()
        self._clear.clicked.connect(self._clear_text)
        self._how.clicked.connect(lambda: self._help.show_below(self._box.mapToGlobal(QPoint(0, self._box.height()))))
        self._help.example_chosen.connect(self._take_example)
        self.sort.activated.connect(lambda _place: self.sort_chosen.emit(Sort(self.sort.currentData())))
        self.size_slider.valueChanged.connect(self.size_changed)
        self.size_slider.stepped.connect(
            lambda steps: self.size_slider.setValue(self.size_slider.value() + steps * STEP)
        )
        self.field.installEventFilter(self)
        find = QAction(self.tr("Search"), self)
        find.setShortcut("Ctrl+F")
        find.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        find.triggered.connect(self.focus_field)
        self.addAction(find)

    def set_text(self, text: str) -> None:
        """Show a text without searching for it."""
        if text != self.field.text():
            self.field.setText(text)

    def set_total(self, total: int, *, searching: bool) -> None:
        """How many pictures were found; said only where something is searched for."""
        self._found.setText(self.tr("{count} found").format(count=number(total)) if searching else "")

    def set_sort(self, sort: Sort, *, in_collection: bool) -> None:
        """Show the order; that of a collection is offered where one is shown."""
        blocker = QSignalBlocker(self.sort)
        self.sort.clear()
        self._fill_sort(in_collection=in_collection)
        self.sort.setCurrentIndex(max(0, self.sort.findData(sort)))
        blocker.unblock()

    def set_size(self, size: int) -> None:
        """How large pictures are."""
        self.size_slider.setValue(size)

    def focus_field(self) -> None:
        """Go and type."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def type_ahead(self, letters: str) -> None:
        """Somebody began to type elsewhere."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.setText(letters)
        self.text_edited.emit(letters)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The field's ring lies around it all; Down leaves it, Escape empties it."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._box.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            repolish(self._box)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.grid_wanted.emit()
                return True
            if key == Qt.Key.Key_Escape and self.field.text():
                self._clear_text()
                return True
        return False

    def _clear_text(self) -> None:
        self._take_text("")

    def _take_example(self, text: str) -> None:
        self._take_text(f"{self.field.text()} {text}".strip())

    def _take_text(self, text: str) -> None:
        self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.text_edited.emit(text)

    def _fill_sort(self, *, in_collection: bool = False) -> None:
        orders = [
            (self.tr("Newest first"), Sort.NEWEST),
            (self.tr("Oldest first"), Sort.OLDEST),
            (self.tr("Best score"), Sort.SCORE),
            (self.tr("Rating"), Sort.RATING),
        ]
        if in_collection:
            orders.insert(0, (self.tr("As arranged"), Sort.COLLECTION))
        for words, sort in orders:
            self.sort.addItem(words, sort)
