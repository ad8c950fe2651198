"""Filters as chips: what they say stands in the search field, and what stands there they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.presenters.library import filters
from desktop_app.ui.library.flow_layout import FlowLayout
from desktop_app.ui.theme.icons import icon
from desktop_app.ui.theme.roles import set_role
from desktop_app.ui.theme.theme import Theme

FAVOURITE = ("fav", "favourite", "favorite")


class FilterBar(QWidget):
    """text_wanted(str): the search with a filter more or less. save_wanted(): keep it as a smart collection."""

    text_wanted = Signal(str)
    save_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._models: Sequence[str] = ()
        self._layout = FlowLayout(self)
        self.favourite = self._flag(self.tr("Favourite"), FAVOURITE)
        self.rating = self._menu_chip(self.tr("Rating"), self._rating_menu)
        self.model = self._menu_chip(self.tr("Model"), self._model_menu)
        self.date = self._menu_chip(self.tr("Date"), self._date_menu)
        self.unfinished = self._flag(self.tr("Unfinished"), ("unfinished",))
        self.missing = self._flag(self.tr("Missing"), ("missing",))
        self.save = QPushButton(icon("plus", theme), self.tr("Save as smart collection"))
        set_role(self.save, "quiet")
        self.save.setToolTip(self.tr("Keep this search in the side bar; it stays up to date."))
        self.save.setAccessibleDescription(self.save.toolTip())
        self.save.clicked.connect(self.save_wanted)
        self._layout.addWidget(self.save)
        self.set_text("")

    def set_models(self, models: Sequence[str]) -> None:
        """Models to choose from."""
        self._models = models

    def set_text(self, text: str) -> None:
        """Show the filters that a search has."""
        self._text = text
        self.favourite.setChecked(filters.has_flag(text, *FAVOURITE))
        self.unfinished.setChecked(filters.has_flag(text, "unfinished"))
        self.missing.setChecked(filters.has_flag(text, "missing"))
        stars, model = filters.rating_of(text), filters.value_of(text, "model")
        begin = filters.value_of(text, "after", "since")
        self._show(self.rating, self.tr("{stars}★ and up").format(stars=stars) if stars else "", self.tr("Rating"))
        self._show(self.model, model or "", self.tr("Model"))
        self._show(self.date, self.tr("Since {day}").format(day=begin) if begin else "", self.tr("Date"))
        self.save.setVisible(bool(text.strip()))

    def _show(self, chip: QPushButton, value: str, name: str) -> None:
        chip.setText(f"{value or name} ▾".replace("&", "&&"))
        chip.setChecked(bool(value))
        chip.setAccessibleName(f"{name}: {value}" if value else name)

    def _chip(self, words: str) -> QPushButton:
        chip = QPushButton(words)
        chip.setCheckable(True)
        chip.setAccessibleName(words)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        set_role(chip, "chip")
        self._layout.addWidget(chip)
        return chip

    def _flag(self, words: str, names: tuple[str, ...]) -> QPushButton:
        chip = self._chip(words)
        chip.clicked.connect(lambda on: self.text_wanted.emit(filters.with_flag(self._text, on, *names)))
        return chip

    def _menu_chip(self, words: str, fill: Callable[[QMenu], None]) -> QPushButton:
        chip = self._chip(words)

        def show() -> None:
            self.set_text(self._text)  # a click alone must not tick it
            menu = QMenu(self)
            fill(menu)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(chip.mapToGlobal(chip.rect().bottomLeft()))

        chip.clicked.connect(show)
        return chip

    def _offer(self, menu: QMenu, words: str, value: str | None, *keys: str) -> None:
        menu.addAction(words, lambda: self.text_wanted.emit(filters.with_value(self._text, value, *keys)))

    def _rating_menu(self, menu: QMenu) -> None:
        self._offer(menu, self.tr("Any rating"), None, "rating")
        for stars in range(1, 6):
            words = "★" * stars if stars == 5 else self.tr("{stars} and up").format(stars="★" * stars)
            self._offer(menu, words, f">={stars}", "rating")

    def _model_menu(self, menu: QMenu) -> None:
        self._offer(menu, self.tr("Any model"), None, "model")
        for model in self._models:
            self._offer(menu, model, model, "model")

    def _date_menu(self, menu: QMenu) -> None:
        today = date.today()
        self._offer(menu, self.tr("Any day"), None, "after", "since", "date")
        for words, begin in (
            (self.tr("Today"), today),
            (self.tr("The last week"), today - timedelta(days=7)),
            (self.tr("The last month"), today - timedelta(days=30)),
            (self.tr("This year"), today.replace(month=1, day=1)),
        ):
            self._offer(menu, words, begin.isoformat(), "after", "since", "date")
