"""The engine: words to image tokens to pixels, usable alone.

The names below load on first use, so that `import model_runtime` costs neither torch nor transformers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model_runtime.control import RunControl
    from model_runtime.pipeline import DalleMiniPipeline
    from model_runtime.request import GenerationRequest, SamplingSettings

__all__ = ["DalleMiniPipeline", "GenerationRequest", "RunControl", "SamplingSettings"]

_HOME = {
    "DalleMiniPipeline": "model_runtime.pipeline",
    "GenerationRequest": "model_runtime.request",
    "RunControl": "model_runtime.control",
    "SamplingSettings": "model_runtime.request",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
