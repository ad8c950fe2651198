"""Looks at this computer and says what the program would use, and why. It works without torch, too."""

from __future__ import annotations

import argparse
import json
from typing import Any

from desktop_app.cli.checkup import check_engine, check_folders, check_versions
from desktop_app.cli.console import Console
from desktop_app.cli.failures import FAILED, OK
from desktop_app.cli.models import InstalledModel, list_models, show_models
from desktop_app.cli.options import DEFAULT_MODEL, add_json_option
from desktop_app.cli.surroundings import Surroundings

HELP = "say what the program finds on this computer and would use"
USAGE = "[options]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `doctor`."""
    add_json_option(parser)


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """Report; the exit code says whether pictures can be drawn."""
    console = surroundings.console
    models, models_fault = _models(surroundings)
    report: dict[str, Any] = {
        "versions": check_versions(),
        "engine": check_engine(),
        "folders": check_folders(surroundings.paths),
        "models": [{"id": model.id, "size": model.size, "fault": model.fault} for model in models],
    }
    problems = _problems(report, models_fault)
    report["problems"] = problems
    if options.json:
        console.result(json.dumps(report))
    else:
        _show(report, models, console)
    return FAILED if problems else OK


def _models(surroundings: Surroundings) -> tuple[list[InstalledModel], str]:
    try:
        return list_models(surroundings.paths), ""
    except OSError as error:  # a folder that may not be read
        return [], f"the models folder cannot be read: {error.strerror or error}"


def _problems(report: dict[str, Any], models_fault: str) -> list[str]:
    problems = [models_fault] if models_fault else []
    if report["engine"]["fault"]:
        problems.append(f"torch cannot be loaded: {report['engine']['fault']}")
    ids = [model["id"] for model in report["models"]]
    if DEFAULT_MODEL not in ids:
        problems.append(f"the model {DEFAULT_MODEL!r}, which `draw` takes by itself, is not installed")
    problems += [f"{model['id']}: {model['fault']}" for model in report["models"] if model["fault"]]
    problems += [
        f"the {folder['name']} folder cannot be written: {folder['folder']}"
        for folder in report["folders"]
        if not folder["writable"] and folder["name"] != "models"
    ]
    return problems


def _show(report: dict[str, Any], models: list[InstalledModel], console: Console) -> None:
    console.result("Versions")
    for name, version in report["versions"].items():
        console.result(f"  {name:<18} {version or 'not installed'}")
    engine = report["engine"]
    console.result("Engine")
    if engine["fault"]:
        console.result(f"  torch cannot be loaded: {engine['fault']}")
    else:
        console.result(f"  device             {engine['device']}: {engine['device_reason']}")
        console.result(f"  precision          {engine['precision']}: {engine['precision_reason']}")
        console.result(f"  memory             {engine['memory_gb']} GB")
        console.result(f"  threads            {engine['threads']}")
    console.result("Folders")
    for folder in report["folders"]:
        free = "" if folder["free_gb"] is None else f", {folder['free_gb']} GB free"
        state = "writable" if folder["writable"] else "not writable"
        console.result(f"  {folder['name']:<18} {folder['folder']} ({state}{free})")
    console.result("Models")
    show_models(models, console, "  ")
    console.result("Problems" if report["problems"] else "No problems found.")
    for problem in report["problems"]:
        console.result(f"  {problem}")
