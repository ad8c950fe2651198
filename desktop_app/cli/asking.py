"""The options of `draw` that decide the pictures, and the request they make."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import Any, get_args

from desktop_app.cli.options import number, or_off, whole
from model_runtime.presets import PRESETS
from model_runtime.request import GenerationRequest, Rank, SamplingSettings

CLASSIC_GRID = 9
"""Three by three: how DALL·E Mini's demonstration showed its pictures."""

Defaults = Callable[[], SamplingSettings]
"""The model's own settings, asked for only where something is changed in them."""


def add_request_options(parser: argparse.ArgumentParser) -> None:
    """How many pictures, from which seed, how sampled, which kept."""
    pictures = parser.add_argument_group("pictures")
    pictures.add_argument(
        "-n",
        dest="image_count",
        type=whole,
        default=CLASSIC_GRID,
        metavar="COUNT",
        help="pictures of each prompt, 1 to 64 (default: %(default)s)",
    )
    pictures.add_argument(
        "--seed", type=whole, help="the first picture's seed, the next ones count up (default: a random one)"
    )
    pictures.add_argument("--rank", choices=get_args(Rank), help="order the pictures, best first")
    pictures.add_argument("--keep", type=whole, metavar="K", help="keep only the K best (by likelihood without --rank)")
    sampling = parser.add_argument_group("sampling")
    sampling.add_argument(
        "--preset",
        choices=list(PRESETS),
        default="model",
        help='named settings; the options below change single ones (default: "model", its own)',
    )
    # SUPPRESS: what is not given is absent, because "off" is a value.
    for name, kind, text in (
        ("temperature", number, "above 0; lower is safer, higher is wilder"),
        ("top-k", or_off(whole), 'choose among the K likeliest tokens, or "off"'),
        ("top-p", or_off(number), 'choose among the likeliest tokens that make up this share, or "off"'),
        ("condition-scale", number, "how strongly the prompt is followed, 0 to 100; 1 = no extra"),
    ):
        metavar = {"top-k": "K", "top-p": "P"}.get(name, "X")
        sampling.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS, metavar=metavar, help=text)


def sampling(options: argparse.Namespace, defaults: Defaults) -> SamplingSettings | None:
    """The settings asked for; None = the model's own. Raises InvalidRequest."""
    given = vars(options)
    changes: dict[str, Any] = {
        field.name: given[field.name] for field in dataclasses.fields(SamplingSettings) if field.name in given
    }
    preset = PRESETS[options.preset]
    return dataclasses.replace(preset or defaults(), **changes) if changes else preset


def request(options: argparse.Namespace, prompt: str, defaults: Defaults) -> GenerationRequest:
    """The request for one prompt. Raises InvalidRequest."""
    return GenerationRequest(
        prompt=prompt,
        image_count=options.image_count,
        seed=options.seed,
        sampling=sampling(options, defaults),
        rank=options.rank,
        keep=options.keep,
    )
