"""What the model thinks of given tokens: teacher-forced log-probabilities and raw logits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from model_runtime.dalle_bart.model import DalleBart
from model_runtime.prompt_states import TextState
from model_runtime.sampling import token_log_probs

LogProbs = npt.NDArray[np.float32]


class Score(NamedTuple):
    """Log-probabilities of given tokens, float32 of the tokens' shape, nats, with and without the prompt."""

    log_probs: LogProbs
    log_probs_unconditional: LogProbs

    @property
    def likelihood_gain(self) -> npt.NDArray[np.float64]:
        """What the prompt adds, nats a token: one number a picture, shape () or (count,)."""
        gain = self.log_probs.astype(np.float64) - self.log_probs_unconditional
        return np.asarray(gain.mean(-1))


@torch.inference_mode()
def teacher_forced_logits(
    model: DalleBart, text: TextState, tokens: npt.NDArray[np.generic], codebook_size: int
) -> Tensor:
    """Tokens (n,) -> raw logits (n, codebook_size): row p is what the choice of token p looks at.

    One picture a pass, so that no other picture has a part in the arithmetic.
    """
    given = torch.from_numpy(tokens.astype(np.int64)).to(text.state.device)
    start = given.new_tensor([model.config.decoder_start_token_id])
    inputs = torch.cat([start, given[:-1]])
    return model.decode(inputs[None], text.state, text.mask)[0, :, :codebook_size]


@torch.inference_mode()
def sequence_log_probs(
    model: DalleBart, text: TextState, tokens: npt.NDArray[np.generic], codebook_size: int
) -> LogProbs:
    """log_softmax over the codebook at each of the tokens (n,), given those before it: float32 (n,)."""
    logits = teacher_forced_logits(model, text, tokens, codebook_size)
    given = torch.from_numpy(tokens.astype(np.int64)).to(logits.device)
    return token_log_probs(logits, given).cpu().numpy()
