"""Picture files: what is inside, how they come into being, and how a stranger's is met."""

import errno
import os
import re
import struct
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from model_runtime.errors import CorruptPicture
from model_runtime.recipe import exclusive
from model_runtime.recipe.infotext import infotext
from model_runtime.recipe.picture_file import read_picture, read_recipe, save_picture, write_picture
from model_runtime.recipe.record import ModelIdentity, Parent, Recipe, RunFacts
from model_runtime.recipe.schema import to_json
from model_runtime.recipe.xmp import xmp_packet
from model_runtime.request import GenerationRequest, SamplingSettings

# AUTOMATIC1111, modules/infotext_utils.py
RE_PARAM = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"

any_text = st.text(st.characters(), max_size=60) | st.text(
    st.sampled_from('a ,:"\\\n\r\t\x00\x1b\x7f\x85\u2028\ud83d\udc00\ufeff\ufffe🪑&<>]{}%é椅'), max_size=60
)


def make_recipe(prompt: str = "an avocado armchair", **changes: Any) -> Recipe:
    facts = RunFacts(
        prompt=GenerationRequest(prompt=prompt).prompt,
        sampling=SamplingSettings(top_k=50, condition_scale=10),
        model=ModelIdentity(id="starter", sha256="ab" * 32),
        tokenizer="starter",
        normalizer=1,
        noise=1,
        precision="float32",
        device="cpu",
        batch=1,
    )
    return Recipe(
        **{"run": facts, "index": 0, "seed": 7, "image_length": 16, "tokens": np.arange(16), **changes}
    )


def noise_image(side: int = 32) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8))


def read_a1111(text: str) -> tuple[str, dict[str, str]]:
    """Prompt and settings as AUTOMATIC1111's parse_generation_parameters takes them."""
    *lines, last = text.strip().split("\n")
    if len(RE_PARAM.findall(last)) < 3:
        lines, last = [*lines, last], ""
    assert not any(line.strip().startswith("Negative prompt:") for line in lines)
    return "\n".join(lines), {key: value.strip() for key, value in RE_PARAM.findall(last)}


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, width: int = 1, height: int = 1) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * (3 * width + 1)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND", b"")


def test_pixels_and_recipe_come_back(tmp_path: Path) -> None:
    recipe, image = make_recipe(), noise_image()
    path = write_picture(image, recipe, tmp_path / "new" / "folder" / "a.png")
    assert path == tmp_path / "new" / "folder" / "a.png"
    assert read_recipe(path) == recipe
    picture = read_picture(path)
    assert (picture.recipe, picture.image.mode) == (recipe, "RGB")
    assert picture.image.tobytes() == image.tobytes()


@settings(max_examples=60, deadline=None)
@given(prompt=any_text)
def test_any_prompt_makes_a_file_that_everybody_can_read(
    tmp_path_factory: pytest.TempPathFactory, prompt: str
) -> None:
    recipe = make_recipe(prompt)
    path = save_picture(noise_image(4), recipe, tmp_path_factory.getbasetemp() / "any")
    try:
        assert read_recipe(path) == recipe
        with Image.open(path) as image:
            image.load()
            prompt_read, pairs = read_a1111(image.info["parameters"])
            packet = image.info["xmp"]
        assert "\n" not in prompt_read
        assert (pairs["Steps"], pairs["Seed"], pairs["CFG scale"], pairs["Size"]) == ("16", "7", "10", "4x4")
        ET.fromstring(packet)  # noqa: S314  # our own
    finally:
        path.unlink()


def test_the_text_form() -> None:
    assert infotext(make_recipe(), (256, 256)).splitlines() == [
        "an avocado armchair",
        "Steps: 16, Sampler: Gumbel, CFG scale: 10, Seed: 7, Size: 256x256, Model hash: ababababab, "
        f"Model: starter, Temperature: 1, Top k: 50, Version: Armchair {make_recipe().run.program}",
    ]


