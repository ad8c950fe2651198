"""Strangers' files: a picture is read or refused, and nothing else happens."""

import contextlib
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model_runtime.errors import CorruptPicture
from model_runtime.recipe.picture_file import read_picture, read_recipe, write_picture
from model_runtime.recipe.record import Recipe
from model_runtime.recipe.schema import to_json

RecipeMaker = Callable[..., Recipe]


def noise_image(side: int = 32) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, width: int = 1, height: int = 1) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 4))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def test_the_recipe_is_read_without_the_pixels(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe()
    path = write_picture(noise_image(), recipe, tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:-300])
    assert read_recipe(path) == recipe
    with pytest.raises(CorruptPicture) as caught:
        read_picture(path)
    assert caught.value.code == "not_a_picture"


def test_a_recipe_behind_the_pixels_is_found(make_recipe: RecipeMaker, tmp_path: Path) -> None:
    recipe = make_recipe()
    text = chunk(b"tEXt", b"armchair\0" + to_json(recipe).encode())
    plain = png()
    (tmp_path / "a.png").write_bytes(plain[:-12] + text + plain[-12:])
    assert read_recipe(tmp_path / "a.png") == recipe


BOMB = zlib.compress(b"x" * (64 * 2**20), 9)
HOSTILE = {
    "empty": (b"", "not_a_picture"),
    "text": (b"hello, I am not a picture at all", "not_a_picture"),
    "jpeg": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "not_a_picture"),
    "signature only": (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
    "no header": (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"\0" * 20), "not_a_picture"),
    "too wide": (png(width=2**31 - 1, height=2**31 - 1), "not_a_picture"),
    "no pixels": (png(width=0), "not_a_picture"),
    "foreign": (png(), "no_recipe"),
    "short pixels": (png(width=900, height=900), None),
    "bad json": (png(chunk(b"tEXt", b"armchair\0{")), "bad_recipe"),
    "not ours": (png(chunk(b"tEXt", b"armchair\0[1]")), "bad_recipe"),
    "packed bomb": (png(chunk(b"zTXt", b"armchair\0\0" + BOMB)), None),
    "international bomb": (png(chunk(b"iTXt", b"armchair\0\1\0\0\0" + BOMB)), None),
    "long text": (png(chunk(b"tEXt", b"armchair\0" + b"9" * (5 * 2**20))), "bad_recipe"),
    "many bombs": (
        png(*[chunk(b"zTXt", b"k%d\0\0" % n + zlib.compress(b"x" * 2**20)) for n in range(99)]),
        None,
    ),
    "newer": (png(chunk(b"tEXt", b'armchair\0{"schema": 9}')), "newer_recipe"),
    "bad checksum": (png(chunk(b"tEXt", b"armchair\0{}")[:-1] + b"!"), "not_a_picture"),
    "bad animation": (png(chunk(b"acTL", b"\0\0\0\0\0\0\0\0")), None),
    "endless chunk": (png()[:33] + b"\xff\xff\xff\xfftEXtarmchair", "not_a_picture"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_are_refused(tmp_path: Path, case: str) -> None:
    data, code = HOSTILE[case]
    path = tmp_path / "x.png"
    path.write_bytes(data)
    for read in (read_recipe, read_picture):
        with pytest.raises(CorruptPicture) as caught:
            read(path)
        assert code is None or caught.value.code == code
        assert caught.value.parameters["file"] == str(path)
        assert str(caught.value)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_files_are_read_or_refused(
    make_recipe: RecipeMaker, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    whole = folder / "whole.png"
    if not whole.exists():
        write_picture(noise_image(8), make_recipe(), whole)
    raw = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path = folder / "damaged.png"
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for read in (read_recipe, read_picture):
        with contextlib.suppress(CorruptPicture):
            read(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorruptPicture):
        read_recipe(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_recipe(tmp_path / "missing.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX")
def test_a_pipe_does_not_hold_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(CorruptPicture):
        read_recipe(tmp_path / "pipe.png")


def test_files_that_are_too_large_are_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    with path.open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(CorruptPicture, match="larger"):
        read_recipe(path)
