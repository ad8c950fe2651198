"""A selection as one ZIP: the files as they are, and a manifest that tells each one's recipe."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from desktop_app.core.faults import Fault
from desktop_app.core.library.export.errors import Cancelled, ExportCancelled, Exported, ExportError, Progress
from desktop_app.core.library.export.names import UniqueNames
from desktop_app.core.library.export.picture import PictureForExport
from desktop_app.core.library.export.told import whole_recipe
from desktop_app.core.library.importing.caps import MAX_FILE
from desktop_app.core.library.importing.containers import kind_of_file
from desktop_app.core.library.importing.foreign_file import ENDINGS
from desktop_app.core.library.importing.refusal import ImportRefused
from model_runtime.recipe.exclusive import write_exclusive

MANIFEST = "manifest.json"
MANIFEST_VERSION = 1

_BLOCK = 2**20
_ZIP_BEGINS = datetime(1980, 1, 1, tzinfo=UTC).timestamp()


def write_archive(
    pictures: Sequence[PictureForExport],
    target: Path,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Exported:
    """Pack the pictures' files, unchanged, and return where: `target`, or `-2`, `-3`, … where that is taken.

    The manifest: {"version", "pictures": [{"file", "title", "prompt", "recipe"}]}, in the order of `pictures`. A file
    that cannot be read is left out and its fault told. Raises ExportCancelled, ExportError (nothing_to_export), OSError
    where the disk refuses; then there is no file.
    """
    faults: list[Fault] = []
    entries: list[dict[str, Any]] = []

    def write(file: BinaryIO) -> None:
        names = UniqueNames()
        names.claim(Path(MANIFEST).stem, Path(MANIFEST).suffix)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for done, picture in enumerate(pictures):
                if cancelled():
                    raise ExportCancelled(done)
                progress(done, len(pictures))
                try:
                    source, ending = _opened(picture.path)
                except (ImportRefused, OSError) as error:
                    faults.append(Fault.of(error))
                    continue
                with source:
                    name = names.claim(picture.path.stem, ending)
                    _put(archive, name, source)
                entries.append(_entry(picture, name))
            if not entries:
                raise ExportError("nothing_to_export")
            manifest = {"version": MANIFEST_VERSION, "pictures": entries}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1), zipfile.ZIP_DEFLATED)

    path = write_exclusive(target, write)
    progress(len(pictures), len(pictures))
    return Exported(path=path, count=len(entries), faults=tuple(faults))


def _entry(picture: PictureForExport, name: str) -> dict[str, Any]:
    return {"file": name, "title": picture.title, "prompt": picture.prompt, "recipe": whole_recipe(picture)}


def _opened(path: Path) -> tuple[BinaryIO, str]:
    """A picture's file and the ending that it should have."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ImportRefused("import_not_a_file", file=path)
    if status.st_size > MAX_FILE:
        raise ImportRefused("import_too_large", file=path, allowed=f"{MAX_FILE // 2**20} MB")
    file = path.open("rb")
    kind = kind_of_file(file)
    if kind is None:
        file.close()
        raise ImportRefused("import_not_a_picture", file=path)
    return file, ENDINGS[kind][0]


def _put(archive: zipfile.ZipFile, name: str, source: BinaryIO) -> None:
    # Made by hand: from a path it would take times before 1980 as an error, and the owner's permissions.
    info = zipfile.ZipInfo(name, date_time=_date(source))
    info.external_attr = 0o644 << 16
    room = os.fstat(source.fileno()).st_size
    info.file_size = room
    with archive.open(info, "w") as member:
        while room > 0 and (block := source.read(min(_BLOCK, room))):
            room -= len(block)
            member.write(block)


def _date(source: BinaryIO) -> tuple[int, int, int, int, int, int]:
    moment = datetime.fromtimestamp(max(os.fstat(source.fileno()).st_mtime, _ZIP_BEGINS), UTC)
    return (min(moment.year, 2107), moment.month, moment.day, moment.hour, moment.minute, moment.second)
