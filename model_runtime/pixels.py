"""Between the VQGAN's arrays and pictures.

Pixels are in [0, 1]; a picture's bytes are truncate(clip(pixel) * 255), as in the official code.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps

from model_runtime.vqgan.model import VQGAN

Bytes = npt.NDArray[np.uint8]

UNDRAWN = 128
"""Rows of tokens that are not drawn yet are shown in this flat grey."""


@torch.inference_mode()
def decode_tokens(vqgan: VQGAN, tokens: npt.NDArray[np.generic]) -> Bytes:
    """One picture's tokens (length,), row by row of a square -> uint8 (height, width, 3).

    One at a time: the decoder's widest layers take hundreds of megabytes a picture.
    """
    codes = torch.from_numpy(tokens.astype(np.int64)).to(vqgan.codebook.weight.device)
    pixels = vqgan.detokenize(codes[None])[0].clamp(0, 1).mul(255)
    shown: Bytes = pixels.to(torch.uint8).cpu().numpy()
    return shown


def whole_rows(tokens_done: int, image_length: int) -> int:
    """How many rows of the square are complete."""
    return tokens_done // math.isqrt(image_length)


def repeat_last_row(tokens: npt.NDArray[np.uint16], rows_done: int) -> npt.NDArray[np.uint16]:
    """Tokens (image_length,) whose undrawn rows are copies of the last drawn one.

    They stand in while a part of a picture is decoded. The decoder looks at the whole square, so the
    stand-in should be like the picture; whatever is at hand there is the row above.
    """
    square = tokens.reshape(-1, math.isqrt(len(tokens))).copy()
    square[rows_done:] = square[rows_done - 1]
    return square.ravel()


def hide_undrawn(pixels: Bytes, rows_done: int, image_length: int) -> Bytes:
    """A copy of `pixels` (height, width, 3) with the undrawn rows of tokens in flat grey."""
    shown = pixels.copy()
    shown[rows_done * len(pixels) // math.isqrt(image_length) :] = UNDRAWN
    return shown


@torch.inference_mode()
def encode_picture(vqgan: VQGAN, picture: Image.Image) -> npt.NDArray[np.uint16]:
    """The tokens of a picture's middle square, scaled to the model's resolution: uint16 (image_length,).

    Turned upright by its EXIF data; what is transparent becomes white. Raises UnsupportedOperation where
    the VQGAN has no encoder.
    """
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    flat = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    side = vqgan.config.resolution
    square = ImageOps.fit(flat, (side, side), Image.Resampling.LANCZOS)
    pixels = torch.from_numpy(np.asarray(square, np.float32) / 255).to(vqgan.codebook.weight.device)
    return vqgan.tokenize(pixels[None])[0].cpu().numpy().astype(np.uint16)
