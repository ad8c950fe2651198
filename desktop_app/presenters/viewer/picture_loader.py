"""Pictures read in the background, the last few kept, the neighbours read ahead."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from desktop_app.presenters.ports import Background
from desktop_app.presenters.viewer.opened_picture import OpenedPicture, ViewedPicture, open_picture

KEPT = 5
"""Pictures: the shown one, both neighbours, and two for going back and forth."""


class PictureLoader(QObject):
    """arrived(OpenedPicture): one that was wanted has been read."""

    arrived = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._known: OrderedDict[ViewedPicture, OpenedPicture] = OrderedDict()
        self._reading: ViewedPicture | None = None
        self._wanted: tuple[ViewedPicture, ...] = ()

    def of(self, picture: ViewedPicture) -> OpenedPicture | None:
        """What is known of a picture, at once; None where it has not been read."""
        found = self._known.get(picture)
        if found is not None:
            self._known.move_to_end(picture)
        return found

    def want(self, pictures: Sequence[ViewedPicture]) -> None:
        """Have these, in this order; those wanted before and not begun are let go.

        One at a time: holding an arrow key down must not fill the queue with pictures that nobody will see.
        """
        self._wanted = tuple(dict.fromkeys(pictures))[:KEPT]
        self._read_next()

    def forget(self, picture: ViewedPicture) -> None:
        """Have a picture read anew when it is wanted next."""
        self._known.pop(picture, None)

    def _read_next(self) -> None:
        if self._reading is not None:
            return
        wanted = next((picture for picture in self._wanted if picture not in self._known), None)
        if wanted is not None:
            self._reading = wanted
            self._background.run(lambda: open_picture(wanted), self._take)

    def _take(self, opened: OpenedPicture) -> None:
        self._reading = None
        self._known[opened.picture] = opened
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        self.arrived.emit(opened)
        self._read_next()
