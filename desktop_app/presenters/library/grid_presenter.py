"""The grid's rows and thumbnails, for what is in sight."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.core.faults import Fault
from desktop_app.presenters.library.grid_model import GridModel
from desktop_app.presenters.library.ports import RowSource
from desktop_app.presenters.library.thumbnails import GridThumbnails
from desktop_app.presenters.ports import Background


class GridPresenter(QObject):
    """Tell it what is in sight; `model` and `thumbnails` then fill.

    thumbnail_arrived(int): a picture's id. failed(Fault).
    """

    thumbnail_arrived = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        source: RowSource,
        background: Background,
        pictures: Background,
        cache: Path,
        parent: QObject | None = None,
    ) -> None:
        """`background` reads rows; `pictures` reads picture files, which must never wait behind one another."""
        super().__init__(parent)
        self.model = GridModel(source, background)
        self.model.setParent(self)
        self.thumbnails = GridThumbnails(pictures, cache, self)
        self._sight = (0, -1)
        # Once a turn of the event loop, and never within the frame that shows another part.
        self._wanting = QTimer(self, singleShot=True, interval=0)
        self._wanting.timeout.connect(self._want_thumbnails)
        self.thumbnails.arrived.connect(self.thumbnail_arrived)
        self.model.dataChanged.connect(lambda *_: self._wanting.start())
        self.model.read_failed.connect(self._tell)

    def watch(self, first: int, last: int) -> None:
        """These places are in sight; as many before and after them come next."""
        self._sight = (first, last)
        ahead = last - first + 1
        self.model.watch(first - ahead, last + ahead)
        self._wanting.start()

    def set_size(self, side: int, radius: float) -> None:
        """Device pixels of the squares that thumbnails are for."""
        self.thumbnails.set_size(side, radius)

    def refresh(self) -> None:
        """Something about the pictures changed."""
        self.model.refresh()
        self.watch(*self._sight)

    def _want_thumbnails(self) -> None:
        first, last = self._sight
        ahead = last - first + 1
        order = (*range(first, last + 1), *range(last + 1, last + 1 + ahead), *range(first - 1, first - 1 - ahead, -1))
        total = self.model.rowCount()
        rows = (self.model.row(place) for place in order if 0 <= place < total)
        self.thumbnails.want(row for row in rows if row is not None and not row.missing)

    def _tell(self, fault: Fault) -> None:
        self.failed.emit(fault)
