"""The one EXIF field in which programs keep a recipe: UserComment."""

from __future__ import annotations

import struct

_TIFF_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_EXIF_FOLDER = 0x8769
_USER_COMMENT = 0x9286
_MAX_ENTRIES = 1000
_TEXT_KINDS = {1, 2, 7}
"""Byte, ASCII, undefined: one byte each; the standard says undefined, some write another."""


def user_comment(block: bytes) -> str:
    """The text of UserComment in an EXIF block (from its TIFF head on), "" where there is none that can be read."""
    order = _TIFF_ORDERS.get(block[:4])
    if order is None:
        return ""
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        folder = _entry(block, order, first, _EXIF_FOLDER)
        if folder is None:
            return ""
        (place,) = struct.unpack_from(order + "I", block, folder + 8)
        entry = _entry(block, order, place, _USER_COMMENT)
        if entry is None:
            return ""
        kind, count = struct.unpack_from(order + "HI", block, entry + 2)
        start = entry + 8 if count <= 4 else struct.unpack_from(order + "I", block, entry + 8)[0]
    except struct.error:  # it points outside the block
        return ""
    return _decoded(block[start : start + count], order) if kind in _TEXT_KINDS else ""


def _entry(block: bytes, order: str, folder: int, wanted: int) -> int | None:
    """Where the entry with a tag begins in the folder at a place; raises struct.error outside the block."""
    (count,) = struct.unpack_from(order + "H", block, folder)
    for number in range(min(count, _MAX_ENTRIES)):
        place = folder + 2 + 12 * number
        if struct.unpack_from(order + "H", block, place)[0] == wanted:
            return place
    return None


def _decoded(data: bytes, order: str) -> str:
    """The first eight bytes name the encoding; what is called Unicode is UTF-16 of either order."""
    head, text = data[:8], data[8:]
    if head == b"UNICODE\0":
        if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return text.decode("utf-16", "replace")
        # The standard leaves the order open: the writers of recipes use big-endian whatever the block's is, cameras the
        # block's. The text itself tells: in the wrong order its spaces are no spaces.
        read = {name: text.decode(name, "replace") for name in ("utf-16-be", "utf-16-le")}
        spaces = {name: found.count(" ") + found.count("\n") for name, found in read.items()}
        if spaces["utf-16-be"] == spaces["utf-16-le"]:
            return read["utf-16-le" if order == "<" and not spaces["utf-16-be"] else "utf-16-be"]
        return read[max(spaces, key=lambda name: spaces[name])]
    if head in (b"ASCII\0\0\0", b"\0" * 8):
        return text.decode("utf-8", "replace").rstrip("\0")
    return data.decode("utf-8", "replace").rstrip("\0")
