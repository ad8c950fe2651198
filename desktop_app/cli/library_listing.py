"""What was found in the library, as lines, as JSON and as a table in a file."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, BinaryIO

from desktop_app.cli.console import Console, shortened
from desktop_app.cli.failures import OK, USAGE, CommandError
from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.search.finder import Finder
from desktop_app.core.library.search.found import Sort
from desktop_app.core.library.search.picture_row import PictureRow
from model_runtime.recipe.exclusive import write_exclusive

WINDOW = 500
"""Rows that are read at once."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show_found(options: argparse.Namespace, console: Console, catalogue: Catalogue) -> int:
    """One line a picture: its file on stdout; with `--json` everything that is known of it."""
    with closing(Finder(catalogue)) as finder:
        found = finder.search(" ".join(options.query), Sort(options.sort))
        shown = len(found) if options.limit <= 0 else min(options.limit, len(found))
        for row in _rows(finder, found.ids[:shown]):
            console.result(json.dumps(facts(row)) if options.json else str(row.path))
        console.say(f"{len(found)} found" + (f", {shown} shown" if shown < len(found) else ""))
    return OK


def show_collections(options: argparse.Namespace, console: Console, catalogue: Catalogue) -> int:
    """Name, count and, of smart ones, the search."""
    with closing(Finder(catalogue)) as finder:
        for each in finder.counts().collections:
            if options.json:
                console.result(json.dumps({"name": each.name, "query": each.query, "count": each.count}))
            else:
                smart = "" if each.query is None else f"  ({each.query})"
                console.result(f"{each.count:>7}  {shortened(each.name, 60)}{smart}")
    return OK


def export_list(options: argparse.Namespace, console: Console, catalogue: Catalogue) -> int:
    """Write the table, as what the file's ending says; prints where."""
    write = {".csv": _write_csv, ".json": _write_json}.get(options.out.suffix.lower())
    if write is None:
        raise CommandError(f"{options.out}: the list can be a .csv or a .json file.", USAGE)
    with closing(Finder(catalogue)) as finder:
        found = finder.search(" ".join(options.query), Sort(options.sort))
        path = write_exclusive(options.out, lambda file: write(file, _rows(finder, found.ids)))
    values = {"path": str(path), "pictures": len(found)}
    console.result(json.dumps(values) if options.json else str(path))
    return OK


def facts(row: PictureRow) -> dict[str, Any]:
    """Everything about a picture, plain enough for JSON."""
    return {
        "file": str(row.path),
        "id": row.picture_id,
        "created": row.created.isoformat(),
        "prompt": row.prompt,
        "model": row.model,
        "seed": row.seed,
        "temperature": row.temperature,
        "top_k": row.top_k,
        "top_p": row.top_p,
        "condition_scale": row.condition_scale,
        "likelihood_gain": row.score,
        "clip_score": row.clip_score,
        "finished": row.done >= 1,
        "missing": row.missing,
        "favourite": row.favourite,
        "rating": row.rating,
        "tags": list(row.tags),
        "note": row.note,
        "source": row.source or "armchair",
    }


def _rows(finder: Finder, ids: Any) -> Iterator[PictureRow]:
    for start in range(0, len(ids), WINDOW):
        yield from finder.rows(ids[start : start + WINDOW])


def _write_json(file: BinaryIO, rows: Iterator[PictureRow]) -> None:
    file.write(b"[")
    for number, row in enumerate(rows):
        file.write((",\n " if number else "\n ").encode() + json.dumps(facts(row)).encode("ascii"))
    file.write(b"\n]\n")


def _write_csv(file: BinaryIO, rows: Iterator[PictureRow]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
    table = csv.writer(text)
    for number, row in enumerate(rows):
        values = facts(row)
        if number == 0:
            table.writerow(values)
        table.writerow([_cell(", ".join(value) if isinstance(value, list) else value) for value in values.values()])
    text.flush()
    text.detach()


def _cell(value: object) -> object:
    """What a spreadsheet would take for a formula is marked as text: prompts come from strangers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
