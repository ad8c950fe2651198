"""Reading weight files: what is there is read exactly, what is damaged or foreign is refused by name."""

from __future__ import annotations

import json
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from model_runtime import dalle_bart, vqgan
from model_runtime.checkpoints import save
from model_runtime.checkpoints.fill import empty_network, fill
from model_runtime.checkpoints.flax_source import FlaxSource
from model_runtime.checkpoints.names import (
    LAYER_PARTS,
    UNSCALED_NORMS,
    dalle_bart_name,
    dalle_bart_parts,
    vqgan_name,
)
from model_runtime.checkpoints.save import save_dalle_bart
from model_runtime.checkpoints.source import SafetensorsSource
from model_runtime.dalle_bart.config import REQUIRED_SWITCHES, DalleBartConfig
from model_runtime.dalle_bart.model import DalleBart
from model_runtime.errors import ArmchairError, CorruptCheckpoint, UnsupportedConfig

SIZES = DalleBartConfig(
    d_model=4,
    encoder_layers=2,
    decoder_layers=1,
    encoder_attention_heads=2,
    decoder_attention_heads=1,
    encoder_ffn_dim=3,
    decoder_ffn_dim=5,
    encoder_vocab_size=7,
    image_vocab_size=6,
    max_text_length=3,
    image_length=4,
    decoder_start_token_id=6,
)
STACKED = "model/encoder/layers/FlaxBartEncoderLayers/"

Tree = dict[str, Any]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def model() -> DalleBart:
    torch.manual_seed(5)
    network = DalleBart(SIZES)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter)
    return network


def leaf(values: np.ndarray | Tensor, dtype: str | None = None) -> msgpack.ExtType:
    array = values.detach().numpy() if isinstance(values, Tensor) else values
    return msgpack.ExtType(1, msgpack.packb((array.shape, dtype or array.dtype.name, array.tobytes())))


def flax_paths(stacked: bool) -> Iterator[str]:
    yield "lm_head/kernel"
    outer = ("embed_tokens", "embed_positions", "layernorm_embedding", "final_ln")
    for side, layers in (("encoder", 2), ("decoder", 1)):
        for part, kind in product(outer, ("embedding", "scale", "bias")):
            if ("embed_" in part) == (kind == "embedding"):
                yield f"model/{side}/{part}/{kind}"
        for part, kind in product(LAYER_PARTS[side], ("kernel", "scale", "bias")):
            if ("LayerNorm" not in part) == (kind == "kernel"):
                layer = f"model/{side}/layers/FlaxBart{side.capitalize()[:-1]}rLayer"
                yield from (
                    [f"{layer}s/{part}/{kind}"]
                    if stacked
                    else [f"{layer}_{number}/{part}/{kind}" for number in range(layers)]
                )


def flax_arrays(model: DalleBart, stacked: bool) -> dict[str, np.ndarray]:
    """The model's values under the published names."""
    stored = save.stored_tensors(model, torch.float32, dalle_bart_parts)
    arrays = {}
    for path in flax_paths(stacked):
        name = dalle_bart_name(path)
        assert name is not None
        found = [stored[name]] if name in stored else []
        if "{layer}" in name:
            every = (name.replace("{layer}", str(layer)) for layer in range(2))
            found = [stored[one] for one in every if one in stored]
        if found:
            turned = [tensor.T if path.endswith("kernel") else tensor for tensor in found]
            array = torch.stack(turned) if "{layer}" in name else turned[0]
            arrays[path] = array.contiguous().numpy()
    return arrays


def nested(leaves: dict[str, Any]) -> Tree:
    tree: Tree = {}
    for path, value in leaves.items():
        *folders, last = path.split("/")
        inside = tree
        for folder in folders:
            inside = inside.setdefault(folder, {})
        inside[last] = value if isinstance(value, msgpack.ExtType) else leaf(value)
    return tree


