"""The chosen picture's details: read beside the window, and what a person says of it written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.presenters.library.ports import Change
from desktop_app.presenters.ports import Background
from desktop_app.presenters.viewer.opened_picture import OpenedPicture, ViewedPicture
from desktop_app.presenters.viewer.picture_loader import PictureLoader

if TYPE_CHECKING:
    from desktop_app.core.library.search.picture_row import PictureRow

Act = Callable[[], Change]


class Marking(Protocol):
    """What a person says of pictures; by their own ids, off the window's thread."""

    def set_favourite(self, pictures: Sequence[str], favourite: bool) -> Change:
        """Make them favourites, or not."""

    def set_rating(self, pictures: Sequence[str], rating: int) -> Change:
        """Give them 0 to 5 stars."""

    def set_note(self, pictures: Sequence[str], note: str) -> Change:
        """Write a note."""

    def add_tags(self, pictures: Sequence[str], tags: Iterable[str]) -> Change:
        """Give them tags beside those they have."""

    def remove_tags(self, pictures: Sequence[str], tags: Iterable[str]) -> Change:
        """Take tags away."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DetailsState:
    """row: the picture, None where none or several are chosen. opened: its file, None until it has been read."""

    count: int = 0
    row: PictureRow | None = None
    opened: OpenedPicture | None = None
    all_tags: tuple[str, ...] = ()


class DetailsPresenter(QObject):
    """state_changed(DetailsState).

    Marks go through `do(code, act)`, so that they wait their turn and can be taken back as everything else; until
    the library has taken one in, the details show it already.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        marking: Marking,
        do: Callable[[str, Act], None],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._marking, self._do = marking, do
        self._loader = PictureLoader(background, self)
        self._loader.arrived.connect(self._take)
        self.state = DetailsState()

    def show(self, rows: Sequence[PictureRow]) -> None:
        """Show what is chosen: one picture's details, or how many there are."""
        row = rows[0] if len(rows) == 1 else None
        opened = None
        if row is not None:
            picture = _picture(row)
            before = self.state.row
            if before is not None and before.picture_id == row.picture_id and before.stamp != row.stamp:
                self._loader.forget(picture)  # its file was changed
            self._loader.want([picture])
            opened = self._loader.of(picture)
        self._change(replace(self.state, count=len(rows), row=row, opened=opened))

    def show_tags(self, tags: Iterable[str]) -> None:
        """All tags there are, for completing what is typed."""
        self._change(replace(self.state, all_tags=tuple(tags)))

    # What a person says -----------------------------------------------------------------------------

    def set_favourite(self, favourite: bool) -> None:
        """Make it a favourite, or not."""
        if (row := self.state.row) is not None:
            self._mark("favourite", lambda: self._marking.set_favourite([row.picture_id], favourite))
            self._show_row(favourite=favourite)

    def set_rating(self, rating: int) -> None:
        """Give it 0 to 5 stars."""
        row = self.state.row
        if row is not None and rating != row.rating:
            self._mark("rate", lambda: self._marking.set_rating([row.picture_id], rating))
            self._show_row(rating=rating)

    def set_note(self, picture_id: str, note: str) -> None:
        """Write a note of a picture, which may have left the details meanwhile; unchanged ones write nothing."""
        row = self.state.row
        if row is not None and row.picture_id == picture_id:
            if note == row.note:
                return
            self._show_row(note=note)
        self._mark("note", lambda: self._marking.set_note([picture_id], note))

    def add_tag(self, tag: str) -> None:
        """Give it a tag; one that it has is left alone."""
        row, clean = self.state.row, " ".join(tag.split())
        if row is None or not clean or clean.casefold() in (known.casefold() for known in row.tags):
            return
        # As others wrote it before.
        clean = next((known for known in self.state.all_tags if known.casefold() == clean.casefold()), clean)
        self._mark("tag", lambda: self._marking.add_tags([row.picture_id], [clean]))
        self._show_row(tags=(*row.tags, clean))

    def remove_tag(self, tag: str) -> None:
        """Take a tag away."""
        row = self.state.row
        if row is not None and tag in row.tags:
            self._mark("untag", lambda: self._marking.remove_tags([row.picture_id], [tag]))
            self._show_row(tags=tuple(known for known in row.tags if known != tag))

    def _mark(self, code: str, act: Act) -> None:
        self._do(code, act)

    def _show_row(self, **values: object) -> None:
        row = self.state.row
        if row is not None:
            changed = replace(row, **values)  # type: ignore[arg-type]  # names and types are the row's own
            self._change(replace(self.state, row=changed))

    def _take(self, opened: OpenedPicture) -> None:
        row = self.state.row
        if row is not None and opened.picture == _picture(row):
            self._change(replace(self.state, opened=opened))

    def _change(self, state: DetailsState) -> None:
        self.state = state
        self.state_changed.emit(state)


def _picture(row: PictureRow) -> ViewedPicture:
    return ViewedPicture(id=row.picture_id, path=row.path, prompt=row.prompt)
