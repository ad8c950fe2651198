"""Hundreds of hostile files: each is taken in or counted, soon and in little memory; the good ones survive."""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from desktop_app.core.library.importing import foreign_file
from desktop_app.core.library.importing.containers import kind_of_file, metadata_parts
from desktop_app.core.library.importing.exif import user_comment
from desktop_app.core.library.importing.foreign_file import read_foreign, read_texts
from desktop_app.core.library.importing.import_folder import import_folder
from desktop_app.core.library.importing.refusal import ImportRefused
from desktop_app.core.library.importing.report import ImportedPicture
from model_runtime.recipe.foreign.recipe import MAX_RAW, ForeignRecipe

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SETTINGS = "a fox\nSteps: 1, Seed: 2, Size: 3x3"


def chunk(name: bytes, data: bytes, length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return struct.pack(">I", size) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, width: int = 1, height: int = 1, pixels: bytes = b"\0" * 4) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return SIGNATURE + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def good(kind: str, seed: int = 0) -> bytes:
    content = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), np.uint8)
    Image.fromarray(pixels).save(content, format=kind)
    return content.getvalue()


def itxt(keyword: bytes, text: bytes, *, packed: bool = False) -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + (b"\1" if packed else b"\0") + b"\0\0\0" + text)


BOMB = zlib.compress(b"x" * (64 * 2**20), 9)
NAMED: dict[str, bytes] = {
    "empty.png": b"",
    "text.png": b"hello",
    "head-only.png": SIGNATURE,
    "script.jpg": b"#!/bin/sh\nrm -rf /\n",
    "html.webp": b"<html><script>alert(1)</script>",
    "gif.png": b"GIF89a" + bytes(100),
    "zip.jpg": b"PK\x03\x04" + bytes(100),
    "huge-sides.png": png(width=2**31 - 1, height=2**31 - 1),
    "pixel-bomb.png": png(width=60_000, height=60_000),
    "thin-bomb.png": png(width=2**30, height=1),
    "no-pixels.png": png(width=0, height=10),
    "text-bomb.png": png(chunk(b"zTXt", b"parameters\0\0" + BOMB)),
    "itxt-bomb.png": png(itxt(b"parameters", BOMB, packed=True)),
    "giant-text.png": png(chunk(b"tEXt", b"parameters\0" + b"a" * (3 * 2**20))),
    "many-texts.png": png(*[chunk(b"tEXt", b"parameters\0" + b"b" * 1000)] * 5000),
    "length-lies.png": png(chunk(b"tEXt", b"parameters\0abc", length=2**31 - 1)),
    "bad-utf8.png": png(itxt(b"parameters", b"\xff\xfe\xc0 fox\nSteps: 1, Seed: 2, Size: 3x3")),
    "surrogates.png": png(itxt(b"parameters", b"\xed\xa0\x80 fox\nSteps: 1, Seed: 2, Size: 3x3")),
    "paths.png": png(itxt(b"parameters", b"../../etc/passwd\nSteps: 1, Seed: 2, Model: ../../../home/a/.ssh/id_rsa")),
    "deep-json.png": png(itxt(b"invokeai_metadata", b'{"a":' * 100_000)),
    "long-number.png": png(itxt(b"invokeai_metadata", b'{"seed":' + b"9" * 100_000 + b"}")),
    "bad-recipe.png": png(chunk(b"tEXt", b'armchair\0{"schema": 1}')),
    "bomb-declared.jpg": b"\xff\xd8\xff\xc0" + struct.pack(">HBHHB", 17, 8, 65_535, 65_535, 3) + bytes(100),
    "exif-loop.jpg": b"\xff\xd8\xff\xe1" + struct.pack(">H", 40) + b"Exif\0\0MM\0*" + struct.pack(">I", 8) * 7,
    "fillers.jpg": b"\xff\xd8" + b"\xff" * 100_000,
    "riff-lies.webp": b"RIFF\xff\xff\xff\xffWEBPVP8X" + b"\xff" * 40,
    "riff-zero.webp": b"RIFF\0\0\0\0WEBP" + (b"EXIF" + bytes(4)) * 1000,
}


def mutated(seed: int) -> bytes:
    """A good file with some of its bytes changed, doubled, cut out or cut off."""
    chance = random.Random(seed)
    content = bytearray(good(("PNG", "JPEG", "WEBP")[seed % 3], seed))
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(content))
        act = chance.randrange(4)
        if act == 0:
            content[place] = chance.randrange(256)
        elif act == 1:
            content[place:place] = content[place : place + chance.randint(1, 64)]
        elif act == 2 and len(content) > 100:
            del content[place : place + chance.randint(1, 16)]
        elif len(content) > 100 and chance.random() < 0.3:
            del content[max(40, place) :]
    return bytes(content)


