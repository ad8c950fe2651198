"""The models that can draw right now, for the picker: found by their small files, torch untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_app.core.faults import Fault
from model_runtime.errors import ArmchairError
from model_runtime.model_store.lookup import ModelFolder, find_model, installed_models
from model_runtime.request import SamplingSettings
from model_runtime.resources import resource_path


@dataclass(frozen=True, kw_only=True)
class InstalledModel:
    """One row of the picker.

    ships: whether it came with the program. folders: where its parts lie; None where they cannot be used, and
    then `fault` says why.
    """

    id: str
    name: str
    summary: str = ""
    ships: bool = False
    folders: ModelFolder | None = None
    fault: Fault | None = None

    @property
    def defaults(self) -> SamplingSettings:
        """What its makers recommend."""
        return self.folders.description.defaults if self.folders else SamplingSettings()


def list_models(models_dir: Path | None) -> tuple[InstalledModel, ...]:
    """All installed models by id, those that ship first; a broken one is listed with its fault."""
    rows = tuple(_rows(models_dir))
    return tuple(sorted(rows, key=lambda row: (not row.ships, row.name.casefold())))


def _rows(models_dir: Path | None) -> Iterator[InstalledModel]:
    shipped = resource_path("models")
    for identity, folder in installed_models(models_dir).items():
        ships = folder.parent == shipped
        try:
            found = find_model(folder)
        except (ArmchairError, OSError) as error:
            yield InstalledModel(id=identity, name=identity, ships=ships, fault=Fault.of(error))
            continue
        description = found.description
        summary = description.card.get("summary", "")
        yield InstalledModel(
            id=identity,
            name=description.name,
            summary=summary if isinstance(summary, str) else "",
            ships=ships,
            folders=found,
        )
