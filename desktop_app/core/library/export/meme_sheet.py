"""The sheet that made the model famous: one prompt in large type, and nine pictures that try to be it.

A white page; the words on top; three by three pictures with small gaps. With fewer than nine the grid shrinks: one
fills the page, two to four stand two in a row, and a last row that is not full stands in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from desktop_app.core.faults import Fault
from desktop_app.core.library.export.caption import Caption, fit
from desktop_app.core.library.export.copies import PictureFormat
from desktop_app.core.library.export.errors import Cancelled, Exported, ExportError, Progress
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.export.tiles import Tile, put, tiles, write_sheet
from desktop_app.core.library.export.typeface import BOLD

MOST = 9
_WIDTH = 1200
_MARGIN = 48
_GAP = 12
_RADIUS = 10
_PAPER, _INK = "#FFFFFF", "#1F221C"
_LARGEST, _SMALLEST, _MAX_LINES = 64, 26, 4


@dataclass(frozen=True)
class _Grid:
    count: int
    columns: int

    @property
    def side(self) -> int:
        return (_WIDTH - 2 * _MARGIN - (self.columns - 1) * _GAP) // self.columns

    @property
    def height(self) -> int:
        rows = -(-self.count // self.columns)
        return rows * (self.side + _GAP) - _GAP

    def place(self, number: int, top: int) -> tuple[int, int, int]:
        """Left, top and side of a picture's square."""
        row, column = divmod(number, self.columns)
        in_row = min(self.columns, self.count - row * self.columns)
        used = in_row * (self.side + _GAP) - _GAP
        left = (_WIDTH - used) // 2 + column * (self.side + _GAP)
        return left, top + row * (self.side + _GAP), self.side


def write_meme_sheet(
    pictures: Sequence[PictureForExport],
    target: Path,
    kind: PictureFormat,
    *,
    caption: str | None = None,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Exported:
    """Write the sheet of the first nine pictures and return where: `target`, or `-2`, `-3`, … where that is taken.

    caption: None = the first picture's prompt; "" = no words. A picture that cannot be read is left out and its fault
    told. Raises ExportError (nothing_to_export), ExportCancelled, OSError where the disk refuses; then there is none.
    """
    pictures = pictures[:MOST]
    faults: list[Fault] = []
    # As large as the only one would be; most are smaller than that anyway.
    found = list(tiles(pictures, _WIDTH - 2 * _MARGIN, faults, progress, cancelled))
    if not found:
        raise ExportError("nothing_to_export")
    text = found[0].picture.prompt if caption is None else caption
    path = write_sheet(_drawn(found, text), [tile.picture for tile in found], target, kind)
    progress(len(pictures), len(pictures))
    return Exported(path=path, count=len(found), faults=tuple(faults))


def _drawn(found: Sequence[Tile], text: str) -> Image.Image:
    grid = _Grid(len(found), _columns(len(found)))
    room = _WIDTH - 2 * _MARGIN
    words: Caption | None = None
    head = _MARGIN
    if text.strip():
        words = fit(text, BOLD, room=room, max_lines=_MAX_LINES, largest=_LARGEST, smallest=_SMALLEST)
        head += words.height + _MARGIN * 2 // 3
    sheet = Image.new("RGB", (_WIDTH, head + grid.height + _MARGIN), _PAPER)
    if words is not None:
        words.draw(ImageDraw.Draw(sheet), (_MARGIN, _MARGIN - 4), room, _INK, centred=True)
    for number, tile in enumerate(found):
        left, top, side = grid.place(number, head)
        image = tile.image
        if max(image.size) != side:
            scale = side / max(image.size)
            size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
        put(sheet, image, (left, top, side), _RADIUS)
    return sheet


def _columns(count: int) -> int:
    return 1 if count == 1 else 2 if count <= 4 else 3
