"""Which picture is shown, and beside which other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from desktop_app.presenters.ports import Background
from desktop_app.presenters.viewer.opened_picture import OpenedPicture, ViewedPicture
from desktop_app.presenters.viewer.picture_loader import PictureLoader


class ViewerMode(StrEnum):
    """What is done with the shown picture."""

    LOOK = "look"
    SURPRISE = "surprise"  # tokens shaded by how unlikely they were
    PROMPT = "prompt"  # by what the prompt added
    TIME_LAPSE = "time_lapse"
    REWIND = "rewind"
    COMPARE = "compare"
    FAMILY = "family"


class ViewerPresenter(QObject):
    """Goes through pictures; the one shown is read off the window's thread, its neighbours ahead.

    picture_changed(): another picture is shown. opened(): its file has been read; `current` has it.
    other_opened(): the one compared with has been read; `other` has it. mode_changed(ViewerMode).
    left(): the viewer is done with.
    """

    picture_changed = Signal()
    opened = Signal()
    other_opened = Signal()
    mode_changed = Signal(object)
    left = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loader = PictureLoader(background, self)
        self._loader.arrived.connect(self._take)
        self._pictures: Sequence[ViewedPicture] = ()
        self._index = 0
        self._other: ViewedPicture | None = None
        self._mode = ViewerMode.LOOK

    @property
    def count(self) -> int:
        """How many pictures there are to go through."""
        return len(self._pictures)

    @property
    def index(self) -> int:
        """The shown one's place among them."""
        return self._index

    @property
    def picture(self) -> ViewedPicture | None:
        """The shown one, read or not."""
        return self._pictures[self._index] if self._pictures else None

    @property
    def current(self) -> OpenedPicture | None:
        """The shown one as its file has it; None until that has been read."""
        return None if self.picture is None else self._loader.of(self.picture)

    @property
    def other_picture(self) -> ViewedPicture | None:
        """The one that it is compared with."""
        return self._other

    @property
    def other(self) -> OpenedPicture | None:
        """The one that it is compared with, once read."""
        return None if self._other is None else self._loader.of(self._other)

    @property
    def mode(self) -> ViewerMode:
        """What is done with the shown picture."""
        return self._mode

    def open(self, pictures: Sequence[ViewedPicture], index: int = 0) -> None:
        """Show one of several; a long list may make its items when they are asked for."""
        self._pictures = pictures
        self._other = None
        self._go(min(max(index, 0), max(0, len(pictures) - 1)))
        self.set_mode(ViewerMode.LOOK)

    def show_id(self, picture_id: str) -> bool:
        """Show one of the pictures by its id; says whether it is among them."""
        place = next((place for place, one in enumerate(self._pictures) if one.id == picture_id), None)
        if place is not None:
            self._go(place)
        return place is not None

    def step(self, steps: int) -> None:
        """Go on or back by so many pictures, not past the ends."""
        goal = min(max(self._index + steps, 0), self.count - 1)
        if self._pictures and goal != self._index:
            self._go(goal)

    def set_mode(self, mode: ViewerMode) -> None:
        """Do something else with the picture; comparing begins with a neighbour."""
        if mode is ViewerMode.COMPARE and self._other is None:
            self._choose_neighbour()
        if mode is ViewerMode.COMPARE and self._other is None:
            return  # there is no other picture
        if mode != self._mode:
            self._mode = mode
            self._want()
            self.mode_changed.emit(mode)

    def compare_with(self, other: ViewedPicture) -> None:
        """Lay another picture over the shown one."""
        self._other = other
        self._mode = ViewerMode.COMPARE
        self._want()
        self.mode_changed.emit(self._mode)
        if self.other is not None:
            self.other_opened.emit()

    def swap(self) -> None:
        """The compared pictures change places, where the other is among those gone through."""
        shown, other = self.picture, self._other
        if shown is not None and other is not None and self.show_id(other.id):
            self.compare_with(shown)

    def step_other(self, steps: int) -> None:
        """Compare with the next one, leaving out the shown picture."""
        places = [place for place, one in enumerate(self._pictures) if one == self._other]
        goal = (places[0] if places else self._index) + steps
        if goal == self._index:
            goal += steps
        if 0 <= goal < self.count:
            self.compare_with(self._pictures[goal])

    def leave(self) -> None:
        """One step back: from what is done with the picture to looking at it, from there to where it was opened."""
        if self._mode is not ViewerMode.LOOK:
            self.set_mode(ViewerMode.LOOK)
        else:
            self.left.emit()

    def _choose_neighbour(self) -> None:
        for place in (self._index + 1, self._index - 1):
            if 0 <= place < self.count:
                self._other = self._pictures[place]
                return

    def _go(self, index: int) -> None:
        self._index = index
        if self._other == self.picture:
            self._other = None
            if self._mode is ViewerMode.COMPARE:
                self._choose_neighbour()
        self._want()
        self.picture_changed.emit()
        if self.current is not None:
            self.opened.emit()
        if self.other is not None:
            self.other_opened.emit()

    def _want(self) -> None:
        here = self._index
        wanted = [self._pictures[place] for place in (here, here + 1, here - 1) if 0 <= place < self.count]
        if self._other is not None:
            wanted.insert(1, self._other)
        self._loader.want(wanted)

    def _take(self, opened: OpenedPicture) -> None:
        if opened.picture == self.picture:
            self.opened.emit()
        if opened.picture == self._other:
            self.other_opened.emit()
