"""Searches, checks, rebuilds, backs up and moves the picture library. No model is needed, and no window.

`armchair-cli library search 'fox -hat rating:>=4'` understands what the window's search field does.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop_app.cli.console import Console
from desktop_app.cli.failures import FAILED, OK
from desktop_app.cli.library_listing import export_list, show_collections, show_found
from desktop_app.cli.library_words import as_command_error, told
from desktop_app.cli.options import add_global_options, add_json_option
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.faults import Fault
from desktop_app.core.library.backup.read_backup import check_backup, restore_backup
from desktop_app.core.library.backup.write_backup import write_backup
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.codebooks import Codebooks
from desktop_app.core.library.rebuild import rebuild, reconcile
from desktop_app.core.library.search.found import Sort
from desktop_app.core.library.trash import Trash
from desktop_app.core.library.verifying import verify
from desktop_app.core.settings.settings_file import SettingsFile
from model_runtime.errors import ArmchairError

HELP = "search, check, rebuild and back up the picture library"
USAGE = "ACTION [options]"

Action = Callable[[argparse.Namespace, Surroundings, Catalogue], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions of `library`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, text: str) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=text, description=text.capitalize() + ".")
        add_json_option(made)
        add_global_options(made, top=False)
        return made

    search = action("search", "find pictures by words, dates, ratings, settings; prints their files")
    _add_query(search)
    search.add_argument("--limit", type=int, default=0, metavar="N", help="at most so many")
    export = action("export-list", "write a table of pictures with their recipes and what was said of them")
    _add_query(export)
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new .csv or .json file")
    action("collections", "list the collections and how many pictures each has")
    action("verify", "read every picture whole and compare it with the list; changes nothing")
    action("rebuild", "make the list of pictures anew, from the picture files and the journal")
    backup = action("backup", "write pictures, trash and journal into one file, and read it again")
    backup.add_argument("file", type=Path, metavar="FILE", help="a .zip file")
    check = action("check-backup", "read a backup whole")
    check.add_argument("file", type=Path, metavar="FILE", help="a backup")
    restore = action("restore", "put the pictures of a backup back; nothing is overwritten")
    restore.add_argument("file", type=Path, metavar="FILE", help="a backup")
    empty = action("empty-trash", "delete for good what is in the library's trash")
    empty.add_argument("--days", type=int, default=0, metavar="N", help="only what was deleted more than N days ago")


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Do one of them."""
    try:
        if options.action == "check-backup":
            manifest = check_backup(options.file, progress=_progress(surroundings.console))
            return _result(options, surroundings.console, {"files": len(manifest.files), "created": manifest.created})
        with _opened(surroundings) as catalogue:
            return ACTIONS[options.action](options, surroundings, catalogue)
    except ArmchairError as error:
        raise as_command_error(error) from error


def _search(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    reconcile(catalogue, catalogue.pictures)
    return show_found(options, surroundings.console, catalogue)


def _export(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    reconcile(catalogue, catalogue.pictures)
    return export_list(options, surroundings.console, catalogue)


def _collections(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    reconcile(catalogue, catalogue.pictures)
    return show_collections(options, surroundings.console, catalogue)


def _verify(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    console = surroundings.console
    catalogue.follow_journal()
    codebooks = Codebooks(surroundings.paths.models)
    report = verify(catalogue, codebook_of=codebooks.size, progress=_progress(console))
    if options.json:
        console.result(json.dumps({**dataclasses.asdict(report), "faults": [_plain(fault) for fault in report.faults]}))
    else:
        for fault in report.faults:
            console.result(told(fault))
        console.result(f"{report.good} of {report.looked_at} pictures are well; {report.trashed} in the trash")
        console.result(f"{report.decodable} were compared with their model's codebook")
    return OK if report.is_well else FAILED


def _rebuild(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    report = rebuild(catalogue, progress=_progress(surroundings.console))
    return _result(options, surroundings.console, dataclasses.asdict(report))


def _backup(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    reconcile(catalogue, catalogue.pictures)
    report = write_backup(catalogue, options.file, progress=_progress(surroundings.console))
    return _result(options, surroundings.console, {**dataclasses.asdict(report), "path": str(report.path)})


def _restore(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    progress = _progress(surroundings.console)
    report = restore_backup(options.file, catalogue.pictures, catalogue.journal, progress=progress)
    reconcile(catalogue, catalogue.pictures)
    return _result(options, surroundings.console, dataclasses.asdict(report))


def _empty_trash(options: argparse.Namespace, surroundings: Surroundings, catalogue: Catalogue) -> int:
    trash = Trash(catalogue.pictures, catalogue)
    gone, faults = trash.empty(trash.older_than(options.days) if options.days else trash.listing())
    for fault in faults:
        surroundings.console.complain(told(fault))
    _result(options, surroundings.console, {"deleted": gone})
    return FAILED if faults else OK


ACTIONS: dict[str, Action] = {
    "search": _search,
    "export-list": _export,
    "collections": _collections,
    "verify": _verify,
    "rebuild": _rebuild,
    "backup": _backup,
    "restore": _restore,
    "empty-trash": _empty_trash,
}


@contextmanager
def _opened(surroundings: Surroundings) -> Iterator[Catalogue]:
    """The catalogue of the pictures folder that the preferences name."""
    paths = surroundings.paths
    settings, _ = SettingsFile(paths.settings_file).load()
    paths = paths.with_overrides(pictures=settings.pictures_folder)
    catalogue = Catalogue.open(paths.catalogue_file, pictures=paths.pictures)
    if catalogue.moved_aside is not None:
        surroundings.console.complain(f"the list of pictures was damaged; it lies in {catalogue.moved_aside} now")
    try:
        yield catalogue
    finally:
        catalogue.close()


def _add_query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help='such as: fox -hat "top hat" rating:>=4 date:2026-11')
    parser.add_argument("--sort", choices=[str(sort) for sort in Sort], default=str(Sort.NEWEST), help="the order")


def _progress(console: Console) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        console.status(f"{100 * done // total} %" if done < total else "")

    return show


def _result(options: argparse.Namespace, console: Console, values: dict[str, object]) -> int:
    if options.json:
        console.result(json.dumps(values))
    else:
        for name, value in values.items():
            if value:
                console.result(f"{name.replace('_', ' '):<16} {value}")
    return OK


def _plain(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, **fault.parameters}
