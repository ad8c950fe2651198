"""Looking at everything: whether each picture can be read, decodes, and is what the catalogue says. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.core.faults import Fault
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.connections import text
from desktop_app.core.library.errors import LibraryError
from desktop_app.core.library.records import FileMark, image_columns
from desktop_app.core.library.rows import file_marks
from desktop_app.core.library.trash import deletions
from desktop_app.core.library.walk import content_id, is_content_id, walk
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.picture_file import read_picture, read_recipe
from model_runtime.recipe.record import Recipe

MOST = 1_000
"""Faults that a report holds; all are counted."""

CodebookOf = Callable[[str], int | None]
"""Model id → how many codes its decoder knows; None where the model is not installed."""


@dataclass(kw_only=True)
class VerifyReport:
    """What was found, in pictures.

    looked_at: rows. good: everything is as it should be. decodable: of those, the ones whose tokens were compared with
    the model's codebook. trashed: in the trash. strangers: files in the folder that are not in the library.
    counts: code → how many. faults: the first MOST of them.
    """

    looked_at: int = 0
    good: int = 0
    decodable: int = 0
    trashed: int = 0
    strangers: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    cancelled: bool = False

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.counts

    def tell(self, code: str, **parameters: str | int) -> None:
        """One more fault."""
        self.note(Fault(code=code, parameters=parameters))

    def note(self, fault: Fault) -> None:
        """One more fault."""
        self.counts[fault.code] = self.counts.get(fault.code, 0) + 1
        if len(self.faults) < MOST:
            self.faults.append(fault)


def verify(
    catalogue: Catalogue,
    *,
    codebook_of: CodebookOf = lambda model: None,
    progress: Callable[[int, int], object] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> VerifyReport:
    """Read every picture whole. Codes: picture_missing, picture_changed, picture_not_listed (file); row_differs (file,
    field); tokens_out_of_range (file, found, allowed); index_damaged (reason); journal_damaged (count); those of
    CorruptPicture and os_error. Raises LibraryError where the catalogue itself cannot be read.
    """
    report = VerifyReport()
    _look_at_catalogue(catalogue, report)
    with catalogue.connections.reading() as db:
        marks = file_marks(db)
    for done, mark in enumerate(marks):
        progress(done, len(marks))
        if cancelled():
            report.cancelled = True
            return report
        _look_at(catalogue, mark, codebook_of, report)
    _look_at_files(catalogue, {mark.file for mark in marks}, {mark.id for mark in marks}, report)
    progress(len(marks), len(marks))
    return report


def _look_at_catalogue(catalogue: Catalogue, report: VerifyReport) -> None:
    with catalogue.connections.reading() as db:
        problems = [row[0] for row in db.execute("PRAGMA integrity_check(10)")]
    try:
        with catalogue.connections.writing() as db:
            db.execute("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
    except LibraryError as error:
        problems = [str(error.parameters["reason"])]
    if problems != ["ok"]:
        report.tell("index_damaged", reason="; ".join(problems))
    try:
        bad = catalogue.journal.beside.read().bad_lines + catalogue.journal.apart.read().bad_lines
    except OSError as error:
        report.note(Fault.of(error))
    else:
        if bad:
            report.tell("journal_damaged", count=bad)


def _look_at(catalogue: Catalogue, mark: FileMark, codebook_of: CodebookOf, report: VerifyReport) -> None:
    report.looked_at += 1
    path = catalogue.pictures / mark.file
    before = sum(report.counts.values())
    try:
        if is_content_id(mark.id):
            if content_id(path) != mark.id:
                report.tell("picture_changed", file=str(path))
        else:
            _compare(catalogue, mark, read_picture(path).recipe, codebook_of, report)
    except FileNotFoundError:
        report.tell("picture_missing", file=str(path))
    except (CorruptPicture, OSError) as error:
        report.note(Fault.of(error))
    report.good += sum(report.counts.values()) == before


def _compare(
    catalogue: Catalogue, mark: FileMark, recipe: Recipe, codebook_of: CodebookOf, report: VerifyReport
) -> None:
    path = str(catalogue.pictures / mark.file)
    if recipe.id != mark.id:
        report.tell("picture_changed", file=path)
        return
    codes = codebook_of(recipe.run.model.id)
    if codes is not None:
        report.decodable += 1
        highest = int(recipe.tokens.max(initial=0))
        if highest >= codes:
            report.tell("tokens_out_of_range", file=path, found=highest, allowed=codes - 1)
    expected = image_columns(recipe, mark.file, mark.size, mark.mtime_ns)
    with catalogue.connections.reading() as db:
        row = db.execute("SELECT * FROM images WHERE id = ?", (mark.id,)).fetchone()
    if row is None:  # deleted meanwhile
        return
    for name, value in expected.items():
        found = text(row[name]) if isinstance(value, bytes) else row[name]
        if found != value:
            report.tell("row_differs", file=path, field=name)
            return


def _look_at_files(catalogue: Catalogue, known: set[str], ids: set[str], report: VerifyReport) -> None:
    """Files that no row tells of: ours ought to be listed, unless they are copies."""
    finds = walk(catalogue.pictures)
    for found in finds.files:
        if found.file in known:
            continue
        try:
            if read_recipe(found.path).id not in ids:
                report.tell("picture_not_listed", file=found.path)
        except (CorruptPicture, OSError):
            report.strangers += 1
    report.strangers += sum(found.file not in known for found in finds.foreign)
    for deletion in deletions(catalogue.pictures):
        for file in deletion.files:
            report.trashed += 1
            _look_at_trashed(file, report)


def _look_at_trashed(file: Path, report: VerifyReport) -> None:
    try:
        read_recipe(file)
    except CorruptPicture as error:
        if error.code != "no_recipe" and file.suffix.lower() == ".png":
            report.note(Fault.of(error))
    except OSError as error:
        report.note(Fault.of(error))