def write_flax(folder: Path, content: Tree | bytes, **config: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else msgpack.packb(content)
    (folder / "flax_model.msgpack").write_bytes(data)
    (folder / "config.json").write_text(json.dumps(SIZES.to_json() | config))
    return folder


def same(first: torch.nn.Module, second: torch.nn.Module) -> bool:
    one, other = first.state_dict(), second.state_dict()
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


# --- what is there is read exactly


@pytest.mark.parametrize("stacked", [True, False])
def test_both_flax_layouts(tmp_path: Path, model: DalleBart, stacked: bool) -> None:
    folder = write_flax(tmp_path, nested(flax_arrays(model, stacked)), use_scan=not stacked)
    assert same(dalle_bart.load(str(folder)), model)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_our_layout_round_trip(tmp_path: Path, model: DalleBart, dtype: torch.dtype) -> None:
    save_dalle_bart(model, tmp_path / "new", dtype=dtype)
    loaded = dalle_bart.load(tmp_path / "new", dtype=dtype)
    assert same(loaded, DalleBart(SIZES).to(dtype)) is False
    assert all(
        torch.equal(found, given.to(dtype))
        for found, given in zip(loaded.parameters(), model.parameters(), strict=True)
    )
    with safe_open(str(tmp_path / "new" / "model.safetensors"), framework="pt") as opened:
        names = set(opened.keys())
    assert {
        "encoder.layers.1.self_attn.q_proj.weight",
        "decoder.layers.0.encoder_attn.v_proj.weight",
    } <= names
    assert {"decoder.layers.0.glu.fc1.weight", "decoder.lm_head.weight", "encoder.final_ln.bias"} <= names
    assert not any(fused in name for name in names for fused in ("qkv", "kv_proj", "fc01"))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["config.json", "model.safetensors"]
    assert loaded.config == model.config


def test_our_file_is_the_same_every_time(tmp_path: Path, model: DalleBart) -> None:
    for name in ("one", "two"):
        save_dalle_bart(model, tmp_path / name)
    for file in ("model.safetensors", "config.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_failed_save_leaves_the_old_model(tmp_path: Path, model: DalleBart, monkeypatch: pytest.MonkeyPatch) -> None:
    save_dalle_bart(model, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full_disk(tensors: object, file: Path, metadata: object) -> None:
        file.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(save, "save_file", full_disk)
    with pytest.raises(OSError, match="no space"):
        save_dalle_bart(model, tmp_path, dtype=torch.float16)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_bfloat16_in_flax(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True)
    halved = {
        path: leaf(torch.from_numpy(array).bfloat16().view(torch.uint16).numpy(), "bfloat16")
        for path, array in arrays.items()
    }
    loaded = dalle_bart.load(write_flax(tmp_path, nested(halved)))
    for found, given_ in zip(loaded.parameters(), model.parameters(), strict=True):
        assert torch.equal(found, given_.bfloat16().float())


def test_scales_of_the_pre_norms_are_used_where_stored(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True)
    scales = {
        path.replace("/bias", "/scale"): np.full_like(array, 1.5)
        for path, array in arrays.items()
        if path.endswith("/bias") and path.replace("/bias", "/scale") not in arrays
    }
    loaded = dalle_bart.load(write_flax(tmp_path, nested(arrays | scales), force_ln_scale=False))
    assert loaded.config.force_ln_scale
    scale = loaded.encoder.layers[1].glu.ln1.weight
    assert scale is not None
    assert scale.tolist() == [1.5] * 3
    tokens, mask = torch.tensor([[0, 5, 2]]), torch.ones(1, 3)
    plain = dalle_bart.load(write_flax(tmp_path, nested(arrays), force_ln_scale=True))
    assert not plain.config.force_ln_scale
    assert not torch.allclose(loaded.encode(tokens, mask), plain.encode(tokens, mask))
    scales.popitem()
    with pytest.raises(CorruptCheckpoint) as raised:
        dalle_bart.load(write_flax(tmp_path, nested(arrays | scales)))
    assert raised.value.code == "missing_tensor"


def test_each_tensor_is_released_before_the_next(tmp_path: Path, model: DalleBart) -> None:
    save_dalle_bart(model, tmp_path)
    source = SafetensorsSource(tmp_path / "model.safetensors")
    alive: list[weakref.ref[Tensor]] = []
    read = source.tensor

    def watched(name: str) -> Tensor:
        assert all(reference() is None for reference in alive)
        tensor = read(name)
        alive.append(weakref.ref(tensor))
        return tensor

    source.tensor = watched  # type: ignore[method-assign]
    with empty_network():
        loaded = DalleBart(SIZES)
    fill(loaded, source, parts=dalle_bart_parts)
    assert len(alive) == len(source.names)
    assert same(loaded, model)


def test_nothing_is_read_before_everything_fits(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True)
    del arrays["lm_head/kernel"]
    folder = write_flax(tmp_path, nested(arrays))
    with FlaxSource(folder / "flax_model.msgpack", dalle_bart_name) as source, empty_network():
        source.tensor = lambda name: pytest.fail(f"{name} was read")  # type: ignore[method-assign]
        with pytest.raises(CorruptCheckpoint, match=r"decoder\.lm_head\.weight"):
            fill(DalleBart(SIZES), source, parts=dalle_bart_parts)


def test_vqgan_names() -> None:
    assert vqgan_name("decoder/up_4/attn_0/k/kernel") == "decoder.up.4.attn.0.k.weight"
    assert vqgan_name("decoder/mid/attn_1/norm/scale") == "decoder.mid.attn_1.norm.weight"
    assert vqgan_name("encoder/down_10/downsample/conv/bias") == "encoder.down.10.downsample.conv.bias"
    assert vqgan_name("quantize/embedding/embedding") == "codebook.weight"
    assert vqgan_name("decoder/up_4/attn_0/k/variance") is None


# --- tensors that do not fit


def refused(folder: Path, **config: Any) -> ArmchairError:
    with pytest.raises((CorruptCheckpoint, UnsupportedConfig)) as raised:
        dalle_bart.load(folder, config=config or None)
    assert str(folder) in str(raised.value)
    assert not str(raised.value).startswith(f"{raised.value.code} (")  # a sentence, not the bare code
    return raised.value


PUBLISHED = [path for path in flax_paths(stacked=False) if not str(dalle_bart_name(path)).endswith(UNSCALED_NORMS)]


@pytest.mark.parametrize("path", PUBLISHED)
def test_every_missing_tensor_is_named(tmp_path: Path, model: DalleBart, path: str) -> None:
    arrays = flax_arrays(model, stacked=False)
    del arrays[path]
    error = refused(write_flax(tmp_path, nested(arrays)))
    assert error.code == "missing_tensor"
    assert error.parameters["missing"] == (dalle_bart_name(path),)
    assert str(dalle_bart_name(path)) in str(error)


def test_an_unexpected_tensor_is_named(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True) | {"model/shared/embedding": np.ones((2, 2), np.float32)}
    error = refused(write_flax(tmp_path, nested(arrays)))
    assert (error.code, error.parameters["tensor"]) == ("unexpected_tensor", "model/shared/embedding")


def test_a_misshapen_tensor_is_named(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True) | {"lm_head/kernel": np.ones((4, 8), np.float32)}
    error = refused(write_flax(tmp_path, nested(arrays)))
    assert error.code == "misshapen_tensor"
    assert (error.parameters["found"], error.parameters["expected"]) == ("(8, 4)", "(7, 4)")
    assert "lm_head/kernel" in str(error)


def test_faults_of_several_kinds_are_told_together(tmp_path: Path, model: DalleBart) -> None:
    arrays = flax_arrays(model, stacked=True) | {"lm_head/kernel": np.ones((4, 8), np.float32)}
    arrays["lm_head/bias"] = np.ones(7, np.float32)
    del arrays[f"{STACKED}GLU_0/Dense_1/kernel"]
    error = refused(write_flax(tmp_path, nested(arrays)))
    assert error.code == "wrong_tensors"
    for name in ("encoder.layers.0.glu.fc1.weight", "lm_head/kernel", "lm_head/bias"):
        assert name in str(error)


def test_other_layer_counts(tmp_path: Path, model: DalleBart) -> None:
    folder = write_flax(tmp_path, nested(flax_arrays(model, stacked=True)))
    assert refused(folder, encoder_layers=1).code == "unexpected_tensor"
    assert refused(folder, encoder_layers=3).code == "missing_tensor"
    assert refused(folder, encoder_layers=10**9).code == "bad_config"
    assert refused(folder, d_model=2**20).code in {"wrong_tensors", "misshapen_tensor"}


def test_stacked_and_apart_in_one_file(tmp_path: Path, model: DalleBart) -> None:
    both = flax_arrays(model, stacked=True) | flax_arrays(model, stacked=False)
    assert refused(write_flax(tmp_path, nested(both))).code == "unexpected_tensor"


@pytest.mark.parametrize("dtype", [np.float64, np.int32, np.uint8, np.complex64])
def test_other_types_are_refused(tmp_path: Path, model: DalleBart, dtype: type) -> None:
    arrays = flax_arrays(model, stacked=True)
    arrays["model/encoder/final_ln/bias"] = np.ones(4, dtype)
    error = refused(write_flax(tmp_path, nested(arrays)))
    assert (error.code, error.parameters["tensor"]) == ("bad_dtype", "model/encoder/final_ln/bias")


def test_other_types_in_safetensors(tmp_path: Path, model: DalleBart) -> None:
    save_dalle_bart(model, tmp_path)
    tensors = save.stored_tensors(model, torch.float32, dalle_bart_parts)
    tensors["encoder.final_ln.bias"] = torch.ones(4, dtype=torch.int8)
    save_file(tensors, tmp_path / "model.safetensors")
    error = refused(tmp_path)
    assert (error.code, error.parameters["tensor"]) == ("bad_dtype", "encoder.final_ln.bias")


# --- damaged files


def payload(shape: object, dtype: object, data: object, *more: object) -> bytes:
    return bytes(msgpack.packb({"a": msgpack.ExtType(1, msgpack.packb([shape, dtype, data, *more]))}))


BOMBS = {
    "empty": b"",
    "not a map": msgpack.packb([1, 2]),
    "an ordinary value": msgpack.packb({"a": 1}),
    "a number as key": msgpack.packb({1: {}}),
    "an empty key": msgpack.packb({"": {}}),
    "a key that is not UTF-8": b"\x81\xa1\xff\x80",
    "a slash in a key": msgpack.packb({"a/b": {}}),
    "a long key": msgpack.packb({"a" * 300: {}}),
    "the same key twice": b"\x82\xa1a\x80\xa1a\x80",
    "deep": b"\x81\xa1a" * 100_000,
    "deep and closed": b"\x81\xa1a" * 900 + b"\x80",
    "a huge map": b"\xdf\xff\xff\xff\xff\xa1a\x80",
    "a huge key": b"\x81\xdb\xff\xff\xff\xff",
    "a huge array": b"\x81\xa1a\xc9\xff\xff\xff\xff\x01",
    "something after the end": msgpack.packb({"a": {}}) + b"\x00",
    "a huge shape": payload([2**31, 2**31], "float32", b"1234"),
    "an overflowing shape": payload([2**62, 4], "float32", b""),
    "a negative shape": payload([-1, -1], "float32", b"1234"),
    "a shape of zeros": payload([0], "float32", b""),
    "a shape of truth values": payload([True], "float32", b"1234"),
    "no shape": payload("1", "float32", b"1234"),
    "a nested shape": payload([[[[1]]]], "float32", b"1234"),
    "a shape of many": payload([1] * 99, "float32", b"1234"),
    "a shape longer than the window": payload([2**40] * 99, "float32", b"1234"),
    "text as values": payload([1], "float32", "1234"),
    "too few values": payload([2], "float32", b"1234"),
    "too many values": payload([1], "float32", b"12345"),
    "a fourth entry": payload([1], "float32", b"1234", 0),
    "two entries": msgpack.packb({"a": msgpack.ExtType(1, msgpack.packb([[1], "float32"]))}),
    "a payload that is no array": msgpack.packb({"a": msgpack.ExtType(1, b"\xc1\xc1\xc1\xc1")}),
    "an empty payload": msgpack.packb({"a": msgpack.ExtType(1, b"")}),
    "a scalar": msgpack.packb({"a": msgpack.ExtType(3, msgpack.packb([[], "float32", b"1234"]))}),
    "an unknown type": payload([1], "float8", b"1"),
    "a type that is no text": payload([1], 7, b"1"),
    "many arrays, none ours": msgpack.packb({f"{number}": leaf(np.ones(1, np.float32)) for number in range(3000)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_files_are_refused_cheaply(tmp_path: Path, name: str) -> None:
    folder = write_flax(tmp_path, BOMBS[name])
    dalle_bart_name("")  # whatever is imported on first use is not counted
    tracemalloc.start()
    try:
        error = refused(folder)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(error, CorruptCheckpoint)


def test_arrays_in_chunks_are_refused_by_name(tmp_path: Path) -> None:
    chunked = {"__msgpack_chunked_array__": True, "shape": {"0": 2}, "chunks": {"0": leaf(np.ones(2))}}
    error = refused(write_flax(tmp_path, {"lm_head": {"kernel": chunked}}))
    assert isinstance(error, UnsupportedConfig)
    assert "lm_head/kernel" in str(error)


def test_folders_that_hold_no_model(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere").code == "not_a_model_folder"
    assert refused(tmp_path).code == "not_a_model_folder"
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file").code == "not_a_model_folder"
    (tmp_path / "flax_model.msgpack.index.json").write_text("{}")
    assert refused(tmp_path).code == "unsupported_layout"
    with pytest.raises(CorruptCheckpoint):
        vqgan.load(tmp_path / "nowhere")


def loads_or_refuses(load: Callable[[], object]) -> None:
    try:
        load()
    except (CorruptCheckpoint, UnsupportedConfig) as error:
        assert str(error) != ""


@pytest.fixture(scope="module", params=["flax_model.msgpack", "model.safetensors", "config.json"])
def sound(
    request: pytest.FixtureRequest, model: DalleBart, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, bytes]:
    """A file of a sound model and its bytes, for tests that damage it."""
    folder = tmp_path_factory.mktemp("sound")
    save_dalle_bart(model, folder)
    if request.param == "flax_model.msgpack":
        (folder / "model.safetensors").unlink()
        write_flax(folder, nested(flax_arrays(model, stacked=True)))
    dalle_bart.load(folder)
    file = folder / request.param
    return file, file.read_bytes()


def test_every_truncation_is_refused(sound: tuple[Path, bytes]) -> None:
    file, data = sound
    last_bytes = 2 if file.name == "config.json" else 1  # the text ends in a newline that nothing needs
    for length in range(0, len(data) - last_bytes + 1, 7):
        file.write_bytes(data[:length])
        assert isinstance(refused_in(file.parent), CorruptCheckpoint)


def refused_in(folder: Path) -> ArmchairError:
    with pytest.raises(ArmchairError) as raised:
        dalle_bart.load(folder)
    return raised.value


@settings(max_examples=150, deadline=None, database=None)
@given(st.data())
def test_changed_bytes_load_or_are_refused(sound: tuple[Path, bytes], data: st.DataObject) -> None:
    file, intact = sound
    damaged = bytearray(intact)
    # Half of the changes near the start, where the headers are.
    where = st.integers(0, len(intact) - 1) | st.integers(0, min(len(intact), 400) - 1)
    for position in data.draw(st.lists(where, min_size=1, max_size=3)):
        damaged[position] = data.draw(st.integers(0, 255))
    file.write_bytes(bytes(damaged))
    loads_or_refuses(lambda: dalle_bart.load(file.parent))


@settings(max_examples=100, deadline=None, database=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused(sound: tuple[Path, bytes], content: bytes) -> None:
    file, _ = sound
    file.write_bytes(content)
    assert isinstance(refused_in(file.parent), ArmchairError)


# --- config.json


def test_config_argument_overrides_and_supplies(tmp_path: Path, model: DalleBart) -> None:
    save_dalle_bart(model, tmp_path)
    assert dalle_bart.load(tmp_path, config={"decoder_start_token_id": 2}).config.decoder_start_token_id == 2
    values = SIZES.to_json()
    (tmp_path / "config.json").unlink()
    assert dalle_bart.load(tmp_path, config=values).config == SIZES
    assert refused(tmp_path).code == "corrupt_file"
    del values["image_length"]
    error = refused(tmp_path, **values)
    assert (error.code, error.parameters["key"]) == ("missing_config", "image_length")


def test_a_silent_config_starts_from_the_last_image_token() -> None:
    values = SIZES.to_json()
    for silent in ({}, {"decoder_start_token_id": None}):
        given_ = {key: value for key, value in values.items() if key != "decoder_start_token_id"} | silent
        assert DalleBartConfig.from_mapping(given_, file=Path("c")).decoder_start_token_id == 6


OTHER_SWITCHES = {
    "activation_function": "gelu_new",
    "ln_positions": "preln",
    "ln_type": "rmsnorm",
    "sinkhorn_iters": 2,
} | {key: not needed for key, needed in REQUIRED_SWITCHES.items() if isinstance(needed, bool)}


def test_every_switch_is_tried() -> None:
    assert OTHER_SWITCHES.keys() == REQUIRED_SWITCHES.keys()


@pytest.mark.parametrize("key", OTHER_SWITCHES)
def test_unsupported_switches_are_refused_by_name(tmp_path: Path, model: DalleBart, key: str) -> None:
    save_dalle_bart(model, tmp_path)
    values = SIZES.to_json() | {key: OTHER_SWITCHES[key]}
    (tmp_path / "config.json").write_text(json.dumps(values))
    error = refused(tmp_path)
    assert isinstance(error, UnsupportedConfig)
    assert (error.code, error.parameters["key"]) == ("unsupported_switch", key)
    assert key in str(error)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("d_model", 0),
        ("d_model", True),
        ("d_model", 4.0),
        ("d_model", "4"),
        ("decoder_attention_heads", 3),
        ("decoder_layers", 10**6),
        ("image_vocab_size", 10**18),
        ("decoder_start_token_id", 7),
        ("decoder_start_token_id", -1),
        ("normalize_text", "yes"),
        ("force_ln_scale", 1),
    ],
)
def test_impossible_entries_are_refused_by_name(tmp_path: Path, model: DalleBart, key: str, value: object) -> None:
    save_dalle_bart(model, tmp_path)
    error = refused(tmp_path, **{key: value})
    assert (error.code, error.parameters["key"]) == ("bad_config", key)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, "\udcff", '{"d_model": ' + "9" * 5000 + "}"])
def test_damaged_config_files(tmp_path: Path, model: DalleBart, text: str) -> None:
    save_dalle_bart(model, tmp_path)
    (tmp_path / "config.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert refused(tmp_path).code == "corrupt_file"
