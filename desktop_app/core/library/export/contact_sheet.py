"""The contact sheet: any number of pictures in columns, each with its prompt and seed below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from desktop_app.core.faults import Fault
from desktop_app.core.library.export.caption import Caption, fit
from desktop_app.core.library.export.copies import PictureFormat
from desktop_app.core.library.export.errors import Cancelled, Exported, ExportError, Progress
from desktop_app.core.library.export.palette import DARK, LIGHT
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.export.tiles import put, tiles, write_sheet
from desktop_app.core.library.export.typeface import BOLD, REGULAR

MAX_COLUMNS = 24
MAX_SHEET = 64 * 2**20
"""Pixels of a sheet: 200 MB while it is made."""
_MAX_SIDE = 16_000
"""Pixels of a side: WebP ends at 16,383."""
_SMALLEST_TILE = 64


@dataclass(frozen=True, kw_only=True)
class SheetLook:
    """How a contact sheet looks. columns: None = as square as can be. tile: pixels of a picture's square."""

    columns: int | None = None
    tile: int = 256
    captions: bool = True
    dark: bool = False
    title: str = ""


@dataclass(frozen=True)
class _Plan:
    columns: int
    rows: int
    tile: int
    gap: int
    margin: int
    head: int
    words: int

    @property
    def size(self) -> tuple[int, int]:
        across = 2 * self.margin + self.columns * (self.tile + self.gap) - self.gap
        down = 2 * self.margin + self.head + self.rows * (self.tile + self.words + self.gap) - self.gap
        return across, down

    def place(self, number: int) -> tuple[int, int]:
        """Left and top of a picture's square."""
        row, column = divmod(number, self.columns)
        left = self.margin + column * (self.tile + self.gap)
        return left, self.margin + self.head + row * (self.tile + self.words + self.gap)


def write_contact_sheet(
    pictures: Sequence[PictureForExport],
    target: Path,
    kind: PictureFormat,
    look: SheetLook | None = None,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Exported:
    """Write the sheet and return where: `target`, or `-2`, `-3`, … where that is taken.

    With many pictures the tiles shrink so that the sheet stays within MAX_SHEET. A picture that cannot be read leaves
    its place empty and its fault is told. Raises ExportError (nothing_to_export, sheet_too_large), ExportCancelled,
    OSError where the disk refuses; then there is no file.
    """
    look = look or SheetLook()
    if not pictures:
        raise ExportError("nothing_to_export")
    plan = _planned(len(pictures), look)
    colours = DARK if look.dark else LIGHT
    sheet = Image.new("RGB", plan.size, colours["background"])
    draw = ImageDraw.Draw(sheet)
    if look.title:
        room = plan.size[0] - 2 * plan.margin
        heading = fit(look.title, BOLD, room=room, max_lines=1, largest=_heading(plan.tile), smallest=12)
        heading.draw(draw, (plan.margin, plan.margin), room, colours["text"], centred=False)
    faults: list[Fault] = []
    count = 0
    for tile in tiles(pictures, plan.tile, faults, progress, cancelled):
        left, top = plan.place(tile.number)
        put(sheet, tile.image, (left, top, plan.tile), max(2, plan.tile // 32))
        if look.captions:
            _caption(draw, tile.picture, plan, (left, top + plan.tile), colours)
        count += 1
    if not count:
        raise ExportError("nothing_to_export")
    path = write_sheet(sheet, pictures, target, kind)
    progress(len(pictures), len(pictures))
    return Exported(path=path, count=count, faults=tuple(faults))


def _planned(count: int, look: SheetLook) -> _Plan:
    columns = look.columns or math.ceil(math.sqrt(count))
    columns = max(1, min(columns, MAX_COLUMNS, count))
    rows = math.ceil(count / columns)
    tile = max(_SMALLEST_TILE, look.tile)
    while True:
        type_size = _type(tile)
        plan = _Plan(
            columns=columns,
            rows=rows,
            tile=tile,
            gap=max(4, tile // 16),
            margin=max(12, tile // 8),
            head=round(1.35 * _heading(tile)) + tile // 12 if look.title else 0,
            words=round(3 * 1.35 * type_size) + tile // 32 if look.captions else 0,
        )
        width, height = plan.size
        if width * height <= MAX_SHEET and max(width, height) <= _MAX_SIDE:
            return plan
        if tile <= _SMALLEST_TILE:
            raise ExportError("sheet_too_large", count=count)
        tile = max(_SMALLEST_TILE, tile * 7 // 8)


def _type(tile: int) -> int:
    return max(9, tile // 18)


def _heading(tile: int) -> int:
    return max(14, tile // 9)


def _caption(
    draw: ImageDraw.ImageDraw,
    picture: PictureForExport,
    plan: _Plan,
    place: tuple[int, int],
    colours: Mapping[str, str],
) -> None:
    left, top = place
    top += plan.tile // 32
    size = _type(plan.tile)
    words = picture.prompt or picture.title
    prompt = fit(words, REGULAR, room=plan.tile, max_lines=2, largest=size, smallest=size)
    prompt.draw(draw, (left, top), plan.tile, colours["text"], centred=False)
    if picture.seed is not None:
        seed = Caption((str(picture.seed),), REGULAR, size)
        seed.draw(draw, (left, top + prompt.height), plan.tile, colours["text_2"], centred=False)
