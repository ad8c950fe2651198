"""The texts inside PNG, JPEG and WebP files, found by walking their parts: no pixel is decoded.

Each walk ends at the first part that does not fit the file; what was found by then counts. Nothing here raises for what
a file holds.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple

from desktop_app.core.library.importing.caps import MAX_ALL_TEXT, MAX_PARTS, MAX_TEXT

Kind = Literal["PNG", "JPEG", "WEBP"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EXIF_HEAD = b"Exif\0\0"
_LONE_MARKERS = {0x01, *range(0xD0, 0xD8)}
"""JPEG markers that have no length behind them."""


class Part(NamedTuple):
    """One piece of metadata. name: a PNG keyword, or "exif"."""

    name: str
    data: bytes


def kind_of_file(file: BinaryIO) -> Kind | None:
    """What a file is by its first bytes; its name is not asked."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(PNG_SIGNATURE):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def metadata_parts(file: BinaryIO, kind: Kind) -> list[Part]:
    """The PNG texts (UTF-8) and the EXIF blocks of a file, together at most MAX_ALL_TEXT bytes."""
    walk = {"PNG": _png_parts, "JPEG": _jpeg_parts, "WEBP": _webp_parts}[kind]
    parts: list[Part] = []
    room = MAX_ALL_TEXT
    for part in walk(file):
        room -= len(part.data)
        if room < 0:
            break
        parts.append(part)
    return parts


def _png_parts(file: BinaryIO) -> Iterator[Part]:
    file.seek(len(PNG_SIGNATURE))
    for _ in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head)
        if name not in (b"tEXt", b"zTXt", b"iTXt", b"eXIf") or length > MAX_TEXT:
            if name == b"IEND":
                return
            file.seek(length + 4, 1)
            continue
        data = file.read(length)
        if len(data) < length:
            return
        file.seek(4, 1)
        part = Part("exif", data) if name == b"eXIf" else _png_text(name, data)
        if part is not None:
            yield part


def _png_text(name: bytes, data: bytes) -> Part | None:
    raw_keyword, _, rest = data.partition(b"\0")
    keyword = raw_keyword.decode("latin-1")
    if name == b"tEXt":
        return Part(keyword, _latin_or_utf8(rest))
    if name == b"zTXt":
        text = _unpacked(rest[1:])
        return None if text is None else Part(keyword, _latin_or_utf8(text))
    packed = rest[:1] == b"\1"
    _, _, behind = rest[2:].partition(b"\0")  # the language
    _, _, text_bytes = behind.partition(b"\0")  # the translated keyword
    text = _unpacked(text_bytes) if packed else text_bytes
    return None if text is None else Part(keyword, text)


def _latin_or_utf8(data: bytes) -> bytes:
    """The standard says Latin-1, and many programs write UTF-8 all the same."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()
    return data


def _unpacked(data: bytes) -> bytes | None:
    """None where it is damaged or more than MAX_TEXT bytes; no more than that is ever unpacked."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, MAX_TEXT)
    except zlib.error:
        return None
    return text if unpacker.eof else None


def _jpeg_parts(file: BinaryIO) -> Iterator[Part]:
    file.seek(2)
    for _ in range(MAX_PARTS):
        lead = file.read(2)
        if len(lead) < 2 or lead[0] != 0xFF:
            return
        if lead[1] == 0xFF:  # a filler
            file.seek(-1, 1)
            continue
        if lead[1] in _LONE_MARKERS:
            continue
        if lead[1] in (0xD9, 0xDA):  # the end, or the pixels
            return
        size = file.read(2)
        if len(size) < 2 or (length := struct.unpack(">H", size)[0]) < 2:
            return
        if lead[1] != 0xE1:
            file.seek(length - 2, 1)
            continue
        data = file.read(length - 2)
        if data.startswith(_EXIF_HEAD):
            yield Part("exif", data[len(_EXIF_HEAD) :])


def _webp_parts(file: BinaryIO) -> Iterator[Part]:
    file.seek(12)
    for _ in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        if name != b"EXIF" or length > MAX_TEXT:
            file.seek(length + length % 2, 1)
            continue
        data = file.read(length)
        if length % 2:
            file.seek(1, 1)
        yield Part("exif", data.removeprefix(_EXIF_HEAD))
