"""A model in memory: its networks, its tokenizer, and what is worked out once and kept."""

from __future__ import annotations

import hashlib
import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from model_runtime import dalle_bart, vqgan
from model_runtime.devices import DTYPES, batch_limit
from model_runtime.errors import UnsupportedConfig, UnsupportedOperation
from model_runtime.model_store.lookup import ModelFolder
from model_runtime.noise import NOISE_VERSION
from model_runtime.pixels import Bytes, decode_tokens, to_bytes
from model_runtime.previews import seconds_to_decode
from model_runtime.ranking import ClipJudge
from model_runtime.recipe.record import ModelIdentity, RunFacts
from model_runtime.request import GenerationRequest, SamplingSettings
from model_runtime.row_preview import RowPreviewFit, RowPreviewMap, decoded_fit, random_grids
from model_runtime.text.normalizer import NORMALIZER_VERSION
from model_runtime.text.tokenizer import PromptTokenizer

FIRST_FIT_SECONDS = 1.0
"""So long may the first run wait for a row preview map where the model comes without one."""

FIT_GRIDS = 16
"""Where it does, so many of the pictures drawn make the map better."""
