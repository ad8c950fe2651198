"""Which pictures are chosen: single ones, spans, all of a hundred thousand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange

from desktop_app.core.library.search.found import PictureIds
from desktop_app.presenters.library.grid_model import GridModel
from desktop_app.ui.library.grid_geometry import Span

Flag = QItemSelectionModel.SelectionFlag
MOST_REMEMBERED = 5000
"""Pictures that stay chosen when others are shown; more than that nobody chose one by one."""


class GridChoice:
    """Selection and current picture by places; the selection model keeps it as spans."""

    def __init__(self, model: GridModel) -> None:
        self._model = model
        self._selection: QItemSelectionModel | None = None
        self._anchor = 0
        self._spans: list[Span] = []
        self._count = 0
        self._remembered: tuple[PictureIds, PictureIds] | None = None
        self.current: int | None = None

    def follow(self, selection: QItemSelectionModel) -> None:
        """Use this selection model."""
        self._selection = selection
        selection.selectionChanged.connect(lambda *_: self._look())
        selection.currentChanged.connect(lambda *_: self._look())
        self._look()

    @property
    def count(self) -> int:
        """How many are selected."""
        return self._count

    @property
    def spans(self) -> Sequence[Span]:
        """The selected places, in rising order."""
        return self._spans

    def contains(self, place: int) -> bool:
        """Whether a picture is selected."""
        return any(first <= place <= last for first, last in self._spans)

    def ids(self) -> PictureIds:
        """The selected pictures in the order shown; the current one where none is selected."""
        if not self._spans and self.current is not None:
            return self._model.ids([(self.current, self.current)])
        return self._model.ids(self._spans)

    def take(self, place: int) -> None:
        """Select one picture alone."""
        self._anchor = place
        self._select([(place, place)], Flag.ClearAndSelect)
        self._set_current(place)

    def turn(self, place: int) -> None:
        """Select a picture beside the others, or leave it out again."""
        self._anchor = place
        self._select([(place, place)], Flag.Toggle)
        self._set_current(place)

    def reach(self, place: int, *, add: bool = False) -> None:
        """Select everything from where the last selecting began."""
        span = (min(self._anchor, place), max(self._anchor, place))
        self._select([span], Flag.Select if add else Flag.ClearAndSelect)
        self._set_current(place)

    def go_to(self, place: int) -> None:
        """Make a picture the current one and leave the selection as it is."""
        self._set_current(place)

    def take_spans(self, spans: Sequence[Span]) -> None:
        """Select these alone."""
        self._select(spans, Flag.ClearAndSelect)

    def take_all(self) -> None:
        """Select everything found."""
        if self._model.rowCount():
            self._select([(0, self._model.rowCount() - 1)], Flag.ClearAndSelect)

    def clear(self) -> None:
        """Select nothing."""
        if self._selection is not None:
            self._selection.clearSelection()

    def remember(self) -> None:
        """Other pictures are about to be shown: keep what is chosen now."""
        few = self._count <= MOST_REMEMBERED
        current = self._model.ids([] if self.current is None else [(self.current, self.current)])
        self._remembered = (self._model.ids(self._spans if few else []), current)

    def restore(self) -> bool:
        """Choose again what was remembered and is there; False where nothing of it is."""
        remembered, self._remembered = self._remembered, None
        self.current, self._spans, self._count = None, [], 0
        if remembered is None or self._selection is None:
            return False
        ids, current = remembered
        spans = _spans_of(self._model.places_of(ids))
        if spans:
            self._select(spans, Flag.ClearAndSelect)
        place = next(iter(self._model.places_of(current)), None)
        if place is not None:
            self._anchor = place
            self._set_current(place)
        return bool(spans) or place is not None

    def _select(self, spans: Sequence[Span], flag: Flag) -> None:
        if self._selection is None:
            return
        chosen = QItemSelection()
        for first, last in spans:
            chosen.append(QItemSelectionRange(self._model.index(first), self._model.index(last)))
        self._selection.select(chosen, flag)

    def _set_current(self, place: int) -> None:
        if self._selection is not None:
            self._selection.setCurrentIndex(self._model.index(place), Flag.NoUpdate)

    def _look(self) -> None:
        if self._selection is None:
            return
        selection = self._selection.selection()
        ranges = [selection.at(place) for place in range(selection.count())]
        spans = sorted((one.top(), one.bottom()) for one in ranges)
        self._spans, self._count = spans, sum(last - first + 1 for first, last in spans)
        index = self._selection.currentIndex()
        self.current = index.row() if index.isValid() else None


def _spans_of(places: Sequence[int]) -> list[Span]:
    """Places in rising order as spans."""
    spans: list[Span] = []
    for place in places:
        if spans and place == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], place)
        else:
            spans.append((place, place))
    return spans
