"""Writing down the pictures that `import_folder` takes in: ours get a row, others a line of the journal as well."""

from __future__ import annotations

from typing import Any

from desktop_app.core.library.catalogue import Catalogue
from desktop_app.core.library.importing.foreign_file import ForeignPicture
from desktop_app.core.library.importing.report import ImportedPicture
from desktop_app.core.library.imports import MAX_TEXT, MAX_WHOLE, OWN, Import
from desktop_app.core.library.journal.entry import Entry
from desktop_app.core.library.records import stored_name
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.record import Recipe

PLAIN = "plain"


class TakingIn:
    """`is_known` and `take_in` for `import_folder`; both raise LibraryError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def is_known(self, picture: ForeignPicture) -> bool:
        """Whether the library has a picture already: this one, or one that shows the same pixels."""
        ours = picture.recipe.id if isinstance(picture.recipe, Recipe) else ""
        query = "SELECT 1 FROM images WHERE id IN (?, ?) OR pixels_sha256 = ?"
        values = (ours, picture.file_sha256, picture.pixels_sha256)
        with self._catalogue.connections.reading() as db:
            return db.execute(query, values).fetchone() is not None

    def take_in(self, found: ImportedPicture) -> None:
        """Write a picture down whose file is safe."""
        picture, recipe = found.picture, found.picture.recipe
        name = stored_name(found.path, self._catalogue.pictures)
        is_inside = name != str(found.path)
        is_ours = isinstance(recipe, Recipe) and picture.kind == "PNG"
        if not (is_ours and is_inside):
            key = recipe.id if is_ours and isinstance(recipe, Recipe) else picture.file_sha256
            status = found.path.stat()
            facts = _facts(recipe) if not is_ours else {}
            known = Import(
                file=name,
                size=status.st_size,
                mtime_ns=status.st_mtime_ns,
                source=OWN if is_ours else _source(recipe),
                created=found.created,
                pixels_sha256=picture.pixels_sha256,
                **facts,
            )
            self._catalogue.record([Entry(key, "imported", known.value())])
        if is_ours and isinstance(recipe, Recipe):
            self._catalogue.add_picture(recipe, found.path)


def _source(recipe: Recipe | ForeignRecipe | None) -> str:
    return str(recipe.program) if isinstance(recipe, ForeignRecipe) else PLAIN


def _facts(recipe: Recipe | ForeignRecipe | None) -> dict[str, Any]:
    """What can be searched for; of a recipe of ours in a JPEG or WebP file too."""
    match recipe:
        case ForeignRecipe():
            seed = recipe.seed if recipe.seed is not None and recipe.seed <= MAX_WHOLE else None
            return {
                "prompt": recipe.prompt[:MAX_TEXT],
                "model": recipe.model,
                "seed": seed,
                "scale": recipe.scale,
                "details": recipe.raw[:MAX_TEXT],
            }
        case Recipe():
            run = recipe.run
            return {
                "prompt": run.prompt[:MAX_TEXT],
                "model": run.model.id,
                "seed": recipe.seed,
                "scale": run.sampling.condition_scale,
            }
        case _:
            return {}