def test_hundreds_of_hostile_files_are_counted_and_the_good_ones_taken_in(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, content in NAMED.items():
        (source / name).write_bytes(content)
    for seed in range(400):
        (source / f"mutated {seed}.{('png', 'jpg', 'webp')[seed % 3]}").write_bytes(mutated(seed))
    for number, kind in enumerate(("PNG", "JPEG", "WEBP")):
        (source / f"good {kind}.{kind.lower()}").write_bytes(good(kind, 1000 + number))
    taken: list[ImportedPicture] = []
    started = time.monotonic()
    report = import_folder(source, tmp_path / "pictures", imported=taken.append)
    assert time.monotonic() - started < 120
    assert report.looked_at == report.total == len(NAMED) + 403
    assert report.taken_in + report.duplicates + sum(report.refused.values()) == report.total
    assert set(report.refused) <= {"import_not_a_picture", "import_damaged", "import_too_large"}
    assert min(report.refused.values()) >= 3
    names = {one.original.name for one in taken}
    assert {"good PNG.png", "good JPEG.jpeg", "good WEBP.webp"} <= names
    # Nothing is anywhere but in the dated folders, whatever the files say.
    for path in (tmp_path / "pictures").rglob("*"):
        assert len(path.relative_to(tmp_path / "pictures").parts) == (1 if path.is_dir() else 2)
        assert not path.name.startswith(".")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pictures", "source"]


@pytest.mark.parametrize("name", NAMED)
def test_each_kind_of_attack_ends_soon_and_small(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(NAMED[name])
    size = len(NAMED[name])
    tracemalloc.start()
    started = time.monotonic()
    try:
        read_foreign(path)
    except ImportRefused as refused:
        assert refused.code in {"import_not_a_picture", "import_damaged", "import_too_large"}
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert time.monotonic() - started < 20
    assert peak < 48 * 2**20 + 8 * size


def test_bad_text_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    for name in ("bad-utf8.png", "surrogates.png", "paths.png"):
        (tmp_path / name).write_bytes(NAMED[name])
        found = read_texts(tmp_path / name)
        assert isinstance(found, ForeignRecipe)
        assert found.seed == 2
        found.prompt.encode()
        assert "/" not in found.model
        assert len(found.raw) <= MAX_RAW


def test_files_beyond_the_caps_are_not_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(good("PNG"))
    with (tmp_path / "large.png").open("wb") as file:
        file.write(good("PNG"))
        file.truncate(foreign_file.MAX_FILE + 1)  # without taking room on the disk
    with pytest.raises(ImportRefused) as caught:
        read_foreign(tmp_path / "large.png")
    assert caught.value.code == "import_too_large"
    monkeypatch.setattr(foreign_file, "MAX_PIXELS", 24 * 24 - 1)
    with pytest.raises(ImportRefused) as caught:
        read_foreign(tmp_path / "a.png")
    assert caught.value.code == "import_too_large"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "RGB"])
def test_every_kind_of_png_is_seen_as_it_looks(mode: str, tmp_path: Path) -> None:
    if mode == "I;16":
        Image.fromarray(np.full((8, 8), 200 * 257, np.uint16)).save(tmp_path / "a.png")
        expected = (200, 200, 200)
    else:
        Image.new("RGB", (8, 8), "white").convert(mode).save(tmp_path / "a.png")
        expected = (255, 255, 255)
    assert foreign_file.read_pixels(tmp_path / "a.png").getpixel((4, 4))[:3] == expected


def test_ink_of_printers_is_taken_in_too(tmp_path: Path) -> None:
    Image.new("CMYK", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.jpg")
    assert foreign_file.read_pixels(tmp_path / "a.jpg").getpixel((4, 4)) == (255, 255, 255)


@given(st.sampled_from([SIGNATURE, b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"]), st.binary(max_size=2000))
def test_no_bytes_make_a_walk_fail(head: bytes, rest: bytes) -> None:
    file = io.BytesIO(head + rest)
    kind = kind_of_file(file)
    assert kind is not None
    for part in metadata_parts(file, kind):
        user_comment(part.data)


@given(st.sampled_from([b"II*\0", b"MM\0*", b""]), st.binary(max_size=400))
def test_no_bytes_make_exif_fail(head: bytes, rest: bytes) -> None:
    assert isinstance(user_comment(head + rest), str)


@given(st.binary(max_size=300), st.sampled_from([b"parameters", b"invokeai_metadata", b"Dream", b"armchair"]))
@settings(max_examples=60)
def test_no_text_makes_a_picture_fail(tmp_path_factory: pytest.TempPathFactory, text: bytes, keyword: bytes) -> None:
    path = tmp_path_factory.mktemp("one") / "a.png"
    path.write_bytes(png(itxt(keyword, text)))
    assert read_foreign(path).size == (1, 1)


def test_comments_of_either_byte_order_are_read() -> None:
    def block(order: str, comment: bytes) -> bytes:
        head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
        first = struct.pack(order + "HHHIII", 1, 0x8769, 4, 1, 26, 0)
        return head + first + struct.pack(order + "HHHIII", 1, 0x9286, 7, len(comment), 44, 0) + comment

    for order in "<>":
        for encoding in ("utf-16-le", "utf-16-be"):
            assert user_comment(block(order, b"UNICODE\0" + SETTINGS.encode(encoding))) == SETTINGS
        assert user_comment(block(order, b"ASCII\0\0\0" + SETTINGS.encode())) == SETTINGS
        assert user_comment(block(order, SETTINGS.encode())) == SETTINGS
