"""What an import did: each picture as it is taken in, and the counts at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.library.importing.foreign_file import ForeignPicture
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.record import Recipe

MAX_FAULTS = 100
"""Faults that a report keeps word for word; all are counted."""


@dataclass(frozen=True, kw_only=True)
class ImportedPicture:
    """One picture that is in the library now.

    path: where it lies: the copy, or the original where pictures are referenced. original: where it came from.
    created: when it was drawn, or else last written; aware.
    """

    path: Path
    original: Path
    picture: ForeignPicture
    created: datetime


@dataclass(kw_only=True)
class ImportReport:
    """Counts of files.

    total: files that may be pictures. looked_at: how many of them were opened. own, foreign, plain: taken in, with
    Armchair's recipe, another program's, none. duplicates: pictures that were there already, or twice in the folder.
    refused: code → count. faults: the first of them. others: files with other endings. unreadable: folders that could
    not be listed. cancelled: stopped half-way; what was taken in stays.
    """

    total: int = 0
    looked_at: int = 0
    own: int = 0
    foreign: int = 0
    plain: int = 0
    duplicates: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    others: int = 0
    unreadable: int = 0
    cancelled: bool = False

    @property
    def taken_in(self) -> int:
        """All pictures that are in the library now."""
        return self.own + self.foreign + self.plain

    def count(self, recipe: Recipe | ForeignRecipe | None) -> None:
        """One more was taken in."""
        if isinstance(recipe, Recipe):
            self.own += 1
        elif isinstance(recipe, ForeignRecipe):
            self.foreign += 1
        else:
            self.plain += 1

    def refuse(self, fault: Fault) -> None:
        """One more was left where it is."""
        self.refused[fault.code] = self.refused.get(fault.code, 0) + 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(fault)
