"""Lists the models that are installed: those in the models folder, and the one that ships."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from desktop_app.cli.console import Console
from desktop_app.cli.failures import OK
from desktop_app.cli.options import add_json_option
from desktop_app.cli.surroundings import Surroundings
from desktop_app.core.paths import AppPaths
from model_runtime.errors import ArmchairError
from model_runtime.model_store.description import ModelDescription
from model_runtime.model_store.lookup import installed_models

HELP = "list the installed models"
USAGE = "[options]"


@dataclass(frozen=True, kw_only=True)
class InstalledModel:
    """One line of the list. size: bytes on the disk. fault: why its model.json cannot be read, or ""."""

    id: str
    name: str
    revision: str
    size: int
    folder: str
    fault: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `models`."""
    add_json_option(parser)


def run(options: argparse.Namespace, surroundings: Surroundings) -> int:
    """List them."""
    console = surroundings.console
    models = list_models(surroundings.paths)
    if options.json:
        console.result(json.dumps({"models": [asdict(model) for model in models]}))
    else:
        show_models(models, console)
        console.say(f"Models are looked for in {surroundings.paths.models}")
    return OK


def show_models(models: list[InstalledModel], console: Console, indent: str = "") -> None:
    """Id, size, name and folder in columns."""
    if not models:
        console.result(f"{indent}no model is installed")
    width = max((len(model.id) for model in models), default=0)
    for model in models:
        about = model.fault or model.name
        console.result(f"{indent}{model.id:<{width}}  {megabytes(model.size):>10}  {about}  ({model.folder})")


def list_models(paths: AppPaths) -> list[InstalledModel]:
    """What is installed; a model with a damaged description is listed with its fault."""
    return [_describe(id_, folder) for id_, folder in installed_models(paths.models).items()]


def megabytes(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"


def _describe(id_: str, folder: Path) -> InstalledModel:
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    try:
        description = ModelDescription.read(folder)
    except ArmchairError as error:
        return InstalledModel(
            id=id_, name=id_, revision="", size=size, folder=str(folder), fault=" ".join(str(error).split())
        )
    return InstalledModel(id=id_, name=description.name, revision=description.revision, size=size, folder=str(folder))
