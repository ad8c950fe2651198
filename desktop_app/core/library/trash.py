"""Deleting pictures so that it can be undone: files move into a hidden folder beside the pictures.

`<pictures>/.armchair/trash/<deletion>/2026-11-21/name.png`: what stands behind the deletion's own folder is
where the picture lay, so a move is one rename and needs no list that could disagree with it. Killed while
deleting, the program leaves every picture in one of both places; killed while putting back, a picture may have
both names for the same file, and then it counts as put back.
"""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.migrations import STAMP, utc_stamp
from desktop_app.core.library.records import ImageRecord
from desktop_app.core.library.walk import content_id, is_content_id, walk
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.exclusive import move_exclusive
from model_runtime.recipe.names import with_number
from model_runtime.recipe.picture_file import read_recipe

TRASH = Path(".armchair", "trash")
"""Below the pictures folder: on the same disk, so that moving is renaming."""

KEPT = timedelta(days=30)
"""After so long a deleted picture is given up."""


@dataclass(frozen=True, kw_only=True)
class Deletion:
    """Pictures deleted in one act, each below `folder` as it lay below the pictures folder.

    files: absolute. image_ids: of the pictures that are gone from the catalogue, where the deletion has just been done.
    faults: why some could not be moved, or put back; they are where they were.
    """

    folder: Path
    files: tuple[Path, ...]
    image_ids: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def deleted(self) -> datetime:
        """When, in UTC."""
        stamp = self.folder.name.partition("-")[0]
        try:
            return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        except ValueError:  # a folder that somebody else put there
            return datetime.fromtimestamp(self.folder.stat().st_mtime, UTC)


class Trash:
    """The trash of one pictures folder. Its methods wait for the disk; use them off the window's thread."""

    def __init__(self, pictures: Path, catalogue: Catalogue) -> None:
        self._pictures = pictures
        self._catalogue = catalogue

    def delete(self, image_ids: Sequence[str]) -> Deletion:
        """Move the pictures' files away, then forget their rows; one without a file is only forgotten.

        A file that cannot be moved keeps its row, and its fault is told: os_error, or outside_pictures (file)
        where it does not lie below the pictures folder. Raises LibraryError where the catalogue fails.
        """
        folder = self._pictures / TRASH / f"{utc_stamp()}-{uuid.uuid4().hex[:8]}"
        files: list[Path] = []
        faults: list[Fault] = []
        done: list[str] = []
        for key, path in self._catalogue.places(image_ids):
            try:
                file = self._move_away(key, path, folder)
            except OSError as error:
                faults.append(Fault.of(error))
            except ValueError:
                faults.append(Fault(code="outside_pictures", parameters={"file": str(path)}))
            else:
                done.append(key)
                files += [] if file is None else [file]
        self._catalogue.forget(done)
        return Deletion(folder=folder, files=tuple(files), image_ids=tuple(done), faults=tuple(faults))

    def undo(self, deletion: Deletion) -> tuple[list[ImageRecord], Deletion]:
        """`put_back`, answering with the rows of those pictures that were drawn here."""
        ids, left = self.put_back(deletion)
        return self._catalogue.images(ids), left

    def put_back(self, deletion: Deletion) -> tuple[list[str], Deletion]:
        """Put the files back where they lay, as `-2` beside what has taken their name since, and their rows too.

        Returns the pictures' ids, and what is left of the deletion: no files where all went well. Raises LibraryError
        where the catalogue fails; files put back by then are found by the next `reconcile`.
        """
        rows: list[str] = []
        left: list[Path] = []
        faults: list[Fault] = []
        for file in deletion.files:
            try:
                path = move_exclusive(file, self._pictures / file.relative_to(deletion.folder))
            except OSError as error:
                left.append(file)
                faults.append(Fault.of(error))
                continue
            try:
                rows.append(self._catalogue.add_file(path))
            except (CorruptPicture, OSError) as error:  # the file is back all the same
                faults.append(Fault.of(error))
        _remove_empty_folders(deletion)
        return rows, replace(deletion, files=tuple(left), faults=tuple(faults))

    def listing(self) -> list[Deletion]:
        """What can be undone, newest first."""
        return sorted(deletions(self._pictures), key=lambda deletion: deletion.folder.name, reverse=True)

    def empty(
        self, found: Iterable[Deletion], throw_away: Callable[[Path], object] = Path.unlink
    ) -> tuple[int, tuple[Fault, ...]]:
        """Give files up for good: how many went, and why others did not. There is no way back from here.

        throw_away: what becomes of each; the system's own trash where the caller has one. Raises nothing of the disk.
        """
        gone = 0
        faults: list[Fault] = []
        for deletion in found:
            for file in deletion.files:
                try:
                    throw_away(file)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    faults.append(Fault.of(error))
                else:
                    gone += 1
            _remove_empty_folders(deletion)
        return gone, tuple(faults)

    def expired(self, now: datetime, age: timedelta = KEPT) -> list[Deletion]:
        """Deletions that have lain here longer than `age`; `now` is aware."""
        return [deletion for deletion in self.listing() if now - deletion.deleted > age]

    def older_than(self, days: int) -> list[Deletion]:
        """Deletions that have lain here longer than so many days."""
        return self.expired(datetime.now(UTC), timedelta(days=days))

    def _move_away(self, key: str, path: Path, folder: Path) -> Path | None:
        """Rename a picture's file into `folder`; None where its row points at nothing, or at another picture."""
        place = path.relative_to(self._pictures)
        if not self._pictures.is_dir():  # making the trash would make it, empty
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._pictures))
        try:
            found = content_id(path) if is_content_id(key) else read_recipe(path).id
            if found != key:
                return None
        except FileNotFoundError:
            return None
        except CorruptPicture:  # a damaged picture can be deleted too
            pass
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
        return target


def deletions(pictures: Path) -> list[Deletion]:
    """What lies in a pictures folder's trash; a putting back that was cut short is finished on the way."""
    root = pictures / TRASH
    try:
        folders = [entry for entry in root.iterdir() if entry.is_dir()]
    except OSError:  # no trash yet, or no pictures folder
        return []
    found = []
    for folder in folders:
        finds = walk(folder)
        files = [*finds.files, *finds.foreign]
        remaining = tuple(
            folder / found.file for found in files if not _is_back(folder / found.file, pictures / found.file)
        )
        deletion = Deletion(folder=folder, files=remaining)
        if remaining:
            found.append(deletion)
        elif files:  # an empty one may be about to be filled
            _remove_empty_folders(deletion)
    return found


def trashed_places(pictures: Path, found: Iterable[Deletion]) -> dict[str, list[Path]]:
    """Stored name of where a file lay → the files in the trash that lay there."""
    places: dict[str, list[Path]] = {}
    for deletion in found:
        for file in deletion.files:
            places.setdefault(file.relative_to(deletion.folder).as_posix(), []).append(file)
    return places


def _is_back(file: Path, place: Path) -> bool:
    """Whether a file in the trash has its old name, or the next free one, too; then the trash's name goes."""
    try:
        if file.stat().st_nlink == 1:
            return False
        number = 1
        while (name := with_number(place, number)).exists():
            if name.samefile(file):
                file.unlink()
                return True
            number += 1
    except OSError:  # gone meanwhile, or not to be looked at: whatever it is, it stays listed
        return False
    return False


def _remove_empty_folders(deletion: Deletion) -> None:
    for folder, _, _ in os.walk(deletion.folder, topdown=False):
        with suppress(OSError):  # not empty
            Path(folder).rmdir()
