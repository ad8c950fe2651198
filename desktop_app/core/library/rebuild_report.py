"""What a look over the files found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(kw_only=True)
class RebuildReport:
    """What `reconcile` found, in pictures.

    unchanged: rows that were right. added, changed: rows written from files that were new, or had new contents.
    moved: rows whose file lies elsewhere now. found_again: were missing. missing: newly gone; the rows stay.
    forgotten: rows of pictures in the trash, left by a deletion that was cut short.
    duplicates: copies of a picture whose row tells of another file. foreign: files that are no picture of ours.
    unreadable: files and folders that the disk refused. parts_removed: leftovers of a killed program.
    bad_lines: of the journal, that cannot be read. folder_gone: the pictures folder itself is not there.
    cancelled: stopped half-way; what was found is kept.
    """

    unchanged: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    found_again: int = 0
    missing: int = 0
    forgotten: int = 0
    duplicates: int = 0
    foreign: int = 0
    unreadable: int = 0
    parts_removed: int = 0
    bad_lines: int = 0
    folder_gone: bool = False
    cancelled: bool = False
