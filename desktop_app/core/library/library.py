"""The library as one thing to open: catalogue, shelf, trash and waiting jobs of one pictures folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.job_store import JobStore
from desktop_app.core.library.arranging import Arranging
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.search.finder import Finder
from desktop_app.core.library.shelf import Shelf
from desktop_app.core.library.trash import Trash
from desktop_app.core.library.trash_shelf import TrashShelf


@dataclass(frozen=True, kw_only=True)
class Library:
    """faults: what was wrong when it was opened; it works nevertheless.

    is_temporary: the real catalogue could not be opened, so that what is drawn now is saved as files, and indexed by
    a catalogue that goes away with the program.
    """

    catalogue: Catalogue
    shelf: Shelf
    trash: Trash
    jobs: JobStore
    finder: Finder
    trash_shelf: TrashShelf
    arranging: Arranging
    faults: tuple[Fault, ...] = ()
    is_temporary: bool = False

    def close(self) -> None:
        """Close the catalogue, once nobody uses it any more; a temporary one goes away."""
        self.finder.close()
        self.trash_shelf.close()
        self.catalogue.close()
        if self.is_temporary:
            shutil.rmtree(self.catalogue.connections.file.parent, ignore_errors=True)


def open_library(
    file: Path,
    pictures: Path,
    *,
    row_failed: Callable[[Fault], None] | None = None,
    throw_away: Callable[[Path], object] = Path.unlink,
) -> Library:
    """Open the catalogue in `file`, or a temporary one where it cannot be used; raises OSError where neither can.

    throw_away: what becomes of files when the trash is emptied.
    """
    faults: list[Fault] = []
    temporary = False
    try:
        catalogue = Catalogue.open(file, pictures=pictures)
    except (LibraryError, OSError) as error:
        faults.append(Fault.of(error))
        temporary = True
        folder = Path(tempfile.mkdtemp(prefix="armchair-"))
        catalogue = Catalogue.open(folder / file.name, pictures=pictures)
    if catalogue.moved_aside is not None:
        faults.append(
            Fault(code="corrupt_catalogue", parameters={"file": str(file), "kept": str(catalogue.moved_aside)})
        )
    shelf = Shelf(pictures, catalogue, row_failed=row_failed)
    trouble = shelf.probe()
    if trouble is not None:
        faults.append(trouble)
    trash = Trash(pictures, catalogue)
    trash_shelf = TrashShelf(catalogue, trash)
    return Library(
        catalogue=catalogue,
        shelf=shelf,
        trash=trash,
        jobs=JobStore(catalogue),
        finder=Finder(catalogue),
        trash_shelf=trash_shelf,
        arranging=Arranging(catalogue, trash, trash_shelf, throw_away),
        faults=tuple(faults),
        is_temporary=temporary,
    )
