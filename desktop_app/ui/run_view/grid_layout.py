"""Where the pictures stand: squares as large as fit, and what is under a point."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize

GAP = 10


@dataclass(frozen=True)
class GridLayout:
    """`count` squares of `side` pixels in `columns`, centred, from the top.

    first: the index of the first square; above 0 only where one picture is shown alone.
    """

    count: int
    columns: int
    side: int
    origin: QPoint
    first: int = 0

    @classmethod
    def fitting(cls, count: int, area: QRect, *, first: int = 0) -> GridLayout:
        """The arrangement with the largest squares; among equals the one with the fewest empty places."""
        best = (0, 0, 1)
        for columns in range(1, count + 1):
            rows = math.ceil(count / columns)
            wide = (area.width() - GAP * (columns - 1)) // columns
            high = (area.height() - GAP * (rows - 1)) // rows
            best = max(best, (min(wide, high), count - rows * columns, columns))
        side, _, columns = best
        width = side * columns + GAP * (columns - 1)
        origin = QPoint(area.left() + max(0, area.width() - width) // 2, area.top())
        return cls(count, columns, max(0, side), origin, first)

    def rect(self, index: int) -> QRect:
        """A picture's square; an empty one where it is not shown."""
        place = index - self.first
        if not 0 <= place < self.count:
            return QRect()
        row, column = divmod(place, self.columns)
        step = self.side + GAP
        return QRect(self.origin + QPoint(column * step, row * step), QSize(self.side, self.side))

    def index_at(self, point: QPoint) -> int | None:
        """The picture under a point."""
        shown = range(self.first, self.first + self.count)
        return next((index for index in shown if self.rect(index).contains(point)), None)

    def token_at(self, point: QPoint, index: int, rows: int) -> tuple[int, int] | None:
        """Row and column of the token under a point of a picture that has rows × rows tokens."""
        rect = self.rect(index)
        if not rect.contains(point) or rows == 0:
            return None
        inside = point - rect.topLeft()
        return inside.y() * rows // self.side, inside.x() * rows // self.side

    def token_rect(self, index: int, row: int, column: int, rows: int) -> QRectF:
        """The square of a token on its picture."""
        rect, size = self.rect(index), self.side / rows
        return QRectF(rect.left() + column * size, rect.top() + row * size, size, size)

    def neighbour(self, index: int, across: int, down: int) -> int:
        """The picture `across` columns and `down` rows further, or the same at the edge."""
        row, column = divmod(index - self.first, self.columns)
        row, column = row + down, column + across
        place = row * self.columns + column
        if not 0 <= column < self.columns or row < 0 or place >= self.count:
            return index
        return self.first + place
