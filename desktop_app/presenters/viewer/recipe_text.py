"""Everything that a picture's file says, as text to be read and copied."""

from __future__ import annotations

import json

from desktop_app.presenters.viewer.opened_picture import OpenedPicture
from model_runtime.recipe.infotext import infotext
from model_runtime.recipe.schema import to_json


def recipe_text(opened: OpenedPicture) -> str:
    """The readable form, then the recipe itself; another program's text as it stands; "" where there is nothing."""
    recipe = opened.recipe
    if recipe is None:
        return "" if opened.foreign is None else opened.foreign.raw
    size = opened.image.width(), opened.image.height()
    whole = json.dumps(json.loads(to_json(recipe)), indent=2, ensure_ascii=False)
    return f"{infotext(recipe, size)}\n\n{whole}"
