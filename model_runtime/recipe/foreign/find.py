"""From all the texts in a file to the one recipe in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from model_runtime.recipe.foreign.a1111 import read_a1111
from model_runtime.recipe.foreign.invokeai import read_dream, read_metadata, read_sd_metadata
from model_runtime.recipe.foreign.recipe import ForeignRecipe

USER_COMMENT = "UserComment"
"""The name that EXIF's field of this name goes by among a file's texts."""

_READERS: tuple[tuple[str, Callable[[str], ForeignRecipe | None]], ...] = (
    ("invokeai_metadata", read_metadata),
    ("sd-metadata", read_sd_metadata),
    ("Dream", read_dream),
    ("parameters", read_a1111),
    (USER_COMMENT, read_a1111),
)
"""Keyword → reader; what tells more comes first."""

FOREIGN_KEYWORDS = frozenset(keyword for keyword, _ in _READERS)


def find_recipe(texts: Mapping[str, str]) -> ForeignRecipe | None:
    """The recipe in a file's texts (PNG keyword → text, and `USER_COMMENT`), None where none is known."""
    for keyword, read in _READERS:
        text = texts.get(keyword)
        recipe = read(text) if text else None
        if recipe is not None:
            return recipe
    return None