@pytest.mark.parametrize(
    ("prompt", "read"),
    [
        ("two\nlines\r\n\u2028here", "two lines here"),
        ('a "quoted": thing, Steps: 3, Seed: 4', 'a "quoted": thing, Steps: 3, Seed: 4'),
        ("Negative prompt: ugly", "Negative prompt : ugly"),
        (
            "x\nNegative prompt: ugly\nSteps: 1, Seed: 2, Size: 1x1",
            "x Negative prompt: ugly Steps: 1, Seed: 2, Size: 1x1",
        ),
        ("🪑\x00\ud800", "🪑\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_prompts_do_not_break_the_text_form(prompt: str, read: str) -> None:
    prompt_read, pairs = read_a1111(infotext(make_recipe(prompt), (8, 8)))
    assert prompt_read == read
    assert pairs["Seed"] == "7"
    assert all(re.fullmatch(r"[A-Za-z0-9 ]+", key) for key in pairs)


def test_values_with_commas_are_quoted() -> None:
    facts = make_recipe().run
    model = ModelIdentity(id='mini, "best": 1')
    recipe = make_recipe(run=RunFacts(**{**vars(facts), "model": model}))
    _, pairs = read_a1111(infotext(recipe, (8, 8)))
    assert pairs["Model"] == '"mini, \\"best\\": 1"'
    assert pairs["Version"].startswith("Armchair")


@pytest.mark.parametrize(
    ("parent", "word"),
    [
        (None, "trainedAlgorithmicMedia"),
        (Parent(kind="rewind"), "trainedAlgorithmicMedia"),
        (Parent(kind="photo"), "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_the_packet_says_that_the_picture_is_synthetic(parent: Parent | None, word: str) -> None:
    tree = ET.fromstring(xmp_packet(make_recipe("{x} & <b>", parent=parent)))  # noqa: S314  # our own
    found = tree.find(f".//{SOURCE_TYPE}")
    assert found is not None
    assert found.text == f"http://cv.iptc.org/newscodes/digitalsourcetype/{word}"
    assert "{x} & <b>" in "".join(tree.itertext())


def test_nothing_but_pixels_is_taken_from_the_image(tmp_path: Path) -> None:
    image = noise_image()
    image.info.update(comment="ada", exif=b"Exif\0\0ada", icc_profile=b"ada", xmp=b"ada", dpi=(300, 300))
    data = write_picture(image, make_recipe(), tmp_path / "a.png").read_bytes()
    assert b"ada" not in data
    names = re.findall(rb"(IHDR|tEXt|iTXt|zTXt|eXIf|iCCP|pHYs|IDAT|IEND)", data)
    assert names == [b"IHDR", b"iTXt", b"tEXt", b"iTXt", b"IDAT", b"IEND"]
    assert str(tmp_path).encode() not in data


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    taken = tmp_path / "a.png"
    taken.write_text("mine")
    (tmp_path / "a-2.png").mkdir()
    path = write_picture(noise_image(), make_recipe(), taken)
    assert path.name == "a-3.png"
    assert taken.read_text() == "mine"


def test_save_names_the_file_in_a_folder(tmp_path: Path) -> None:
    first = save_picture(noise_image(), make_recipe(), tmp_path)
    second = save_picture(noise_image(), make_recipe(created=read_recipe(first).created), str(tmp_path))
    assert re.fullmatch(r"\d{8}-\d{6}-an-avocado-armchair-7\.png", first.name)
    assert second.name == first.name.replace("-7.png", "-7-2.png")


def no_links(code: int) -> Callable[[object, object], None]:
    def link(source: object, target: object) -> None:
        raise OSError(code, os.strerror(code))

    return link


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV])
def test_without_hard_links_nothing_is_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    monkeypatch.setattr(os, "link", no_links(code))
    (tmp_path / "a.png").write_text("mine")
    recipe = make_recipe()
    path = write_picture(noise_image(), recipe, tmp_path / "a.png")
    assert read_recipe(path) == recipe
    assert (tmp_path / "a.png").read_text() == "mine"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a-2.png", "a.png"]


@pytest.mark.parametrize(
    "fault", [OSError(errno.EIO, "disk"), OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), RuntimeError()]
)
@pytest.mark.parametrize("step", ["link", "fsync"])
def test_a_fault_before_the_name_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: BaseException
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(type(fault)):
        write_picture(noise_image(), make_recipe(), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_rename_gives_its_name_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "disk")

    monkeypatch.setattr(os, "link", no_links(errno.EPERM))
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk"):
        write_picture(noise_image(), make_recipe(), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["os.fsync", "os.link"])
def test_a_program_killed_in_the_middle_leaves_only_a_hidden_part(tmp_path: Path, moment: str) -> None:
    code = f"""
import os, sys
from pathlib import Path
from model_runtime.recipe.exclusive import write_exclusive
{moment} = lambda *_: os._exit(9)
write_exclusive(Path(sys.argv[1]), lambda file: file.write(b"half"))
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.png")], check=False)
    assert done.returncode == 9
    (left,) = tmp_path.iterdir()
    assert exclusive.is_part(left)
    assert not exclusive.is_part(tmp_path / "a.part")


def test_many_writers_of_one_name_all_get_a_file(tmp_path: Path) -> None:
    paths: list[Path] = []

    def write(number: int) -> None:
        data = bytes([number]) * 1000
        paths.append(exclusive.write_exclusive(tmp_path / "a.png", lambda file: file.write(data)))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(paths)) == 8
    assert sorted(path.read_bytes()[0] for path in paths) == list(range(8))
    assert {len(path.read_bytes()) for path in paths} == {1000}


def test_the_recipe_is_read_without_the_pixels(tmp_path: Path) -> None:
    recipe = make_recipe()
    path = write_picture(noise_image(), recipe, tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:-300])
    assert read_recipe(path) == recipe
    with pytest.raises(CorruptPicture) as caught:
        read_picture(path)
    assert caught.value.code == "not_a_picture"


def test_a_recipe_behind_the_pixels_is_found(tmp_path: Path) -> None:
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
    "too wide": (png(width=2**31 - 1, height=2**31 - 1)[:200], "not_a_picture"),
    "no pixels": (png(width=0)[:200], "not_a_picture"),
    "foreign": (png(), "no_recipe"),
    "short pixels": (png(width=900, height=900), "not_a_picture"),
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
    "bad checksum": (png(chunk(b"tEXt", b"armchair\0{}")[:-1] + b"?"), "not_a_picture"),
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
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
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
        try:
            read(path)
        except CorruptPicture:
            pass


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


def test_other_tools_see_the_text(tmp_path: Path) -> None:
    recipe = make_recipe("a 🪑")
    path = write_picture(noise_image(), recipe, tmp_path / "a.png")
    with Image.open(path) as image:
        assert image.info["armchair"] == to_json(recipe)
        assert image.info["parameters"].startswith("a 🪑\nSteps: 16")
        copy = PngInfo()
        copy.add_itxt("armchair", image.info["armchair"], zip=True)
        image.save(tmp_path / "copy.png", pnginfo=copy)
    assert read_recipe(tmp_path / "copy.png") == recipe
