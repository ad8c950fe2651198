"""Making the catalogue say what the files say: after a crash, after other programs' work, and from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.foreign import remember_strangers, settle_foreign, strangers_of
from desktop_app.core.library.rebuild_report import RebuildReport
from desktop_app.core.library.records import FileMark
from desktop_app.core.library.rows import delete_pictures, file_marks, file_of, put_picture, set_missing, settle_runs
from desktop_app.core.library.trash import deletions, trashed_places
from desktop_app.core.library.walk import FoundFile, holds_picture, is_content_id, is_there, walk
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe

BATCH = 64
"""Pictures a transaction: other threads wait at most so long for their turn to write."""


def reconcile(
    catalogue: Catalogue,
    pictures: Path,
    *,
    below: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RebuildReport:
    """Read the recipes of new and changed files below `pictures` and bring the rows up to date; deletes no file.

    The journal comes first. `below`: only a folder, spelled from `pictures` on, with '/'; then only its rows are
    looked after. For a thread of its own: pictures may be drawn, deleted and looked at meanwhile. progress(files
    looked at, of all). Raises LibraryError where the catalogue cannot be written; no picture makes it raise.
    """
    bad_lines = catalogue.follow_journal()
    prefix = f"{below.strip('/')}/" if below.strip("/") else ""
    with catalogue.connections.reading() as db:
        marks = {mark.file: mark for mark in file_marks(db) if mark.file.startswith(prefix)}
        strangers = strangers_of(db)
    finds = walk(pictures, cancelled, start=below)
    report = RebuildReport(
        foreign=finds.others,
        unreadable=finds.unreadable,
        parts_removed=finds.parts_removed,
        bad_lines=bad_lines,
        folder_gone=not pictures.is_dir(),
    )
    with ThreadPoolExecutor(1, "reconcile") as writer:
        work = _Reconciling(catalogue, pictures, marks, strangers, report, writer)
        for done, found in enumerate(finds.files):
            if done % BATCH == 0:
                work.write()
                progress(done, len(finds.files))
            if cancelled():
                break
            work.look_at(found)
        work.write()
        work.finish()
    report.cancelled = cancelled()
    if not report.cancelled:
        settle_foreign(catalogue, pictures, [*work.unknown, *finds.foreign], report)
        work.settle_gone()
        progress(len(finds.files), len(finds.files))
    return report


def rebuild(
    catalogue: Catalogue,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RebuildReport:
    """Forget all that files and journal say, and read both anew; the waiting jobs stay.

    Rows of pictures whose files are gone are not made again. Killed in the middle, the next `reconcile` goes on.
    """
    catalogue.keep_journal()
    with catalogue.connections.writing() as db:
        for table in MADE_AGAIN:
            db.execute(f"DELETE FROM {table}")  # noqa: S608
        db.execute("INSERT INTO words (words) VALUES ('rebuild')")
    return reconcile(catalogue, catalogue.pictures, progress=progress, cancelled=cancelled)


def reconcile_folder(catalogue: Catalogue, pictures: Path, folder: Path) -> RebuildReport:
    """`reconcile` for one folder of the library, after another program has changed something in it.

    Raises ValueError where it does not lie below `pictures`.
    """
    return reconcile(catalogue, pictures, below=folder.relative_to(pictures).as_posix().removeprefix("."))


MADE_AGAIN = (
    "images",
    "runs",
    "marks",
    "tags",
    "collection_pictures",
    "collections",
    "imports",
    "journals",
    "foreign_files",
)
"""Tables that files and journal tell, in an order in which they can be emptied."""


class _Reconciling:
    """One pass. `marks` shrinks to the rows whose file the walk has not met."""

    def __init__(
        self,
        catalogue: Catalogue,
        pictures: Path,
        marks: dict[str, FileMark],
        strangers: set[tuple[str, int, int]],
        report: RebuildReport,
        writer: Executor,
    ) -> None:
        self._catalogue = catalogue
        self._pictures = pictures
        self._marks = marks
        self._strangers = strangers
        self._report = report
        self.unknown: list[FoundFile] = []
        self._new_strangers: list[FoundFile] = []
        self._read: list[tuple[Recipe, FoundFile]] = []
        self._back: list[str] = []
        self._replaced: list[FileMark] = []
        self._writer = writer
        self._written: Future[None] | None = None

    def look_at(self, found: FoundFile) -> None:
        """Compare a file with its row; where they differ, read it."""
        mark = self._marks.pop(found.file, None)
        if mark is not None and (mark.size, mark.mtime_ns) == (found.size, found.mtime_ns):
            if mark.missing:
                self._back.append(mark.id)
            else:
                self._report.unchanged += 1
            return
        if mark is not None and is_content_id(mark.id):  # another program's, which `settle_foreign` looks after
            self._marks[mark.file] = mark
            return
        if mark is None and (found.file, found.size, found.mtime_ns) in self._strangers:
            self._report.foreign += 1
            self.unknown.append(found)
            return
        self._read_anew(found, mark)

    def _read_anew(self, found: FoundFile, mark: FileMark | None) -> None:
        try:
            recipe = read_recipe(found.path)
        except CorruptPicture as error:
            self._report.foreign += 1
            self.unknown.append(found)
            # What this program cannot read yet, a newer one may.
            if error.code in ("no_recipe", "not_a_picture"):
                self._new_strangers.append(found)
        except FileNotFoundError:  # deleted since the walk
            if mark is not None:
                self._marks[mark.file] = mark
            return
        except OSError:  # no proof of anything: the row stays as it is
            self._report.unreadable += 1
            return
        else:
            self._read.append((recipe, found))
            if mark is not None and recipe.id == mark.id:
                return
        if mark is not None:
            self._replaced.append(mark)

    def write(self) -> None:
        """Put what was read into the catalogue, in the background: SQLite works while the next files are read.

        Raises what the writing before this one met.
        """
        self.finish()
        if self._read or self._back or self._new_strangers:
            self._written = self._writer.submit(self._write, self._read, self._back, self._new_strangers)
            self._read, self._back, self._new_strangers = [], [], []

    def finish(self) -> None:
        """Wait until everything that was handed over is written."""
        if self._written is not None:
            written, self._written = self._written, None
            written.result()

    def _write(self, read: list[tuple[Recipe, FoundFile]], back: list[str], strangers: list[FoundFile]) -> None:
        with self._catalogue.connections.writing() as db:
            runs = {recipe.run.run_id for recipe, found in read if self._put(db, recipe, found)}
            settle_runs(db, runs)
            self._report.found_again += set_missing(db, back, False)
            remember_strangers(db, strangers)

    def settle_gone(self) -> None:
        """Mark the rows whose file is gone or is another picture's now; forget those that lie in the trash."""
        trashed = trashed_places(self._pictures, deletions(self._pictures))
        gone = [mark for mark in self._marks.values() if not is_there(self._pictures / mark.file)]
        deleted = {mark.id for mark in gone if _any_holds(trashed.get(mark.file, ()), mark.id)}
        with self._catalogue.connections.writing() as db:
            # Rows may have been written anew since, and files put back: only what still holds counts.
            still = [mark for mark in gone if not is_there(self._pictures / mark.file)] + self._replaced
            ids = {mark.id for mark in still if file_of(db, mark.id) == mark.file}
            delete_pictures(db, ids & deleted)
            self._report.forgotten = len(ids & deleted)
            self._report.missing += set_missing(db, ids - deleted, True)

    def _put(self, db: Connection, recipe: Recipe, found: FoundFile) -> bool:
        """Write one row, unless the file is only a copy or was deleted since it was read."""
        if not is_there(found.path):
            return False
        known = file_of(db, recipe.id)
        if known is None:
            self._report.added += 1
        elif known == found.file:
            self._report.changed += 1
        elif holds_picture(self._pictures / known, recipe.id):
            self._report.duplicates += 1
            return False
        else:
            self._report.moved += 1
        # As the walk saw it, before it was read: what has changed since is seen next time.
        put_picture(db, recipe, found.file, found.size, found.mtime_ns)
        return True


def _any_holds(files: Iterable[Path], image_id: str) -> bool:
    return any(holds_picture(file, image_id) for file in files)
