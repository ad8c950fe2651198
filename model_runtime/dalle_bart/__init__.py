"""The text-to-image-token network of DALL·E Mini and Mega."""

from model_runtime.dalle_bart.loading import load

__all__ = ["load"]
