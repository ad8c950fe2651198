"""Reading a backup: proving it whole, and putting its files back without overwriting any."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from desktop_app.core.library.backup.manifest import APART, FILES, MAX_BYTES, MAX_FILES, NAME, Manifest, read_manifest
from desktop_app.core.library.copying import BLOCK, Cancelled, Progress, Stopped, digest
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.journal.entry import MAX_LINE, Entry, read_entry
from desktop_app.core.library.journal.journal import FOLDER, Journal
from desktop_app.core.library.journal.journal import NAME as JOURNAL
from model_runtime.recipe.exclusive import write_exclusive

_JOURNALS = (f"{FILES}/{FOLDER}/{JOURNAL}", APART)


@dataclass(frozen=True, kw_only=True)
class RestoreReport:
    """restored: files that are new here; beside: of these, under another name. there: files that lay here already."""

    restored: int = 0
    there: int = 0
    beside: int = 0


def check_backup(
    file: Path,
    name: str = "",
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> Manifest:
    """Compare every byte with the list; raises LibraryError (bad_backup, newer_backup), Stopped, OSError."""
    with _opened(file, name or str(file)) as (archive, manifest):
        total = sum(kept.size for kept in manifest.files.values())
        done = 0
        for entry in manifest.files:
            if cancelled():
                raise Stopped
            progress(done, total)
            for block in _blocks(archive, manifest, entry, name or str(file)):
                done += len(block)
        return manifest


def restore_backup(
    file: Path,
    pictures: Path,
    journal: Journal,
    *,
    progress: Progress = lambda done, total: None,
    cancelled: Cancelled = lambda: False,
) -> RestoreReport:
    """Put the backup's files below `pictures`; a rebuild of the catalogue comes next.

    The whole backup is checked first. What lies there already stays as it is: of another file by the same name there
    are two then. What was arranged is joined with what the journal says now, the later act of each counting. Killed
    in the middle, restoring again goes on. Raises LibraryError, Stopped, OSError.
    """
    check_backup(file, progress=lambda done, total: progress(done, 2 * total), cancelled=cancelled)
    restored = there = beside = 0
    with _opened(file, str(file)) as (archive, manifest):
        total = sum(kept.size for kept in manifest.files.values())
        done = total
        acts: list[Entry] = []
        for name, kept in manifest.files.items():
            if cancelled():
                raise Stopped
            progress(done, 2 * total)
            done += kept.size
            if name in _JOURNALS:
                acts += _entries(archive, name)
                continue
            target = pictures / name.removeprefix(f"{FILES}/")
            if target.is_file() and target.stat().st_size == kept.size and digest(target) == kept.sha256:
                there += 1
                continue
            path = write_exclusive(target, _writer(archive, manifest, name, str(file)))
            with suppress(OSError):  # a disk without times
                os.utime(path, ns=(kept.mtime_ns, kept.mtime_ns))
            restored += 1
            beside += path != target
    if acts:
        journal.join(acts)
    progress(2 * total, 2 * total)
    return RestoreReport(restored=restored, there=there, beside=beside)


@contextmanager
def _opened(file: Path, name: str) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            info = archive.getinfo(NAME)
            if len(entries) > MAX_FILES or info.file_size > MAX_BYTES:
                raise LibraryError("bad_backup", file=name, reason="it is too large")
            yield archive, read_manifest(archive.read(info), file=name)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, ValueError, RuntimeError) as error:
        raise LibraryError("bad_backup", file=name, reason=str(error)) from error


def _blocks(archive: zipfile.ZipFile, manifest: Manifest, entry: str, name: str) -> Iterator[bytes]:
    """The contents of one file, compared with the list at the end; never more than the list says."""
    kept = manifest.files[entry]
    hashing = hashlib.sha256()
    size = 0
    with archive.open(entry) as source:
        while block := source.read(BLOCK):
            size += len(block)
            if size > kept.size:
                break
            hashing.update(block)
            yield block
    if size != kept.size or hashing.hexdigest() != kept.sha256:
        raise LibraryError("bad_backup", file=name, reason=f"{entry} is damaged")


def _writer(archive: zipfile.ZipFile, manifest: Manifest, entry: str, name: str) -> Callable[[BinaryIO], None]:
    def write(file: BinaryIO) -> None:
        for block in _blocks(archive, manifest, entry, name):
            file.write(block)

    return write


def _entries(archive: zipfile.ZipFile, name: str) -> Iterator[Entry]:
    with archive.open(name) as lines:
        while line := lines.readline(MAX_LINE):
            entry = read_entry(line)
            if entry is not None:
                yield entry
