"""Writing a backup: one ZIP of the pictures folder, the trash and the journal, with a list that proves it whole.

It is written under a hidden name and read again before it gets its own: a backup that exists is a good one.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from desktop_app.core.library.backup.manifest import APART, FILES, NAME, Kept, new_manifest
from desktop_app.core.library.backup.read_backup import check_backup
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.copying import BLOCK, Cancelled, Progress, Stopped, files_below
from model_runtime.recipe.exclusive import write_exclusive


@dataclass(frozen=True, kw_only=True)
class BackupReport:
    """path: of the backup. files, size: in it. outside: pictures that are only referenced; they are not in it."""

    path: Path
    files: int
    size: int
    outside: int = 0


def write_backup(
    catalogue: Catalogue,
    target: Path,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> BackupReport:
    """Write the library into one new file: `target`, or `-2`, `-3`, … where that is taken.

    progress(bytes, of all): every byte is written and read again. Raises Stopped, LibraryError, OSError; then there is
    no file.
    """
    catalogue.keep_journal()
    pictures = catalogue.pictures
    sources = {f"{FILES}/{path.relative_to(pictures).as_posix()}": path for path in files_below(pictures)}
    sources = {name: path for name, path in sources.items() if path.resolve() != target.resolve()}
    if catalogue.journal.apart.file.exists():
        sources[APART] = catalogue.journal.apart.file
    total = sum(path.stat().st_size for path in sources.values())
    kept: dict[str, Kept] = {}

    def second_half(read: int, _: int) -> None:
        progress(total + read, 2 * total)

    def write(file: BinaryIO) -> None:
        done = 0
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            for name, path in sources.items():
                if cancelled():
                    raise Stopped
                progress(done, 2 * total)
                kept[name] = _add(archive, name, path)
                done += kept[name].size
            archive.writestr(NAME, new_manifest(kept).text(), zipfile.ZIP_DEFLATED)
        file.flush()
        # By its name: the file here is open for writing alone.
        check_backup(Path(file.name), str(target), progress=second_half, cancelled=cancelled)

    path = write_exclusive(target, write)
    progress(2 * total, 2 * total)
    with catalogue.connections.reading() as db:
        outside = sum(Path(file).is_absolute() for (file,) in db.execute("SELECT file FROM images"))
    return BackupReport(path=path, files=len(kept), size=path.stat().st_size, outside=outside)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Kept:
    """Copy a file into the archive as it is now: one that grows meanwhile, as a journal does, is cut where it was."""
    status = path.stat()
    local = datetime.fromtimestamp(status.st_mtime)
    info = zipfile.ZipInfo(name, (min(max(local.year, 1980), 2107), *local.timetuple()[1:6]))
    info.external_attr = 0o644 << 16
    info.file_size = status.st_size
    hashing = hashlib.sha256()
    size = 0
    with path.open("rb") as source, archive.open(info, "w", force_zip64=status.st_size >= 2**31) as entry:
        while (room := status.st_size - size) > 0 and (block := source.read(min(BLOCK, room))):
            hashing.update(block)
            size += len(block)
            entry.write(block)
    return Kept(hashing.hexdigest(), size, status.st_mtime_ns)
