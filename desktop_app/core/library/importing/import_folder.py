"""Taking a folder of pictures in: copied into the dated folders byte for byte, or left where they are and referenced.

The folder is only read. A picture is a duplicate where another shows the same pixels, whatever its name and format; the
first stays. Killed in the middle, every picture is either in the library, whole, or not.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from desktop_app.core.faults import Fault
from desktop_app.core.library.importing.candidates import candidates
from desktop_app.core.library.importing.foreign_file import ENDINGS, ForeignPicture, read_foreign
from desktop_app.core.library.importing.refusal import ImportRefused
from desktop_app.core.library.importing.report import ImportedPicture, ImportReport
from model_runtime.recipe.exclusive import write_exclusive
from model_runtime.recipe.names import dated_folder, picture_name, slug
from model_runtime.recipe.record import Recipe

_BLOCK = 2**20
_FIRST_DATE = datetime(1980, 1, 1, tzinfo=UTC)
_LAST_DATE = datetime(9998, 12, 31, tzinfo=UTC)


class ImportMode(StrEnum):
    """What becomes of the files."""

    COPY = "copy"
    REFERENCE = "reference"


def import_folder(
    source: Path,
    pictures: Path,
    *,
    mode: ImportMode = ImportMode.COPY,
    known: Callable[[ForeignPicture], bool] = lambda picture: False,
    imported: Callable[[ImportedPicture], object] = lambda picture: None,
    progress: Callable[[int, int], object] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Take in the pictures below `source` that are not there yet; `pictures` is the library's folder.

    known: whether the library has a picture already, by its digests or its recipe's id. imported: called for each
    picture once its file is safe; it writes the row. progress(files looked at, of all). For a thread of its own.
    A file that cannot be taken in is counted and the next one looked at. Raises ImportRefused
    (import_inside_pictures) where `source` lies in the library, OSError where it cannot be listed or the library's
    folder cannot be written, and what `imported` raises.
    """
    if Path(os.path.realpath(source)).is_relative_to(os.path.realpath(pictures)):
        raise ImportRefused("import_inside_pictures", file=source)
    found = candidates(source, without=pictures, cancelled=cancelled)
    report = ImportReport(total=len(found.files), others=found.others, unreadable=found.unreadable)
    seen: set[str] = set()
    for path in found.files:
        if cancelled():
            break
        progress(report.looked_at, report.total)
        report.looked_at += 1
        try:
            picture = read_foreign(path)
        except (ImportRefused, OSError) as error:
            report.refuse(Fault.of(error))
            continue
        if picture.pixels_sha256 in seen or known(picture):
            report.duplicates += 1
            continue
        created = _created(picture)
        try:
            place = path.absolute() if mode is ImportMode.REFERENCE else _copy(path, picture, created, pictures)
        except ImportRefused as error:
            report.refuse(Fault.of(error))
            continue
        seen.add(picture.pixels_sha256)
        imported(ImportedPicture(path=place, original=path.absolute(), picture=picture, created=created))
        report.count(picture.recipe)
    progress(report.looked_at, report.total)
    report.cancelled = cancelled()
    return report


def _copy(path: Path, picture: ForeignPicture, created: datetime, pictures: Path) -> Path:
    local = created.astimezone()
    if isinstance(picture.recipe, Recipe):
        name = picture_name(local, picture.recipe.run.prompt, picture.recipe.seed)
        target = Path(name).with_suffix(ENDINGS[picture.kind][0])
    else:
        # Of the old name only letters and figures are taken; of what the file says of itself, nothing.
        target = Path(f"{local:%Y%m%d-%H%M%S}-{slug(path.stem)}{_ending(path, picture)}")
    copy = write_exclusive(dated_folder(pictures, local) / target, lambda file: _copy_bytes(path, picture, file))
    with suppress(OSError):  # a disk without times; the picture is safe
        os.utime(copy, ns=(picture.mtime_ns, picture.mtime_ns))
    return copy


def _copy_bytes(path: Path, picture: ForeignPicture, copy: BinaryIO) -> None:
    digest = hashlib.sha256()
    try:
        source = path.open("rb")
    except OSError as error:
        raise ImportRefused("import_changed", file=path) from error
    with source:
        room = os.fstat(source.fileno()).st_size  # a file that grows all the time is not followed
        while room > 0 and (block := source.read(min(_BLOCK, room))):
            room -= len(block)
            digest.update(block)
            copy.write(block)
    if digest.hexdigest() != picture.file_sha256:
        raise ImportRefused("import_changed", file=path)


def _ending(path: Path, picture: ForeignPicture) -> str:
    """The file's own ending where it is true, or else the one it should have."""
    right = ENDINGS[picture.kind]
    given = path.suffix.lower()
    return given if given in right else right[0]


def _created(picture: ForeignPicture) -> datetime:
    if isinstance(picture.recipe, Recipe):
        return picture.recipe.created
    try:
        written = datetime.fromtimestamp(picture.mtime_ns / 1e9, UTC)
    except (OverflowError, OSError, ValueError):
        return _FIRST_DATE
    return min(max(written, _FIRST_DATE), _LAST_DATE)
