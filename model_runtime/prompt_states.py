"""A prompt, read by the model: what the decoder attends to with the prompt and without."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model_runtime.dalle_bart.model import DalleBart
from model_runtime.text.tokenizer import Encoded, PromptTokenizer


@dataclass(frozen=True)
class TextState:
    """One encoded text row: state (1, text_length, d_model), mask (1, text_length) with 1 = visible."""

    state: Tensor
    mask: Tensor


@dataclass(frozen=True)
class PromptStates:
    """What super conditioning and the log-probabilities need of one prompt."""

    conditional: TextState
    unconditional: TextState


@torch.inference_mode()
def read_prompt(model: DalleBart, tokenizer: PromptTokenizer, prompt: str) -> PromptStates:
    """Encode `prompt` and the row of "no prompt", each alone: neither's bits depend on the other."""
    return PromptStates(_encode(model, tokenizer.encode(prompt)), _encode(model, tokenizer.unconditional))


def _encode(model: DalleBart, text: Encoded) -> TextState:
    device = model.decoder.lm_head.weight.device
    tokens = torch.tensor([text.token_ids], device=device)
    mask = torch.tensor([text.attention_mask], device=device)
    return TextState(model.encode(tokens, mask), mask)
