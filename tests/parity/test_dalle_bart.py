"""Every number that the official DalleBart gave for the reference models, within its tolerance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import torch
from torch import Tensor

from model_runtime import dalle_bart
from model_runtime.checkpoints.save import save_dalle_bart
from model_runtime.dalle_bart.model import DalleBart, DecoderCache

LOGITS = 1e-4
ENCODER = 3e-5
SUPER_CONDITIONED = 1e-3

LAYOUTS = ("dallebart-mini-tiny/scan", "dallebart-mini-tiny/unrolled", "dallebart-mega-tiny/scan")


@dataclass
class Case:
    model: DalleBart
    expected: dict[str, Tensor]

    def __post_init__(self) -> None:
        self.mask = self.expected["attention_mask"]
        self.uncond_mask = self.expected["uncond_attention_mask"].expand_as(self.mask)
        self.scale = float(self.expected["condition_scale"])
        self.start = int(self.expected["decoder_start_token_id"])
        self.codebook_size = int(self.expected["codebook_size"])

    @property
    def state(self) -> Tensor:
        return self.model.encode(self.expected["input_ids"], self.mask)

    @property
    def uncond_state(self) -> Tensor:
        ids, mask = self.expected["uncond_input_ids"], self.expected["uncond_attention_mask"]
        return self.model.encode(ids, mask).expand(len(self.mask), -1, -1)


@pytest.fixture(scope="module", params=[*LAYOUTS, "ours"])
def case(request: pytest.FixtureRequest, reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Case:
    layout = request.param
    folder = reference / (LAYOUTS[0] if layout == "ours" else layout)
    model = dalle_bart.load(folder)
    if layout == "ours":
        folder = tmp_path_factory.mktemp("ours")
        save_dalle_bart(model, folder)
        model = dalle_bart.load(folder)
    size = "mega" if "mega" in layout else "mini"
    return Case(model, request.getfixturevalue(f"{size}_expected"))


def error(found: Tensor, expected: Tensor) -> float:
    assert found.shape == expected.shape
    return float((found - expected).abs().max())


def test_loaded_for_inference(case: Case) -> None:
    assert not case.model.training
    assert not any(parameter.requires_grad for parameter in case.model.parameters())
    assert {parameter.dtype for parameter in case.model.parameters()} == {torch.float32}
    assert not case.model.config.force_ln_scale
    assert case.model.config.decoder_start_token_id == case.start


def test_encoder_states(case: Case) -> None:
    assert error(case.state, case.expected["encoder_hidden_states"]) <= ENCODER
    assert error(case.uncond_state[:1], case.expected["uncond_encoder_hidden_states"]) <= ENCODER


@pytest.mark.parametrize("side", ["encoder", "decoder"])
def test_states_layer_by_layer(case: Case, side: str) -> None:
    seen: list[Tensor] = []

    def keep(module: torch.nn.Module, inputs: object, output: Tensor) -> None:
        seen.append(output)

    network = getattr(case.model, side)
    hooks = [part.register_forward_hook(keep) for part in (network.layernorm_embedding, *network.layers)]
    try:
        state = case.state
        if side == "decoder":
            case.model.decode(case.expected["decoder_input_ids"], state, case.mask)
    finally:
        for hook in hooks:
            hook.remove()
    assert error(torch.stack(seen)[:, :2], case.expected[f"{side}_layer_states"]) <= LOGITS


def test_logits(case: Case) -> None:
    inputs, expected = case.expected["decoder_input_ids"], case.expected
    conditional = case.model.decode(inputs, case.state, case.mask)
    unconditional = case.model.decode(inputs, case.uncond_state, case.uncond_mask)
    assert conditional.dtype == torch.float32
    assert error(conditional, expected["logits"]) <= LOGITS
    assert error(unconditional, expected["uncond_logits"]) <= LOGITS
    guided = unconditional + case.scale * (conditional - unconditional)
    assert error(guided, expected["supercond_logits"]) <= SUPER_CONDITIONED


def by_cache(case: Case) -> Callable[[Tensor], Tensor]:
    """Inputs so far -> next logits of the conditional rows, then of the unconditional ones, by steps."""
    states = torch.cat([case.state, case.uncond_state])
    cache = DecoderCache(case.model, states, torch.cat([case.mask, case.uncond_mask]))

    def step(inputs: Tensor) -> Tensor:
        newest = inputs[:, -1:].repeat(2, 1)
        return cache.extend(newest, torch.full((len(newest),), inputs.shape[1] - 1))[:, 0]

    return step


def by_decode(case: Case) -> Callable[[Tensor], Tensor]:
    """The same by the whole network at every step."""
    states = torch.cat([case.state, case.uncond_state])
    mask = torch.cat([case.mask, case.uncond_mask])
    return lambda inputs: case.model.decode(inputs.repeat(2, 1), states, mask)[:, -1]


@pytest.mark.parametrize("way", [by_cache, by_decode])
@pytest.mark.parametrize("guided", [False, True], ids=["plain", "super conditioned"])
@pytest.mark.parametrize("whole", [False, True], ids=["codebook", "all classes"])
def test_greedy_sequences(
    case: Case, way: Callable[[Case], Callable[[Tensor], Tensor]], guided: bool, whole: bool
) -> None:
    step = way(case)
    inputs = torch.full((len(case.mask), 1), case.start)
    for _ in range(case.model.config.image_length):
        conditional, unconditional = step(inputs).chunk(2)
        logits = unconditional + case.scale * (conditional - unconditional) if guided else conditional
        best = (logits if whole else logits[:, : case.codebook_size]).argmax(-1, keepdim=True)
        inputs = torch.cat([inputs, best], dim=1)
    name = {
        (False, False): "greedy_tokens_codebook",
        (True, False): "greedy_tokens_supercond_codebook",
        (False, True): "generate_greedy_official",
        (True, True): "generate_supercond_top1_official",
    }[guided, whole]
    expected = case.expected[name]
    assert torch.equal(inputs if whole else inputs[:, 1:], expected.long())


def test_a_row_that_sees_nothing_is_refused(case: Case) -> None:
    mask = case.mask.clone()
    mask[2] = 0
    with pytest.raises(ValueError, match="at least one token"):
        case.model.encode(case.expected["input_ids"], mask)
    with pytest.raises(ValueError, match="at least one token"):
        case.model.decode(case.expected["decoder_input_ids"], case.state, mask)


def parity_errors(case: Case) -> tuple[float, float]:
    logits = case.model.decode(case.expected["decoder_input_ids"], case.state, case.mask)
    return (
        error(case.state, case.expected["encoder_hidden_states"]),
        error(logits, case.expected["logits"]),
    )


def test_a_wrong_norm_epsilon_is_seen(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model_runtime.dalle_bart.model.NORM_EPSILON", 1e-6)
    encoder, logits = parity_errors(case)
    assert encoder > ENCODER
    assert logits > LOGITS


def test_an_approximate_gelu_is_seen(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    gelu = torch.nn.functional.gelu
    monkeypatch.setattr(torch.nn.functional, "gelu", partial(gelu, approximate="tanh"))
    encoder, logits = parity_errors(case)
    assert encoder > ENCODER
    assert logits > LOGITS


def new_cache(case: Case) -> DecoderCache:
    return DecoderCache(case.model, case.state, case.mask)


def teacher_forced(case: Case) -> tuple[Tensor, Tensor]:
    return case.expected["decoder_input_ids"], case.expected["logits"]


def test_rows_stand_at_their_own_positions(case: Case) -> None:
    inputs, expected = teacher_forced(case)
    cache, rows, length = new_cache(case), torch.arange(len(inputs)), inputs.shape[1]
    for step in range(length + len(inputs)):
        at = (step - rows).clamp(0, length - 1)  # row r starts r steps after row 0
        found = cache.extend(inputs[rows, at][:, None], at)[:, 0]
        assert error(found, expected[rows, at]) <= LOGITS


def test_a_restart_leaves_the_other_rows_bit_equal(case: Case) -> None:
    inputs, expected = teacher_forced(case)
    length, others = inputs.shape[1], torch.arange(len(inputs)) != 3
    undisturbed, disturbed = new_cache(case), new_cache(case)
    for step in range(length):
        at = torch.full((len(inputs),), step)
        elsewhere = at.clone()
        elsewhere[3] = step if step < length // 2 else step - length // 2
        tokens = inputs.gather(1, elsewhere[:, None])
        alone = undisturbed.extend(inputs[:, step : step + 1], at)
        beside = disturbed.extend(tokens, elsewhere)
        assert torch.equal(alone[others], beside[others])
        assert error(beside[3, 0], expected[3, elsewhere[3]]) <= LOGITS


def test_prefill_agrees_with_single_steps(case: Case) -> None:
    inputs, expected = teacher_forced(case)
    cache, zero = new_cache(case), torch.zeros(len(inputs), dtype=torch.int64)
    assert error(cache.extend(inputs[:, :7], zero), expected[:, :7]) <= LOGITS
    assert error(cache.extend(inputs[:, 7:], zero + 7), expected[:, 7:]) <= LOGITS


def test_some_rows_alone(case: Case) -> None:
    inputs, expected = teacher_forced(case)
    cache, rows = new_cache(case), torch.tensor([1, 4])
    found = cache.extend(inputs[rows, :9], torch.zeros(2, dtype=torch.int64), rows)
    assert error(found, expected[rows, :9]) <= LOGITS
    at = torch.tensor([0, 9, 0, 0, 9, 0])
    found = cache.extend(inputs.gather(1, at[:, None]), at)
    assert error(found[:, 0], expected[torch.arange(6), at]) <= LOGITS


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_reduced_precision_stays_near(reference: Path, mega_expected: dict[str, Tensor], dtype: torch.dtype) -> None:
    case = Case(dalle_bart.load(reference / LAYOUTS[2], dtype=dtype), mega_expected)
    assert {parameter.dtype for parameter in case.model.parameters()} == {dtype}
    logits = case.model.decode(mega_expected["decoder_input_ids"], case.state, case.mask)
    assert logits.dtype == torch.float32
    assert error(logits, mega_expected["logits"]) < 1.0
