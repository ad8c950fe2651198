"""Where the members of a family stand: a column a generation, parents beside the middle of their children."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.core.library.family import Relative


def places(members: Sequence[Relative]) -> dict[str, tuple[int, float]]:
    """id → (column, row), both from 0; `members` in a tree's order, each parent before its children."""
    children: dict[str, list[str]] = {}
    known = {one.id for one in members}
    for one in members:
        if one.parent in known:
            children.setdefault(one.parent, []).append(one.id)
    rows: dict[str, float] = {}
    leaves = 0
    for one in members:
        if one.id not in children:
            rows[one.id] = float(leaves)
            leaves += 1
    for one in reversed(members):  # children are behind their parents, so their rows are known
        if one.id in children:
            below = [rows[child] for child in children[one.id]]
            rows[one.id] = (below[0] + below[-1]) / 2
    return {one.id: (one.depth, rows[one.id]) for one in members}
