"""A picture as what goes out needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop_app.core.library.records import GenerationRecord, ImageRecord
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.picture_file import read_recipe
from model_runtime.recipe.record import Recipe


@dataclass(frozen=True, kw_only=True)
class PictureForExport:
    """One picture of the library.

    path: its file. prompt: "" = not known. recipe: Armchair's, another program's, or None. title: what the person calls
    it, or "". synthetic: whether a model drew it, which every copy keeps saying.
    """

    path: Path
    prompt: str = ""
    seed: int | None = None
    model: str = ""
    created: datetime | None = None
    recipe: Recipe | ForeignRecipe | None = None
    title: str = ""
    synthetic: bool = True

    @property
    def from_photo(self) -> bool:
        """Whether a photo was the start of it."""
        parent = self.recipe.parent if isinstance(self.recipe, Recipe) else None
        return parent is not None and parent.kind == "photo"


def from_records(run: GenerationRecord, image: ImageRecord, *, title: str = "") -> PictureForExport:
    """A picture of the catalogue; its recipe is read from its file, and is None where that cannot be read."""
    try:
        recipe = read_recipe(image.path)
    except (CorruptPicture, OSError):
        recipe = None
    return PictureForExport(
        path=image.path,
        prompt=run.prompt,
        seed=image.seed,
        model=run.model.id,
        created=image.created,
        recipe=recipe,
        title=title,
    )


def from_recipe(path: Path, recipe: Recipe | ForeignRecipe | None, *, title: str = "") -> PictureForExport:
    """A picture whose recipe is at hand; a file without one counts as no model's work."""
    if recipe is None:
        return PictureForExport(path=path, title=title, synthetic=False)
    if isinstance(recipe, ForeignRecipe):
        return PictureForExport(
            path=path, prompt=recipe.prompt, seed=recipe.seed, model=recipe.model, recipe=recipe, title=title
        )
    return PictureForExport(
        path=path,
        prompt=recipe.run.prompt,
        seed=recipe.seed,
        model=recipe.run.model.id,
        created=recipe.created,
        recipe=recipe,
        title=title,
    )
