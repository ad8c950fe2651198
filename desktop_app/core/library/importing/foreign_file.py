"""One stranger's picture file: what it is, what it says, what it shows; within caps, and never waiting."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from desktop_app.core.library.importing.caps import MAX_FILE, MAX_PIXELS
from desktop_app.core.library.importing.containers import Kind, kind_of_file, metadata_parts
from desktop_app.core.library.importing.exif import user_comment
from desktop_app.core.library.importing.refusal import ImportRefused
from model_runtime.errors import CorruptPicture
from model_runtime.recipe.foreign.find import FOREIGN_KEYWORDS, USER_COMMENT, find_recipe
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.picture_file import RECIPE_KEYWORD
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import MAX_JSON, from_json

ENDINGS: dict[Kind, tuple[str, ...]] = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg", ".jpe"), "WEBP": (".webp",)}
"""Kind → endings; the first is the one that a file with a wrong name gets."""


class ForeignPicture(NamedTuple):
    """A file that was read to its end.

    recipe: Armchair's own, another program's, or None. size: width and height as shown, in pixels. mtime_ns: of the
    file. pixels_sha256: of the picture as shown, whatever file format it is in; file_sha256: of the bytes.
    """

    kind: Kind
    recipe: Recipe | ForeignRecipe | None
    size: tuple[int, int]
    mtime_ns: int
    file_sha256: str
    pixels_sha256: str


def read_foreign(path: Path) -> ForeignPicture:
    """Everything about a file. Raises ImportRefused, and OSError where the disk refuses."""
    with _opened(path) as (file, kind):
        texts = _texts(file, kind)
        image = _decoded(file, kind, path)
        file.seek(0)
        return ForeignPicture(
            kind=kind,
            recipe=_recipe(texts, path),
            size=image.size,
            mtime_ns=path.stat().st_mtime_ns,
            file_sha256=hashlib.file_digest(file, "sha256").hexdigest(),
            pixels_sha256=pixels_digest(image),
        )


def read_pixels(path: Path) -> Image.Image:
    """The picture as shown: RGB, or RGBA where parts are transparent. Raises as `read_foreign` does."""
    with _opened(path) as (file, kind):
        return _decoded(file, kind, path)


def read_texts(path: Path) -> Recipe | ForeignRecipe | None:
    """The recipe alone, without decoding a pixel. Raises as `read_foreign` does."""
    with _opened(path) as (file, kind):
        return _recipe(_texts(file, kind), path)


def pixels_digest(image: Image.Image) -> str:
    """sha256 (hex) of what a picture shows: its size and its RGBA values; what is under full transparency too."""
    width, height = image.size
    digest = hashlib.sha256(f"{width}x{height}".encode())
    band = max(1, 2**20 // max(width, 1))  # rows at a time: a second copy of the whole would be large
    for top in range(0, height, band):
        digest.update(image.crop((0, top, width, min(height, top + band))).convert("RGBA").tobytes())
    return digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BufferedReader, Kind]]:
    # Asked before opening, and of the name itself: to open a pipe waits for its writer, a link may lead anywhere.
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise ImportRefused("import_not_a_file", file=path)
    if status.st_size > MAX_FILE:
        raise ImportRefused("import_too_large", file=path, allowed=f"{MAX_FILE // 2**20} MB")
    with path.open("rb") as file:
        kind = kind_of_file(file)
        if kind is None:
            raise ImportRefused("import_not_a_picture", file=path)
        yield file, kind


def _texts(file: BufferedReader, kind: Kind) -> dict[str, str]:
    """Keyword → text of those that a recipe may stand in; the first of two alike counts."""
    texts: dict[str, str] = {}
    for name, data in metadata_parts(file, kind):
        if name == "exif":
            comment = user_comment(data)
            if comment:
                texts.setdefault(USER_COMMENT, comment)
        elif name in FOREIGN_KEYWORDS or name == RECIPE_KEYWORD:
            texts.setdefault(name, data.decode("utf-8", "replace"))
    return texts


def _recipe(texts: dict[str, str], path: Path) -> Recipe | ForeignRecipe | None:
    own = texts.get(RECIPE_KEYWORD)
    if own is not None and len(own) <= MAX_JSON:
        try:
            return from_json(own, file=str(path))
        except CorruptPicture:  # what it says to others may be well all the same
            pass
    return find_recipe(texts)


def _decoded(file: BufferedReader, kind: Kind, path: Path) -> Image.Image:
    file.seek(0)
    try:
        with Image.open(file, formats=(kind,)) as image:
            _check_size(image, path)
            turned = ImageOps.exif_transpose(image)
            if turned.mode.startswith("I"):  # 16 bits a pixel; Pillow would cut what is above 255
                return Image.fromarray((np.asarray(turned) >> 8).clip(0, 255).astype(np.uint8)).convert("RGB")
            return turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except ImportRefused:
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's fault, not the file's
            raise
        raise ImportRefused("import_damaged", file=path, reason=str(error)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImportRefused("import_too_large", file=path, allowed=f"{MAX_PIXELS // 2**20} MP") from error
    # A hostile file reaches into old corners: Pillow answers with SyntaxError, ValueError, struct.error, EOFError,
    # zlib.error, IndexError, warnings turned errors and more.
    except Exception as error:
        raise ImportRefused("import_damaged", file=path, reason=f"{type(error).__name__}: {error}") from error


def _check_size(image: Image.Image, path: Path) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImportRefused("import_too_large", file=path, allowed=f"{MAX_PIXELS // 2**20} MP")
