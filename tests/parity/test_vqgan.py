"""Every number that the official VQGAN gave for the reference model, within the tolerances of its README."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model_runtime import vqgan
from model_runtime.checkpoints.save import save_vqgan
from model_runtime.errors import CorruptCheckpoint, UnsupportedConfig, UnsupportedOperation
from model_runtime.vqgan.model import VQGAN

PIXELS = 2e-5
PRE_QUANT = 1e-4


@pytest.fixture(scope="module", params=["official", "ours"])
def model(request: pytest.FixtureRequest, reference: Path, tmp_path_factory: pytest.TempPathFactory) -> VQGAN:
    official = vqgan.load(reference / "vqgan-tiny")
    if request.param == "official":
        return official
    folder = tmp_path_factory.mktemp("vqgan")
    save_vqgan(official, folder)
    return vqgan.load(str(folder))


def error(found: Tensor, expected: Tensor) -> float:
    assert found.shape == expected.shape
    return float((found - expected).abs().max())


def test_pixels(model: VQGAN, vqgan_expected: dict[str, Tensor]) -> None:
    pixels = model.detokenize(vqgan_expected["tokens"])
    assert pixels.dtype == torch.float32
    assert error(pixels, vqgan_expected["pixels_raw"]) <= PIXELS
    rounded = (pixels.clamp(0, 1) * 255).to(torch.uint8)
    assert error(rounded.int(), vqgan_expected["pixels_uint8"].int()) <= 1


def test_codes_of_an_image(model: VQGAN, vqgan_expected: dict[str, Tensor]) -> None:
    images = vqgan_expected["encode_input"]
    assert error(model.encode_pre_quant(images), vqgan_expected["encode_pre_quant"]) <= PRE_QUANT
    codes = model.tokenize(images)
    assert codes.dtype == torch.int64
    assert torch.equal(codes, vqgan_expected["encode_indices"])
    assert error(model.detokenize(codes), vqgan_expected["reconstruction_raw"]) <= PIXELS


def test_loaded_for_inference(model: VQGAN, capsys: pytest.CaptureFixture[str], reference: Path) -> None:
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    assert (model.config.factor, model.config.grid) == (16, 4)
    assert model.decoder.conv_in.weight.is_contiguous(memory_format=torch.channels_last)
    vqgan.load(reference / "vqgan-tiny")
    assert capsys.readouterr() == ("", "")


def test_a_wrong_norm_epsilon_is_seen(reference: Path, vqgan_expected: dict[str, Tensor]) -> None:
    model = vqgan.load(reference / "vqgan-tiny")
    for module in model.modules():
        if isinstance(module, torch.nn.GroupNorm):
            module.eps = 1e-5
    assert error(model.detokenize(vqgan_expected["tokens"]), vqgan_expected["pixels_raw"]) > PIXELS


def test_decoder_only(tmp_path: Path, reference: Path, vqgan_expected: dict[str, Tensor]) -> None:
    model = vqgan.load(reference / "vqgan-tiny")
    model.encoder = model.quant_conv = None
    save_vqgan(model, tmp_path)
    decoder_only = vqgan.load(tmp_path)
    assert error(decoder_only.detokenize(vqgan_expected["tokens"]), vqgan_expected["pixels_raw"]) <= PIXELS
    with pytest.raises(UnsupportedOperation) as raised:
        decoder_only.tokenize(vqgan_expected["encode_input"])
    assert raised.value.code == "decoder_only"


def with_config(folder: Path, reference: Path, **changes: object) -> Path:
    """A copy of the reference model with other entries in `config.json`; None removes one."""
    shutil.copytree(reference / "vqgan-tiny", folder, dirs_exist_ok=True)
    values = json.loads((folder / "config.json").read_text()) | changes
    kept = {key: value for key, value in values.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(kept))
    return folder


@pytest.mark.parametrize(("key", "value"), [("double_z", True), ("resamp_with_conv", False), ("give_pre_end", True)])
def test_other_networks_are_refused_by_name(tmp_path: Path, reference: Path, key: str, value: bool) -> None:
    with pytest.raises(UnsupportedConfig) as raised:
        vqgan.load(with_config(tmp_path, reference, **{key: value}))
    assert raised.value.code == "unsupported_switch"
    assert raised.value.parameters["key"] == key
    assert key in str(raised.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ch", 31),
        ("ch", "32"),
        ("ch_mult", []),
        ("ch_mult", [1, 0]),
        ("ch_mult", 5),
        ("num_res_blocks", 10**9),
        ("attn_resolutions", {"4": 1}),
        ("resolution", 60),
        ("in_channels", 4),
        ("out_ch", 1),
        ("z_channels", -1),
        ("n_embed", True),
        ("embed_dim", 1.5),
    ],
)
def test_impossible_sizes_are_refused_by_name(tmp_path: Path, reference: Path, key: str, value: object) -> None:
    with pytest.raises(CorruptCheckpoint) as raised:
        vqgan.load(with_config(tmp_path, reference, **{key: value}))
    assert (raised.value.code, raised.value.parameters["key"]) == ("bad_config", key)


@pytest.mark.parametrize("key", ["ch", "ch_mult", "embed_dim", "resolution"])
def test_a_missing_size_is_named(tmp_path: Path, reference: Path, key: str) -> None:
    with pytest.raises(CorruptCheckpoint) as raised:
        vqgan.load(with_config(tmp_path, reference, **{key: None}))
    assert (raised.value.code, raised.value.parameters["key"]) == ("missing_config", key)


def test_other_sizes_name_the_tensors(tmp_path: Path, reference: Path) -> None:
    with pytest.raises(CorruptCheckpoint) as raised:
        vqgan.load(with_config(tmp_path, reference, n_embed=63))
    assert raised.value.code == "misshapen_tensor"
    assert "quantize/embedding/embedding" in str(raised.value)
