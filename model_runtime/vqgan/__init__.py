"""The VQGAN that turns image tokens into pixels and back."""

from model_runtime.vqgan.loading import load

__all__ = ["load"]
