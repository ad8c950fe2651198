"""Writing and reading picture files: a PNG whose text chunks hold the recipe.

`armchair` is the recipe as JSON (schema.py), `parameters` its text form for other programs
(infotext.py), and the XMP packet says that the picture is synthetic (xmp.py).
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from model_runtime.errors import CorruptPicture
from model_runtime.recipe.exclusive import write_exclusive
from model_runtime.recipe.infotext import infotext
from model_runtime.recipe.names import file_path
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import from_json, to_json
from model_runtime.recipe.xmp import XMP_KEYWORD, xmp_packet

RECIPE_KEYWORD = "armchair"
INFOTEXT_KEYWORD = "parameters"

MAX_FILE = 256 * 2**20
"""Bytes."""
MAX_PIXELS = 64 * 2**20
"""Below the size at which Pillow begins to warn; the models' pictures are 2**16 pixels."""

_HEAD = struct.Struct(">8sI4sII")
"""Signature, then the first chunk's length, name, width and height."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Picture(NamedTuple):
    """A file read whole: RGB pixels and the recipe."""

    image: Image.Image
    recipe: Recipe


def write_picture(image: Image.Image, recipe: Recipe, path: Path) -> Path:
    """Write a picture file and return its path: `path`, or `-2`, `-3`, … where that is taken.

    Missing folders are made. Nothing that came with `image` but its pixels gets into the file. Raises
    OSError where the disk refuses; then there is no file at all.
    """
    chunks = PngInfo()
    chunks.add_itxt(INFOTEXT_KEYWORD, infotext(recipe, image.size))
    chunks.add_text(RECIPE_KEYWORD, to_json(recipe))
    chunks.add_itxt(XMP_KEYWORD, xmp_packet(recipe))
    pixels = Image.new("RGB", image.size)
    pixels.paste(image.convert("RGB"))
    return write_exclusive(path, lambda file: pixels.save(file, format="PNG", pnginfo=chunks))


def save_picture(image: Image.Image, recipe: Recipe, target: str | os.PathLike[str]) -> Path:
    """`write_picture` to a path, or under the picture's own name where `target` is a folder."""
    return write_picture(image, recipe, file_path(target, recipe.created, recipe.run.prompt, recipe.seed))


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """The recipe in a file; the pixels are not decoded where it stands before them, as ours does.

    Raises CorruptPicture (not_a_picture, no_recipe, bad_recipe, newer_recipe), OSError where the file
    cannot be opened.
    """
    name = os.fspath(path)
    with _opened(Path(path)) as image:
        text = _recipe_text(image, name)
    return from_json(text, file=name)


def read_picture(path: str | os.PathLike[str]) -> Picture:
    """Pixels and recipe of a file; raises as `read_recipe` does, also where the pixels are damaged."""
    name = os.fspath(path)
    with _opened(Path(path)) as image:
        text = _recipe_text(image, name)
        pixels = image.convert("RGB")
    return Picture(pixels, from_json(text, file=name))


def _recipe_text(image: Image.Image, file: str) -> str:
    text = image.info.get(RECIPE_KEYWORD)
    if text is None:
        image.load()  # another program may have put the text behind the pixels
        text = image.info.get(RECIPE_KEYWORD)
    if not isinstance(text, str):
        raise CorruptPicture("no_recipe", file=file)
    return text


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A PNG within the caps, open for reading; all that Pillow says of a bad one is not_a_picture.

    Pillow's own caps on text chunks (1 MiB unpacked each, 64 MiB together) are module globals, so they
    are used as they are rather than changed under another thread's feet.
    """
    name = os.fspath(path)
    with _regular_file(path, name) as file:
        _check_head(file, name)
        try:
            with Image.open(file, formats=("PNG",)) as image:
                yield image
        except CorruptPicture:
            raise
        except OSError as error:
            if error.errno is not None:  # the disk's fault, not the file's
                raise
            raise CorruptPicture("not_a_picture", file=name, reason="damaged") from error
        # A hostile file reaches into old corners: Pillow answers with SyntaxError, ValueError,
        # struct.error, EOFError, zlib.error, IndexError, warnings turned errors and more.
        except Exception as error:
            raise CorruptPicture("not_a_picture", file=name, reason=f"damaged: {error}") from error


def _regular_file(path: Path, name: str) -> BinaryIO:
    # Asked before opening: to open a pipe waits for its writer.
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise CorruptPicture("not_a_picture", file=name, reason="not a regular file")
    if status.st_size > MAX_FILE:
        raise CorruptPicture("not_a_picture", file=name, reason=f"larger than {MAX_FILE} bytes")
    return path.open("rb")


def _check_head(file: BinaryIO, name: str) -> None:
    head = file.read(_HEAD.size)
    file.seek(0)
    if len(head) < _HEAD.size or not head.startswith(_SIGNATURE):
        raise CorruptPicture("not_a_picture", file=name, reason="not a PNG file")
    _, _, first, width, height = _HEAD.unpack(head)
    if first != b"IHDR" or not 0 < width * height <= MAX_PIXELS:
        raise CorruptPicture("not_a_picture", file=name, reason=f"{width} × {height} pixels")
