"""Indexing `flax_model.msgpack`, the published layout, without unpacking it.

The file is a msgpack map of maps whose leaves are extensions of type 1; each payload is msgpack again: the
shape, the name of the dtype, the raw little-endian values in C order. Unpacking the whole would double the
memory and trust every length in it, so the headers are walked in the mapped file and only positions are kept.
"""

from __future__ import annotations

import math
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgpack
import numpy as np

from model_runtime.errors import CorruptCheckpoint, UnsupportedConfig

DTYPES = {"float32": "<f4", "float16": "<f2", "bfloat16": "<u2"}
"""numpy has no bfloat16: those bits are read as uint16 and viewed as what they are by torch."""

NDARRAY_EXTENSION = 1
CHUNKED = "__msgpack_chunked_array__"

# Far more than any checkpoint has; a damaged file meets them before it costs time or memory.
DEEPEST = 16
LONGEST_KEY = 256
MOST_TENSORS = 100_000
HIGHEST_RANK = 8
PAYLOAD_HEADER = 256

FIXED_EXTENSIONS = {0xD4: 1, 0xD5: 2, 0xD6: 4, 0xD7: 8, 0xD8: 16}
EXTENSION_LENGTHS = {0xC7: ">B", 0xC8: ">H", 0xC9: ">I"}
MAP_LENGTHS = {0xDE: ">H", 0xDF: ">I"}
STRING_LENGTHS = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I"}
BINARY_LENGTHS = {0xC4: ">B", 0xC5: ">H", 0xC6: ">I"}


@dataclass(frozen=True)
class StoredArray:
    """Where one array of the file lies and how it is to be read."""

    dtype: str
    shape: tuple[int, ...]
    offset: int


class HeaderWalker:
    """Steps from header to header of a mapped file."""

    def __init__(self, file: Path, data: mmap.mmap) -> None:
        self.file = file
        self.data = data
        self.position = 0
        self.arrays: dict[str, StoredArray] = {}

    def walk(self) -> dict[str, StoredArray]:
        """Every array under its path. Raises CorruptCheckpoint, or UnsupportedConfig for arrays in chunks."""
        self._walk_map("", 0)
        if self.position != len(self.data):
            self._corrupt(f"{len(self.data) - self.position} bytes follow its end")
        return self.arrays

    def _walk_map(self, path: str, depth: int) -> None:
        tag = self._number(">B")
        if 0x80 <= tag <= 0x8F:
            count = tag & 0x0F
        elif tag in MAP_LENGTHS:
            count = self._number(MAP_LENGTHS[tag])
        else:
            self._corrupt(f"{path or 'its start'} is neither a map nor an array (type byte {tag:#04x})")
        if depth == DEEPEST:
            self._corrupt(f"{path} is nested too deeply")
        keys = set()
        for _ in range(count):
            key = self._key(path)
            inside = f"{path}/{key}" if path else key
            if key == CHUNKED:
                raise UnsupportedConfig(
                    "unsupported_layout", file=str(self.file), layout=f"an array in chunks ({path}/{CHUNKED})"
                )
            if key in keys:
                self._corrupt(f"{inside} is there twice")
            keys.add(key)
            tag = self._peek()
            if tag in FIXED_EXTENSIONS or tag in EXTENSION_LENGTHS:
                self._walk_array(inside)
            else:
                self._walk_map(inside, depth + 1)

    def _key(self, path: str) -> str:
        tag = self._number(">B")
        if 0xA0 <= tag <= 0xBF:
            length = tag & 0x1F
        elif tag in STRING_LENGTHS:
            length = self._number(STRING_LENGTHS[tag])
        else:
            self._corrupt(f"a key in {path or 'its start'} is not text (type byte {tag:#04x})")
        if not 0 < length <= LONGEST_KEY:
            self._corrupt(f"a key in {path or 'its start'} has {length} bytes")
        try:
            key = self._take(length).decode("utf-8")
        except UnicodeDecodeError:
            self._corrupt(f"a key in {path or 'its start'} is not UTF-8")
        if "/" in key:
            self._corrupt(f"a key in {path or 'its start'} holds a slash: {key}")
        return key

    def _walk_array(self, path: str) -> None:
        tag = self._number(">B")
        length = FIXED_EXTENSIONS[tag] if tag in FIXED_EXTENSIONS else self._number(EXTENSION_LENGTHS[tag])
        kind = self._number(">b")
        end = self.position + length
        if end > len(self.data):
            self._corrupt(f"it ends in the middle of {path}")
        if kind != NDARRAY_EXTENSION:
            found = f"extension {kind}"
            raise CorruptCheckpoint("bad_dtype", file=str(self.file), tensor=path, found=found)
        if len(self.arrays) == MOST_TENSORS:
            self._corrupt(f"it holds more than {MOST_TENSORS} arrays")
        shape, dtype = self._array_header(path, end)
        tag = self._number(">B")
        if tag not in BINARY_LENGTHS:
            self._corrupt(f"the values of {path} are missing (type byte {tag:#04x})")
        held = self._number(BINARY_LENGTHS[tag])
        needed = math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize
        if held != needed or self.position + held != end:
            self._corrupt(f"{path} holds {held} bytes; its shape {shape} needs {needed}")
        self.arrays[path] = StoredArray(dtype, shape, self.position)
        self.position = end

    def _array_header(self, path: str, end: int) -> tuple[tuple[int, ...], str]:
        """Shape and dtype at the start of a payload; leaves the position at the values' own header."""
        window = self.data[self.position : min(self.position + PAYLOAD_HEADER, end)]
        unpacker = msgpack.Unpacker(max_buffer_size=PAYLOAD_HEADER)
        unpacker.feed(window)
        try:
            entries, shape, dtype = unpacker.read_array_header(), unpacker.unpack(), unpacker.unpack()
        except (ValueError, msgpack.UnpackException) as error:
            self._corrupt(f"{path} has no readable shape and type ({type(error).__name__})")
        self.position += unpacker.tell()
        sizes = shape if isinstance(shape, list) else [None]
        impossible = any(type(size) is not int or size < 1 for size in sizes)
        if entries != 3 or len(sizes) > HIGHEST_RANK or impossible:
            self._corrupt(f"{path} has an impossible shape")
        if not isinstance(dtype, str) or dtype not in DTYPES:
            raise CorruptCheckpoint("bad_dtype", file=str(self.file), tensor=path, found=str(dtype))
        return tuple(sizes), dtype

    def _take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if len(taken) < count:
            self._corrupt("it ends too early")
        self.position += count
        return taken

    def _number(self, layout: str) -> int:
        return int(struct.unpack(layout, self._take(struct.calcsize(layout)))[0])

    def _peek(self) -> int:
        tag = self._number(">B")
        self.position -= 1
        return tag

    def _corrupt(self, reason: str) -> NoReturn:
        raise CorruptCheckpoint("corrupt_file", file=str(self.file), reason=reason)
