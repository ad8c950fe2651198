"""Putting pictures away: the file first, then its row."""

from __future__ import annotations

import dataclasses
import logging
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import KeptPicture
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.errors import LibraryError
from model_runtime.recipe.exclusive import PART_SUFFIX
from model_runtime.recipe.names import dated_folder
from model_runtime.recipe.record import Parent
from model_runtime.result import GeneratedImage

LOW_SPACE = 200 * 2**20
"""Free bytes below which a run may not find room: 64 pictures of DALL·E Mega and what SQLite needs beside."""

_log = logging.getLogger(__name__)


class Shelf:
    """Keeps pictures in the dated folders below `pictures`; may be used from any thread.

    row_failed: hears of a picture whose file is safe while its row could not be written.
    """

    def __init__(
        self, pictures: Path, catalogue: Catalogue, *, row_failed: Callable[[Fault], None] | None = None
    ) -> None:
        self._pictures = pictures
        self._catalogue = catalogue
        self._row_failed = row_failed

    def keep(self, image: GeneratedImage, parent: Parent | None = None) -> KeptPicture:
        """Save a picture, finished or not; when this returns it is on the disk under its final name.

        Raises OSError where the disk refuses; then there is no file. A row that cannot be written is only
        reported: the file is the truth, and the next start's `reconcile` finds it.
        """
        folder = dated_folder(self._pictures, image.created.astimezone())
        path = image.save(f"{folder}{os.sep}", parent=parent)
        try:
            self._catalogue.add_picture(dataclasses.replace(image.recipe, parent=parent), path)
        except (LibraryError, OSError, sqlite3.Error) as error:
            self._report(Fault.of(error))
        return KeptPicture(id=image.id, run_id=image.run.run_id, path=path, finished=image.finished)

    def probe(self) -> Fault | None:
        """Whether pictures can be kept now, found out by writing; asked at the start and before a run.

        pictures_folder_gone (file): pictures are known but their folder is not there; keeping makes it anew.
        pictures_unwritable (file, reason). pictures_disk_low (file, free_mb): writable, but hardly any room.
        """
        folder = self._pictures
        try:
            if not folder.exists() and self._has_pictures():
                return Fault(code="pictures_folder_gone", parameters={"file": str(folder)})
            folder.mkdir(parents=True, exist_ok=True)
            _try_writing(folder)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            reason = error.strerror or str(error)
            parameters = {"file": str(folder), "reason": reason}
            return Fault(code="pictures_unwritable", parameters=parameters, details=Fault.of(error).details)
        if free < LOW_SPACE:
            return Fault(code="pictures_disk_low", parameters={"file": str(folder), "free_mb": free // 2**20})
        return None

    def _has_pictures(self) -> bool:
        try:
            return self._catalogue.counts().images > 0
        except LibraryError:  # told elsewhere; here it must not hide that the folder can be used
            return False

    def _report(self, fault: Fault) -> None:
        _log.warning("a picture was saved, but not its row: %s", fault.code)
        if self._row_failed is not None:
            self._row_failed(fault)


def _try_writing(folder: Path) -> None:
    """Write and remove a block under a name that readers skip and `reconcile` clears away."""
    part = folder / f".{uuid.uuid4().hex}{PART_SUFFIX}"
    try:
        with part.open("xb") as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    finally:
        part.unlink(missing_ok=True)
