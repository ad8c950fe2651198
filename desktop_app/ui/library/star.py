"""The star, as a path that can be filled."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF


@cache
def star(size: float) -> QPainterPath:
    """A star with five points in a square of `size`, around (0, 0)."""
    outer, inner = size / 2, size / 2 * 0.45
    points = []
    for place in range(10):
        radius, angle = (inner if place % 2 else outer), math.pi * (place / 5 - 0.5)
        points.append(QPointF(radius * math.cos(angle), radius * math.sin(angle)))
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    path.closeSubpath()
    return path
