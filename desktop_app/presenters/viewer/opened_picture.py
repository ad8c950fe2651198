"""A picture's file, read to be looked at: pixels, and whatever it says of itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from desktop_app.core.faults import Fault
from desktop_app.presenters.run.pixels import qimage
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.picture_file import read_picture
from model_runtime.recipe.record import Recipe


@dataclass(frozen=True, kw_only=True)
class ViewedPicture:
    """One of the pictures to go through. id: of its recipe, or the file's sha256 where another program drew it."""

    id: str
    path: Path
    prompt: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedPicture:
    """What its file held.

    image: null where `fault` says why. recipe: Armchair's own; foreign: another program's; both None where the file
    says nothing.
    """

    picture: ViewedPicture
    image: QImage
    recipe: Recipe | None = None
    foreign: ForeignRecipe | None = None
    fault: Fault | None = None

    @property
    def side(self) -> int:
        """Tokens along its square, 0 where it has none."""
        if self.recipe is None:
            return 0
        side = math.isqrt(self.recipe.image_length)
        return side if side**2 == self.recipe.image_length else 0


def open_picture(picture: ViewedPicture) -> OpenedPicture:
    """Read a picture's file, in any thread; what is wrong with it is in the result."""
    try:
        try:
            read = read_picture(picture.path)
        except CorruptPicture:
            return _open_foreign(picture)
    except Exception as error:  # a stranger's file; the viewer shows why and goes on
        return OpenedPicture(picture=picture, image=QImage(), fault=Fault.of(error))
    return OpenedPicture(picture=picture, image=qimage(read.image), recipe=read.recipe)


def _open_foreign(picture: ViewedPicture) -> OpenedPicture:
    from desktop_app.core.library.importing.foreign_file import (  # noqa: PLC0415  # rarely needed
        read_pixels,
        read_texts,
    )

    pixels = read_pixels(picture.path)
    told = read_texts(picture.path)
    return OpenedPicture(
        picture=picture,
        image=qimage(pixels),
        recipe=told if isinstance(told, Recipe) else None,
        foreign=told if isinstance(told, ForeignRecipe) else None,
    )
