"""The library's right column: the chosen picture, what can be done with it, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.details_presenter import DetailsState
from desktop_app.presenters.viewer.recipe_text import recipe_text
from desktop_app.ui.controls.icon_button import IconButton
from desktop_app.ui.formats import number
from desktop_app.ui.library.fact_list import FactList, facts
from desktop_app.ui.library.note_field import NoteField
from desktop_app.ui.library.picture_preview import PicturePreview
from desktop_app.ui.library.recipe_window import RecipeWindow
from desktop_app.ui.library.star_rating import StarRating
from desktop_app.ui.library.tag_row import TagRow
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

WIDTH = 272
COUNTS = (1, 4, 9)
FROM_ROW = "from_row"
Act = PictureAct


class DetailsPanel(QScrollArea):
    """act_wanted(PictureAct, value); from_row_wanted(): draw again from a row, in the viewer.

    rated(int), favoured(bool), tag_added(str), tag_removed(str), note_written(str, str): see DetailsPresenter.
    """

    act_wanted = Signal(object, object)
    from_row_wanted = Signal()
    rated = Signal(int)
    favoured = Signal(bool)
    tag_added = Signal(str)
    tag_removed = Signal(str)
    note_written = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        describe: Callable[[object], str],
        model_name: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """describe: a Fault in words. model_name: what a model's id is called."""
        super().__init__(parent)
        self._theme, self._describe, self._model_name = theme, describe, model_name
        self._state = DetailsState()
        self._recipe: RecipeWindow | None = None
        self.preview, self.stars = PicturePreview(theme), StarRating(theme)
        self.heart = IconButton("heart", theme, self.tr("Favourite"), color="accent")
        self.prompt, self.several, self.trouble = QLabel(), QLabel(), QLabel()
        self.facts, self.tags, self.note = FactList(), TagRow(), NoteField()
        self.buttons = self._make_buttons()
        self.everything = QPushButton(self.tr("Everything the file says…"))
        self._one = QWidget()
        self._build()
        self._join()
        self.show_state(self._state)

    def show_state(self, state: DetailsState) -> None:
        """Show a picture, or how many are chosen."""
        row, opened = state.row, state.opened
        changed = (row.picture_id if row else "") != (self._state.row.picture_id if self._state.row else "")
        self._state = state
        self._one.setVisible(row is not None)
        self.several.setVisible(row is None)
        if row is None:
            self.note.show_note("", "")
            self.several.setText(self._count_words(state.count))
            return
        image = QImage() if opened is None else opened.image
        self.preview.show_image(image, row.prompt)
        self.trouble.setVisible(opened is not None and opened.fault is not None)
        if opened is not None and opened.fault is not None:
            self.trouble.setText(self._describe(opened.fault))
        self.prompt.setText(row.prompt or (opened.foreign.prompt if opened and opened.foreign else ""))
        self.prompt.setVisible(bool(self.prompt.text()))
        self.stars.set_rating(row.rating)
        words = self.tr("Take from the favourites") if row.favourite else self.tr("Make a favourite")
        self.heart.set_icon("heart-full" if row.favourite else "heart", words)
        self._show_buttons(state)
        self.facts.show_facts(facts(state, self._model_name(row.model) if row.model else ""))
        self.tags.show_tags(row.tags, state.all_tags)
        self.note.show_note(row.picture_id, row.note)
        self.everything.setVisible(bool(opened and (opened.recipe or opened.foreign)))
        if changed:
            self.verticalScrollBar().setValue(0)

    def _show_buttons(self, state: DetailsState) -> None:
        row, opened = state.row, state.opened
        ours = row is not None and not row.source
        tokens = opened.recipe is not None if opened is not None else ours
        unfinished = ours and row is not None and row.done < 1
        shown: dict[object, bool] = {
            Act.USE_SETTINGS: ours,
            Act.MORE_LIKE_IT: ours,
            FROM_ROW: tokens,
            Act.FINISH: unfinished,
        }
        for act, button in self.buttons.items():
            button.setVisible(shown.get(act, True))
        # No gaps where some are hidden.
        for place, button in enumerate(button for button in self.buttons.values() if not button.isHidden()):
            self._grid.removeWidget(button)
            self._grid.addWidget(button, place // 2, place % 2)

    def _count_words(self, count: int) -> str:
        if count == 0:
            return self.tr("Choose a picture to see how it was made.")
        return self.tr("%n pictures are chosen.", None, count)

    # Building ---------------------------------------------------------------------------------------

    def _make_buttons(self) -> dict[object, QPushButton]:
        words: tuple[tuple[object, str, str], ...] = (
            (Act.USE_SETTINGS, self.tr("Use settings"), self.tr("Fill the form with how this was drawn")),
            (Act.MORE_LIKE_IT, self.tr("More like it"), self.tr("Draw more with the same settings and new seeds")),
            (FROM_ROW, self.tr("From row…"), self.tr("Keep the upper rows and draw the others again")),
            (Act.FINISH, self.tr("Finish drawing"), self.tr("Draw the rows that are missing")),
            (Act.SAVE_AS, self.tr("Save as…"), self.tr("Save a copy as PNG, JPEG or WebP")),
            (Act.SHOW_IN_FOLDER, self.tr("Show in folder"), self.tr("Show the file where it lies")),
        )
        buttons: dict[object, QPushButton] = {}
        for act, text, explained in words:
            button = buttons[act] = QPushButton(text)
            button.setToolTip(explained)
            button.setAccessibleDescription(explained)
            button.setMinimumWidth(0)
        return buttons

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(WIDTH)
        self.setAccessibleName(self.tr("Details"))
        for label in (self.prompt, self.several, self.trouble):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        set_role(self.prompt, "title")
        set_role(self.several, "explanation")
        set_role(self.trouble, "error")
        set_role(self.everything, "quiet")
        self.prompt.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        judged = QHBoxLayout()
        judged.setContentsMargins(0, 0, 0, 0)
        judged.addWidget(self.stars)
        judged.addStretch(1)
        judged.addWidget(self.heart)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        for place, button in enumerate(self.buttons.values()):
            self._grid.addWidget(button, place // 2, place % 2)
        column = QVBoxLayout(self._one)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.preview)
        column.addWidget(self.trouble)
        column.addWidget(self.prompt)
        column.addLayout(judged)
        column.addLayout(self._grid)
        column.addWidget(_separator())
        column.addWidget(self.facts)
        column.addWidget(self.tags)
        column.addWidget(self.note)
        column.addWidget(self.everything, 0, Qt.AlignmentFlag.AlignLeft)
        page = QWidget()
        set_role(page, "panel")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addWidget(self._one)
        layout.addWidget(self.several)
        layout.addStretch(1)
        self.setWidget(page)

    def _join(self) -> None:
        for act, button in self.buttons.items():
            if act is Act.MORE_LIKE_IT:
                button.setMenu(self._more_menu(button))
            elif act == FROM_ROW:
                button.clicked.connect(self.from_row_wanted)
            else:
                button.clicked.connect(lambda _checked=False, act=act: self.act_wanted.emit(act, None))
        self.preview.clicked.connect(lambda: self.act_wanted.emit(Act.OPEN, None))
        self.stars.rated.connect(self.rated)
        self.heart.clicked.connect(self._turn_heart)
        self.tags.added.connect(self.tag_added)
        self.tags.removed.connect(self.tag_removed)
        self.note.written.connect(self.note_written)
        self.everything.clicked.connect(self._show_everything)

    def _more_menu(self, button: QPushButton) -> QMenu:
        menu = QMenu(button)
        for count in COUNTS:
            words = self.tr("%n picture(s)", None, count).replace("%n", number(count))
            menu.addAction(words).triggered.connect(partial(self._ask_more, count))
        return menu

    def _ask_more(self, count: int, _checked: bool = False) -> None:
        self.act_wanted.emit(Act.MORE_LIKE_IT, count)

    def _turn_heart(self) -> None:
        if self._state.row is not None:
            self.favoured.emit(not self._state.row.favourite)

    def _show_everything(self) -> None:
        if self._state.opened is not None:
            self._recipe = self._recipe or RecipeWindow(self._theme, self.window())
            self._recipe.show_text(recipe_text(self._state.opened))


def _separator() -> QFrame:
    line = QFrame()
    set_role(line, "separator")
    return line
