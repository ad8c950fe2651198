"""What a copy says about its picture, in the form that its file format carries.

PNG keeps the whole recipe. JPEG and WebP keep the XMP packet, which photo programs read, and in EXIF's UserComment the
text that AUTOMATIC1111's readers look for. A bare copy keeps one thing: that the picture is synthetic.
"""

from __future__ import annotations

import struct
from typing import Any

from PIL.PngImagePlugin import PngInfo

from desktop_app.core.library.export.picture import PictureForExport
from model_runtime.recipe.foreign.a1111 import as_a1111
from model_runtime.recipe.foreign.recipe import ForeignRecipe
from model_runtime.recipe.infotext import infotext
from model_runtime.recipe.picture_file import INFOTEXT_KEYWORD, RECIPE_KEYWORD
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import to_json
from model_runtime.recipe.xmp import XMP_KEYWORD, mark_packet, xmp_packet

MAX_SEGMENT = 65_000
"""Bytes of EXIF, and of XMP, that a JPEG's segment has room for, less what stands around them."""
_USER_COMMENT = 0x9286
_EXIF_FOLDER = 0x8769


def png_marks(picture: PictureForExport, size: tuple[int, int], *, bare: bool) -> dict[str, Any]:
    """Arguments of Pillow's `save` for a PNG of `size` pixels."""
    chunks = PngInfo()
    if not bare and (text := _infotext(picture, size)):
        chunks.add_itxt(INFOTEXT_KEYWORD, text)
    if not bare and isinstance(picture.recipe, Recipe):
        chunks.add_text(RECIPE_KEYWORD, to_json(picture.recipe))
    if packet := _packet(picture, bare=bare):
        chunks.add_itxt(XMP_KEYWORD, packet)
    return {"pnginfo": chunks}


def photo_marks(picture: PictureForExport, size: tuple[int, int], *, bare: bool) -> dict[str, Any]:
    """Arguments of Pillow's `save` for a JPEG or WebP. What is too long for a segment is left out or cut."""
    marks: dict[str, Any] = {}
    packet = _packet(picture, bare=bare).encode()
    if len(packet) > MAX_SEGMENT:  # a prompt of tens of thousands of characters: UserComment has its beginning
        packet = _packet(picture, bare=True).encode()
    if packet:
        marks["xmp"] = packet
    if not bare and (text := _infotext(picture, size)):
        marks["exif"] = exif_with_comment(text)
    return marks


def exif_with_comment(text: str) -> bytes:
    """An EXIF block that holds nothing but UserComment, in UTF-16 as the readers of recipes expect it."""
    room = (MAX_SEGMENT - 200) // 2
    encoded = text.encode("utf-16-be", "replace")
    if len(encoded) > 2 * room:  # the settings stand at the end, so the prompt is cut in the middle
        half = room // 2
        encoded = encoded[: 2 * half] + " … ".encode("utf-16-be") + encoded[-2 * (half - 4) :]
        encoded = encoded.decode("utf-16-be", "replace").encode("utf-16-be")  # no half of a pair at the cuts
    comment = b"UNICODE\0" + encoded
    # TIFF head, one folder with one entry that points at the EXIF folder, and that one with one entry.
    head = struct.pack(">2sHI", b"MM", 42, 8)
    first = struct.pack(">HHHIII", 1, _EXIF_FOLDER, 4, 1, 26, 0)
    second = struct.pack(">HHHIII", 1, _USER_COMMENT, 7, len(comment), 44, 0)
    return b"Exif\0\0" + head + first + second + comment


def _packet(picture: PictureForExport, *, bare: bool) -> str:
    if not bare and isinstance(picture.recipe, Recipe):
        return xmp_packet(picture.recipe)
    return mark_packet(photo=picture.from_photo) if picture.synthetic else ""


def _infotext(picture: PictureForExport, size: tuple[int, int]) -> str:
    if isinstance(picture.recipe, Recipe):
        return infotext(picture.recipe, size)
    return as_a1111(picture.recipe) if isinstance(picture.recipe, ForeignRecipe) else ""
