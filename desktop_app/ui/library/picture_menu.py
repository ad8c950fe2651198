"""What can be asked of the chosen pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.presenters.library.acts import PictureAct
from desktop_app.presenters.library.search_presenter import Shelf
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.theme import Theme

Act = PictureAct


class LibraryMenu(QObject):
    """Builds the menu; act_wanted(PictureAct, value)."""

    act_wanted = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._owner = parent

    def menu(self, count: int, shelf: Shelf, collections: Sequence[tuple[str, str]]) -> QMenu:
        """For so many pictures of a shelf; collections: id and name. The caller shows it."""
        menu = QMenu(self._owner)
        if shelf is Shelf.TRASH:
            self._add(menu, Act.RESTORE, self.tr("Restore"), "reset")
            return menu
        self._add_drawing(menu, one=count == 1)
        menu.addSeparator()
        self._add(menu, Act.FAVOURITE, self.tr("Favourite"), "star", "F")
        self._add_rating(menu)
        self._add(menu, Act.TAG, self.tr("Tag…"))
        self._add_collections(menu, collections)
        if shelf is Shelf.COLLECTION:
            self._add(menu, Act.REMOVE_FROM_COLLECTION, self.tr("Remove from this collection"))
        menu.addSeparator()
        self._add(menu, Act.COPY, self.tr("Copy"), "copy", "Ctrl+C")
        self._add_exports(menu.addMenu(self.tr("Save and share")))
        self._add(menu, Act.SHOW_IN_FOLDER, self.tr("Show in folder"), "folder", enabled=count == 1)
        menu.addSeparator()
        self._add(menu, Act.DELETE, self.tr("Delete"), "trash", "Del")
        return menu

    def _add_drawing(self, menu: QMenu, *, one: bool) -> None:
        self._add(menu, Act.OPEN, self.tr("Open"), "picture", "Enter")
        self._add(menu, Act.USE_SETTINGS, self.tr("Use settings"), "settings", enabled=one)
        self._add(menu, Act.DRAW_AGAIN, self.tr("Draw again"), "reset")
        self._add(menu, Act.MORE_LIKE_IT, self.tr("More like it…"), "dice", enabled=one)
        self._add(menu, Act.FINISH, self.tr("Finish drawing"), "finish")
        more = menu.addMenu(self.tr("Find more"))
        more.setEnabled(one)
        self._add(more, Act.SAME_PROMPT, self.tr("With this prompt"))
        self._add(more, Act.SAME_SEED, self.tr("With this seed"))
        self._add(more, Act.SAME_SETTINGS, self.tr("With these settings"))

    def _add_rating(self, menu: QMenu) -> None:
        rating = menu.addMenu(self.tr("Rate"))
        for stars in range(5, 0, -1):
            self._add(rating, Act.RATE, "★" * stars, keys=str(stars), value=stars)
        self._add(rating, Act.RATE, self.tr("No rating"), keys="0", value=0)

    def _add_collections(self, menu: QMenu, collections: Sequence[tuple[str, str]]) -> None:
        into = menu.addMenu(self.tr("Add to collection"))
        for key, name in collections:
            self._add(into, Act.ADD_TO_COLLECTION, name.replace("&", "&&"), value=key)
        if collections:
            into.addSeparator()
        self._add(into, Act.ADD_TO_COLLECTION, self.tr("New collection…"))

    def _add_exports(self, menu: QMenu) -> None:
        for act, words in (
            (Act.SAVE_AS, self.tr("Save as…")),
            (Act.SHARE_COPY, self.tr("Share copy…")),
            (Act.CONTACT_SHEET, self.tr("Contact sheet…")),
            (Act.MEME_SHEET, self.tr("Meme sheet…")),
            (Act.ZIP, self.tr("ZIP…")),
            (Act.GALLERY, self.tr("HTML gallery…")),
        ):
            self._add(menu, act, words)

    def _add(
        self,
        menu: QMenu,
        act: PictureAct,
        words: str,
        mark: str = "",
        keys: str = "",
        *,
        value: object = None,
        enabled: bool = True,
    ) -> None:
        # Keys are written beside the words; the grid hears them, so they are no shortcuts here.
        action = menu.addAction(f"{words}\t{keys}" if keys else words)
        if mark:
            action.setIcon(icon(mark, self._theme))
        action.setEnabled(enabled)
        action.triggered.connect(lambda: self.act_wanted.emit(act, value))
